/**
 * Measures every question, on what is built from the sources as they are, and prints a Markdown table for each.
 *
 *     node bench/run.ts [--only NAME] [--json FILE] [--quick]
 *
 * A full run also writes bench/results/latest.json and latest.md, and the README's numbers.
 */
import { mkdirSync, writeFileSync } from 'node:fs'
import { parseArgs } from 'node:util'
import { build } from '../scripts/build.ts'
import { describeMachine } from './machine.ts'
import { FULL, QUICK, type Question, type Row } from './measure.ts'
import { updateReadme } from './readme.ts'
import { formatMachine, formatTable } from './table.ts'

/** Loaded when they are asked, which is after the build. */
const QUESTIONS: Readonly<Record<string, () => Promise<Question>>> = {
  networks: async () => (await import('./networks.ts')).networks,
  closedForms: async () => (await import('./closedForms.ts')).closedForms,
  solvers: async () => (await import('./solvers.ts')).solversQuestion,
  coldStart: async () => (await import('./coldStart.ts')).coldStart,
  kernels: async () => (await import('./kernels.ts')).kernels,
  size: async () => (await import('./size.ts')).size,
  memory: async () => (await import('./memory.ts')).memory
}

const { values: flags } = parseArgs({
  options: { only: { type: 'string' }, json: { type: 'string' }, quick: { type: 'boolean', default: false } }
})
const names = flags.only === undefined ? Object.keys(QUESTIONS) : [flags.only]
for (const name of names) {
  if (Object.hasOwn(QUESTIONS, name)) continue
  console.error(`\`--only\` must be one of ${Object.keys(QUESTIONS).join(', ')}, got ${name}`)
  process.exit(2)
}

build(['core', 'page', 'library'], { stale: true, report: (line) => console.error(line) })
const machine = describeMachine()
const rows: Row[] = []
const tables = [formatMachine(machine)]
console.log(`${tables[0]}\n`)
for (const name of names) {
  const question = await QUESTIONS[name]()
  const answer = await question.measure(flags.quick ? QUICK : FULL)
  rows.push(...answer)
  tables.push(formatTable(question.title, answer, question.unit))
  console.log(`${tables.at(-1)}\n`)
}

if (flags.json !== undefined) writeFileSync(flags.json, `${JSON.stringify(rows, null, 2)}\n`)
if (flags.only === undefined && !flags.quick) {
  const folder = new URL('results/', import.meta.url)
  mkdirSync(folder, { recursive: true })
  writeFileSync(new URL('latest.json', folder), `${JSON.stringify({ machine, rows }, null, 2)}\n`)
  writeFileSync(new URL('latest.md', folder), `# Benchmark\n\n${tables.join('\n\n')}\n`)
  updateReadme()
}
// Runtimes keep threads and timers of their own.
process.exit()
