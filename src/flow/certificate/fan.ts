import { logLipschitzTo } from '../../theory/flowMap.ts'
import type { RowStatus } from '../../types.ts'
import { equalTimes } from '../equalTimes.ts'
import type { Run } from '../run.ts'
import type { Solving } from '../solving.ts'
import { stills } from '../trajectory.ts'
import { transport } from '../transport.ts'
import { arrivalOf } from './arrival.ts'
import { localError, stepsBeside } from './local.ts'
import type { Subject } from './subject.ts'

/** A way that a solver went, and how far it may be from the flow's own way. */
export interface Fan {
  /** Where the rows came to. */
  readonly data: Float32Array<ArrayBuffer>
  readonly status: readonly RowStatus[]
  /** Root mean square over the rows of |x - X| at the end, at most: sum_n Lip(X_{t_n, to}) e_n. */
  readonly bound: number
  /** Why there is no bound, where there is none. */
  readonly why: string | undefined
  /** e_n: the root mean square of what each stretch alone is off. */
  readonly local: readonly number[]
  readonly times: readonly number[]
}

const STRETCHES = 20 // of a solver that has no grid of its own

/** How many steps stand for the exact flow beside all stretches of a solver together, where they are as smooth as most are. */
export function stepsWithin(solving: Solving): number {
  return (solving.kind === 'grid' ? solving.steps : STRETCHES) * stepsBeside(solving)
}

/**
 * The numerical way of rows beside the exact flow, stretch by stretch (Lady Windermere's fan): from where the solver is at
 * t_n the flow itself is followed to t_{n+1}; the difference e_n there grows on the rest of the way by Lip(X_{t_{n+1}, to})
 * at most. Where nothing is known of the target the way is only gone. The growth is certified, the differences are measured on these rows,
 * as `localError` says.
 *
 * @see Hairer, Norsett & Wanner, "Solving Ordinary Differential Equations I", section II.3
 */
export async function fanOf(
  subject: Subject,
  states: Float32Array<ArrayBuffer>,
  count: number,
  run: Run,
  pause: () => Promise<void>
): Promise<Fan> {
  const { engine } = subject
  if (subject.classes.length === 0) {
    const { data, status } = transport(engine, states, count, run)
    await pause()
    const why = arrivalOf([{ status }]).missing ?? UNCERTIFIED
    return { data, status, bound: Infinity, why, local: [], times: [] }
  }
  const times = stretchesOf(run)
  const local: number[] = []
  const status = new Array<RowStatus>(count).fill('ok')
  let before = states
  let reached = 0
  for await (const { data, status: now } of stills(engine, states.slice(), count, run, times, {
    pause,
    finish: () => undefined
  })) {
    now.forEach((row, i) => {
      if (status[i] === 'ok') status[i] = row
    })
    if (reached > 0 && status.every((row) => row === 'ok')) {
      const ends = [times[reached - 1], times[reached]] as const
      local.push(await localError(engine, { before, after: data, count, ends }, run, pause))
    }
    before = data
    reached++
  }
  const logs = growthToEnd(subject, times)
  const bound = local.reduce((sum, off, n) => sum + (off === 0 ? 0 : engine.core.exp64(logs[n + 1]) * off), 0)
  const why =
    arrivalOf([{ status }]).missing ??
    (logs.includes(Infinity) ? UNCERTIFIED : local.includes(Infinity) ? UNMEASURED : tooLarge(bound))
  return { data: before, status, bound: why === undefined ? bound : Infinity, why, local, times }
}

export const UNCERTIFIED = 'nothing certifies how errors grow'
const UNMEASURED = 'beside a step of the solver no reference arrived that it could be measured against'

/** Why a sum is none, where no double holds it. */
export function tooLarge(bound: number): string | undefined {
  return Number.isFinite(bound) ? undefined : 'it is more than a double holds'
}

function stretchesOf({ times, solving }: Run): readonly number[] {
  if (solving.kind === 'grid') return [...times]
  const [from, to] = [times[0], times[times.length - 1]]
  return equalTimes(from, to, STRETCHES)
}

/** log Lip from each of the times to the last of them, in either direction. */
function growthToEnd({ classes, at, engine, lipschitz }: Subject, times: readonly number[]): number[] {
  const to = times[times.length - 1]
  if (times[0] < to) return logLipschitzTo(classes, at, times, engine.core)
  return times.map((time) => {
    const found = lipschitz(time, to)
    return found.kind === 'bound' ? found.log : Infinity
  })
}
