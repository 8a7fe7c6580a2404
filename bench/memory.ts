/** What memory does it take, against the runtimes that a web developer would take instead, its own word and its limit? */
import { execFileSync } from 'node:child_process'
import { fileURLToPath } from 'node:url'
import { compare, type Effort, type Question, type Row } from './measure.ts'
import type { Flat } from './memoryFlow.ts'
import type { Taken } from './memoryProcess.ts'
import type { Served } from './memoryWorker.ts'

const MIB = 2 ** 20
const BATCH = 256
/** The files of the rivals, and what the others call them. */
const RIVALS = ['gaussflow', 'onnxruntime', 'tensorflow'] as const
const PEERS = ['onnxruntime-web', 'tfjs-backend-wasm'] as const

export const memory: Question = {
  title:
    'Memory: fresh processes that import, open MLP 64→256→256→256→64 and sample 1 and 256 rows by 50 Euler steps',
  unit: 'bytes',
  measure: (effort) => [...againstRivals(effort), ...flatness(effort), ...isolate(effort)]
}

/** What the whole process and the WebAssembly memories in it have grown by, from before the import to after the samples. */
function againstRivals({ rounds }: Effort): Row[] {
  const taken = RIVALS.map((): Taken[] => [])
  for (let round = 0; round < rounds; round++)
    for (const [i, rival] of RIVALS.entries()) taken[i].push(run('memoryProcess.ts', rival) as Taken)
  const [ours, ...theirs] = taken
  for (const peer of theirs) expectAgreement(ours[0].drawn, peer[0].drawn)
  const kinds = { 'resident memory': 'resident', 'size of the WebAssembly memory': 'wasm' } as const
  return Object.entries(kinds).flatMap(([name, kind]) =>
    theirs.map((peer, i) => {
      const of = (process: Taken): number => process[kind]
      return compare(rowOf(`${name} that this takes, plain`, BATCH, PEERS[i]), ours.map(of), peer.map(of))
    })
  )
}

/** The core's memory against its plan, and over many calls more. @throws where either is not to the byte. */
function flatness({ rounds, turn }: Effort): Row[] {
  const calls = 500 * turn
  const runs = repeat(rounds, () => run('memoryFlow.ts', String(calls)) as Flat)
  for (const { planned, used, before, after } of runs) {
    if (used !== planned) throw new Error(`the core took ${used} bytes, and its plan said ${planned}`)
    if (after.wasm !== before.wasm)
      throw new Error(`the core grew from ${before.wasm} to ${after.wasm} bytes in ${calls} calls`)
  }
  const over = `after ${calls} calls more of sample, encode, velocity and logProb, plain`
  const row = (name: string, batch: number | null, peer: string, ours: Value, theirs: Value): Row =>
    compare(rowOf(name, batch, peer), runs.map(ours), runs.map(theirs))
  type Value = (flat: Flat) => number
  return [
    row(
      'size of the WebAssembly memory that this takes, plain',
      BATCH,
      'plan',
      (r) => r.used,
      (r) => r.planned
    ),
    row(
      `size of the WebAssembly memory ${over}`,
      null,
      'before them',
      (r) => r.after.wasm,
      (r) => r.before.wasm
    ),
    row(
      `resident memory of the process ${over}`,
      null,
      'before them',
      (r) => r.after.resident,
      (r) => r.before.resident
    )
  ]
}

/** What an isolate of Node holds above an empty one when it serves the digits, all kinds of memory together. */
function isolate({ rounds }: Effort): Row[] {
  const runs = repeat(rounds, () => run('memoryWorker.ts') as Served)
  const limit = runs.map(() => 64 * MIB)
  const what =
    "heap, buffers and WebAssembly memory of an isolate that serves the digits' largest sample, encode and decode"
  const row = (when: string, ours: (served: Served) => number): Row =>
    compare(rowOf(`${what}, ${when}, plain`, runs[0].rows, 'limit'), runs.map(ours), limit)
  return [row('at the end of a run', ({ most }) => most), row('once all is answered', ({ kept }) => kept)]
}

const rowOf = (name: string, batch: number | null, peer: string) => ({
  question: 'memory',
  case: name,
  batch,
  peer
})

/** What settles in one process is looked at in a few. */
const repeat = <T>(rounds: number, look: () => T): T[] => Array.from({ length: Math.ceil(rounds / 4) }, look)

function run(script: string, ...args: string[]): unknown {
  const path = fileURLToPath(new URL(script, import.meta.url))
  return JSON.parse(execFileSync(process.execPath, ['--expose-gc', path, ...args], { encoding: 'utf8' }))
}

/** Memory compares where all compute the same: within 1e-4 here. */
function expectAgreement(ours: readonly number[], theirs: readonly number[]): void {
  const worst = ours.reduce((most, value, i) => Math.max(most, Math.abs(value - theirs[i])), 0)
  if (!(worst <= 1e-4) || ours.length !== theirs.length) throw new Error(`the outputs differ by ${worst}`)
}
