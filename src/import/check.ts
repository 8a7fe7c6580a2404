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

/**
 * The largest difference between the outputs of a network that was imported without conventions, so that its velocity is its
 * output, and those of the reference; relative to the largest of these.
 */
export function errorAgainst(flow: Flow, reference: Reference, condition: Condition | undefined): number {
  const { states, times, told, outputs } = reference
  const { dim } = states
  const row = (data: Float32Array, i: number): Float32Array => data.subarray(i * dim, (i + 1) * dim)
  let [worst, scale] = [0, 0]
  for (let i = 0; i < states.count; i++) {
    const { data } = flow.velocity(
      { count: 1, dim, data: row(states.data, i) },
      { time: times[i], ...tellingOf(condition, told?.[i]) }
    ).velocity
    row(outputs.data, i).forEach((value, j) => {
      worst = Math.max(worst, Math.abs(value - data[j]))
      scale = Math.max(scale, Math.abs(value))
    })
  }
  return worst / (scale || 1)
}
