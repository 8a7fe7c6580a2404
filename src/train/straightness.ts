import type { Flow } from '../flow/flow.ts'
import type { Batch } from '../types.ts'

/** How straight the paths of a flow are, in units of its states. */
export interface Straightness {
  /** S = int_0^1 E|(Z_1 - Z_0) - v(t, Z_t)|^2 dt along the flow's own paths Z; 0 where they are straight and of even speed. */
  readonly straightness: number
  /** The root mean square distance of Z_0 + v(0, Z_0), one step of Euler, from Z_1. */
  readonly eulerError: number
}

const STEPS = 50 // of Heun along a path, and of the sum for the integral

/**
 * Measures the paths from given noise, shape (count, dim).
 *
 * @param flow of a network in units of its states
 * @param telling what the rows are told, as a request has it
 * @see Liu, Gong & Liu, "Flow straight and fast", arXiv 2209.03003, section 2.
 */
export function straightnessOf(flow: Flow, noise: Batch, telling: object = {}): Straightness {
  const { count } = noise
  const sum = new Float64Array(noise.data.length)
  let squares = 0
  let first: Float32Array = noise.data
  let states: Batch = noise
  for (let k = 0; k < STEPS; k++) {
    const time = k / STEPS
    const { data } = flow.velocity(states, { time, ...telling }).velocity
    if (k === 0) first = data
    for (let i = 0; i < sum.length; i++) {
      sum[i] += data[i]
      squares += data[i] * data[i]
    }
    const step = { from: time, to: (k + 1) / STEPS, solver: 'heun', steps: 1, error: false } as const
    states = flow.transport(states, { ...step, ...telling })
  }
  // The mean over k of |D - v_k|^2 = |D|^2 - 2 D v_k + |v_k|^2 with D = Z_1 - Z_0, which the end alone knows.
  let bent = squares / STEPS
  let missed = 0
  for (let i = 0; i < sum.length; i++) {
    const way = states.data[i] - noise.data[i]
    bent += way * (way - (2 * sum[i]) / STEPS)
    missed += (way - first[i]) ** 2
  }
  return { straightness: bent / count, eulerError: Math.sqrt(missed / count) }
}
