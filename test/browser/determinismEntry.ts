// Runs inside Chromium: the cases of determinism through the library's entry for browsers, bundled as a user would.
import { openFlow } from '../../src/index.web.ts'
import { openPool } from '../../src/pool/web.ts'
import { determinismCases } from '../fixtures/determinism.ts'
import { sha256 } from '../fixtures/numbers.ts'

const how = { count: 203, seed: 4, steps: 6 } as const

async function hashes(): Promise<Record<string, string>> {
  const found: Record<string, string> = {}
  for (const { name, source, run } of determinismCases()) {
    const flow = await openFlow(source)
    found[name] = await sha256(await run(flow))
    found[`${name}, alone`] = await sha256(Float32Array.from(flow.sample(how).data))
    flow.close()
    using pool = await openPool(source, { threads: 2 })
    found[`${name}, pooled`] = await sha256(Float32Array.from((await pool.sample(how)).data))
  }
  return found
}

Object.assign(globalThis, { hashes: hashes() })
