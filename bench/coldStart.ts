/** How long does a fresh process wait for its first sample? */
import { execFileSync } from 'node:child_process'
import { fileURLToPath } from 'node:url'
import { compare, type Question, type Row } from './measure.ts'

/** Milliseconds from the start of each phase's predecessor to its end. */
export interface Phases {
  readonly load: number
  readonly open: number
  readonly sample: number
}

/** The files of the rivals, and what the others call them. */
const RIVALS = ['gaussflow', 'onnxruntime', 'tensorflow'] as const
const PEERS = ['onnxruntime-web', 'tfjs-backend-wasm'] as const
const CASES: Readonly<Record<string, (phases: Phases) => number>> = {
  'open the model': ({ open }) => open,
  'open the model and draw the first sample': ({ open, sample }) => open + sample,
  'import the library, open the model and draw the first sample': ({ load, open, sample }) =>
    load + open + sample
}

export const coldStart: Question = {
  title: 'Cold start: a fresh process each time, MLP 64→256→256→256→64, one sample of 50 Euler steps',
  unit: 'milliseconds',
  measure({ rounds }) {
    const phases = RIVALS.map((): Phases[] => [])
    for (let round = 0; round < rounds; round++)
      for (const [i, rival] of RIVALS.entries()) phases[i].push(start(rival))
    const [ours, ...theirs] = phases
    return Object.entries(CASES).flatMap(([name, time]) =>
      theirs.map((peer, i): Row => {
        const row = { question: 'coldStart', case: `${name}, plain`, batch: 1, peer: PEERS[i] }
        return compare(row, ours.map(time), peer.map(time))
      })
    )
  }
}

function start(rival: string): Phases {
  const script = fileURLToPath(new URL('coldProcess.ts', import.meta.url))
  return JSON.parse(execFileSync(process.execPath, [script, rival], { encoding: 'utf8' })) as Phases
}
