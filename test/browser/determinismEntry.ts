// Runs inside Chromium: the cases of determinism through the library's entry for browsers, bundled as a user would.
import { openFlow } from '../../src/index.web.ts'
import { determinismCases } from '../fixtures/determinism.ts'

async function hashes(): Promise<Record<string, string>> {
  const found: Record<string, string> = {}
  for (const { name, source, run } of determinismCases()) {
    const flow = await openFlow(source)
    const digest = await crypto.subtle.digest('SHA-256', run(flow))
    found[name] = [...new Uint8Array(digest)].map((byte) => byte.toString(16).padStart(2, '0')).join('')
    flow.close()
  }
  return found
}

Object.assign(globalThis, { hashes: hashes() })
