import { lipschitz, logLipschitzTo } from '../../theory/flowMap.ts'
import type { Run } from '../run.ts'
import { solvingOf, type Solving } from '../solving.ts'
import { stills } from '../trajectory.ts'
import { transport } from '../transport.ts'
import type { Subject } from './subject.ts'

/** A way that a solver went, and how far it may be from the flow's own way. */
export interface Fan {
  /** Where the rows came to. */
  readonly data: Float32Array<ArrayBuffer>
  readonly arrived: boolean
  /** Root mean square over the rows of |x - X| at the end, at most: sum_n Lip(X_{t_n, to}) e_n. */
  readonly bound: number
  /** e_n: the root mean square of what each stretch alone is off. */
  readonly local: readonly number[]
  readonly times: readonly number[]
}

const STRETCHES = 20 // of a solver that has no grid of its own
const STEPS = 200 // of rk4, about, that stand for the exact flow on all of the way

/** How many steps stand for the exact flow beside all stretches of a solver together. */
export function stepsWithin(solving: Solving): number {
  return solving.kind === 'grid' ? solving.steps * within(solving, solving.steps) : STRETCHES * MOST_WITHIN
}

const FEWEST_WITHIN = 4 // leave a 64th of the local error of a method of the second order, and less of one of the first
const MOST_WITHIN = 16

/** How many stand for it beside each of so many stretches. */
function within({ solver }: Solving, stretches: number): number {
  const fewest = solver.errorOrder <= 2 ? FEWEST_WITHIN : MOST_WITHIN
  return Math.max(fewest, Math.ceil(STEPS / stretches))
}

/**
 * The numerical way of rows beside the exact flow, stretch by stretch (Lady Windermere's fan): from where the solver is at
 * t_n the flow itself is followed to t_{n+1}; the difference e_n there grows on the rest of the way by Lip(X_{t_{n+1}, to})
 * at most. Where nothing is known of the target the way is only gone. The growth is certified, the differences are measured, by small steps of rk4, on these rows.
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
    return { data, arrived: status.every((row) => row === 'ok'), bound: Infinity, local: [], times: [] }
  }
  const times = stretchesOf(run)
  const steps = within(run.solving, times.length - 1)
  const local: number[] = []
  let [before, arrived] = [states, true]
  let reached = 0
  for await (const { data, status } of stills(engine, states.slice(), count, run, times, {
    pause,
    finish: () => undefined
  })) {
    if (reached > 0)
      local.push(
        await offOf(subject, before, data, count, run, [times[reached - 1], times[reached]], steps, pause)
      )
    arrived &&= status.every((row) => row === 'ok')
    before = data
    reached++
  }
  const logs = growthToEnd(subject, times)
  const bound = local.reduce((sum, off, n) => sum + (off === 0 ? 0 : engine.core.exp64(logs[n + 1]) * off), 0)
  return { data: before, arrived, bound: arrived ? bound : Infinity, local, times }
}

function stretchesOf({ times, solving }: Run): readonly number[] {
  if (solving.kind === 'grid') return [...times]
  const [from, to] = [times[0], times[times.length - 1]]
  return Array.from({ length: STRETCHES + 1 }, (_, i) =>
    i === STRETCHES ? to : from + ((to - from) * i) / STRETCHES
  )
}

/** How far off a stretch ends, as a root mean square over rows, whose flow is followed by many small steps. */
async function offOf(
  { engine }: Subject,
  from: Float32Array,
  to: Float32Array,
  count: number,
  run: Run,
  ends: readonly [number, number],
  steps: number,
  pause: () => Promise<void>
): Promise<number> {
  const solving = solvingOf({ solver: 'rk4', steps })
  const times = Float64Array.from({ length: steps + 1 }, (_, i) =>
    i === steps ? ends[1] : ends[0] + ((ends[1] - ends[0]) * i) / steps
  )
  await pause()
  const { data } = transport(engine, from, count, {
    ...run,
    solving,
    times,
    tracing: undefined,
    noise: undefined,
    onProgress: undefined
  })
  return distance(data, to, count)
}

/** sqrt(mean over rows of |x_i - y_i|^2), which is never less than the 2-Wasserstein distance of the rows. */
export function distance(x: ArrayLike<number>, y: ArrayLike<number>, count: number): number {
  let sum = 0
  for (let j = 0; j < x.length; j++) sum += (x[j] - y[j]) * (x[j] - y[j])
  return Math.sqrt(sum / count)
}

/** log Lip from each of the times to the last of them, in either direction. */
function growthToEnd({ classes, at, engine }: Subject, times: readonly number[]): number[] {
  const to = times[times.length - 1]
  if (times[0] < to) return logLipschitzTo(classes, at, times, engine.core)
  return times.map((time) => {
    const found = lipschitz(classes, at, time, to, engine.core)
    return found.kind === 'bound' ? found.log : Infinity
  })
}
