/**
 * Measures the worst error of every function of the core's numeric contract and writes it into the table of
 * assembly/README.md: `node scripts/measureUlps.ts [NAME...]`. With names it measures those, and writes nothing.
 *
 * The activations are measured at all finite f32, the others at ten million points or more. Some ten minutes.
 */
import { readFileSync, renameSync, writeFileSync } from 'node:fs'
import { format, resolveConfig } from 'prettier'
import { ACTIVATIONS } from '../src/schema/architecture.ts'
import { newCore } from '../src/wasm/core.ts'
import { FUNCTION_NAMES } from '../test/reference/errors.ts'
import { worstOfActivation } from './ulps/activations.ts'
import { worstOfFunction } from './ulps/functions.ts'
import { withMeasurements } from './ulps/table.ts'
import type { Worst } from './ulps/worst.ts'

const README = new URL('../assembly/README.md', import.meta.url)
const CORE = new URL('../build/core.wasm', import.meta.url)

const asked = process.argv.slice(2)
const known: readonly string[] = [...FUNCTION_NAMES, ...ACTIVATIONS]
const unknown = asked.filter((name) => !known.includes(name))
if (unknown.length > 0) {
  console.error(`unknown: ${unknown.join(' ')}; known are ${known.join(', ')}`)
  process.exit(2)
}

const core = await newCore(await WebAssembly.compile(readFileSync(CORE)))
const found = new Map<string, Worst>()
const measure = (name: string, worst: () => Worst): void => {
  if (asked.length > 0 && !asked.includes(name)) return
  const start = performance.now()
  const { ulps, x, points } = worst()
  found.set(name, { ulps, x, points })
  const seconds = ((performance.now() - start) / 1000).toFixed(0)
  console.log(`${name.padEnd(9)} ${ulps.toFixed(4)} ulp at ${x}, of ${points} points in ${seconds} s`)
}
for (const name of FUNCTION_NAMES) measure(name, () => worstOfFunction(core, name))
for (const name of ACTIVATIONS) measure(name, () => worstOfActivation(core, name))

if (asked.length === 0) {
  const text = withMeasurements(readFileSync(README, 'utf8'), found, new Date())
  const options = { ...(await resolveConfig(README)), filepath: README.pathname }
  const beside = new URL('README.md.new', README)
  writeFileSync(beside, await format(text, options))
  renameSync(beside, README)
}
