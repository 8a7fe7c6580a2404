import type { Flow, TellingOptions } from '../flow/flow.ts'
import type { Told } from '../network/condition.ts'
import type { Condition } from '../schema/architecture.ts'
import type { Reference } from './reference.ts'

/** What a row is told, as a request says it. */
function tellingOf(condition: Condition | undefined, told: Told): TellingOptions {
  if (condition === undefined || told === undefined) return {}
  return condition.kind === 'label'
    ? { label: Number(told) }
    : { condition: Array.from(told as ArrayLike<number>) }
}

/** What a network reads for the time t of a flow: `timeScale` t + `timeShift`. */
export interface Clock {
  readonly timeScale: number
  readonly timeShift: number
}

/**
 * A clock for a network whose own times leave [0, 1], such as the steps of a diffusion or a sigma, under which the flow's time
 * does not. It counts in powers of two, so that steps keep every bit.
 */
export function clockOf(times: readonly number[]): Clock {
  const upTo = (most: number): number => (most > 1 ? 2 ** Math.ceil(Math.log2(most)) : 1)
  const least = times.reduce((x, y) => Math.min(x, y), 0)
  const most = upTo(times.reduce((x, y) => Math.max(x, y), 0))
  if (least === 0) return { timeScale: most, timeShift: 0 }
  const both = Math.max(most, upTo(-least))
  return { timeScale: 2 * both, timeShift: -both }
}

/**
 * The largest difference between the outputs of a network that was imported without conventions but for its clock, so that its
 * velocity is its output, and those of the reference; relative to the largest of these.
 */
export function errorAgainst(
  flow: Flow,
  reference: Reference,
  condition: Condition | undefined,
  { timeScale, timeShift }: Clock = { timeScale: 1, timeShift: 0 }
): number {
  const { states, times, told, outputs } = reference
  const { dim } = states
  const row = (data: Float32Array, i: number): Float32Array => data.subarray(i * dim, (i + 1) * dim)
  let [worst, scale] = [0, 0]
  for (let i = 0; i < states.count; i++) {
    const { data } = flow.velocity(
      { count: 1, dim, data: row(states.data, i) },
      { time: (times[i] - timeShift) / timeScale, ...tellingOf(condition, told?.[i]) }
    ).velocity
    row(outputs.data, i).forEach((value, j) => {
      worst = Math.max(worst, Math.abs(value - data[j]))
      scale = Math.max(scale, Math.abs(value))
    })
  }
  return worst / (scale || 1)
}
