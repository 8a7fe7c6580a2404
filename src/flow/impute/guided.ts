import { reserve, scoped } from '../../wasm/core.ts'
import { coefficientsAt, type Engine } from '../engine.ts'
import { noise } from '../noise.ts'
import { spansOf } from '../parts.ts'
import { ofRows } from '../told.ts'
import { backwardSolve, cholesky, forwardSolve } from './cholesky.ts'
import type { Draws } from './exact.ts'
import type { Observation } from './observations.ts'
import { pulledDenoiser } from './pull.ts'

const STREAM = 2 // of the noise that is drawn anew in each step
const FIRST_RATIO = 0.01 // of data and noise, b / a: below it the denoiser has no derivative to speak of

/** How to go, and who looks on. */
export interface Going {
  readonly times: Float64Array
  readonly iterations: number
  /** How many rows to carry at a time. */
  readonly most: number
  readonly pause: () => Promise<void>
  readonly onProgress: ((done: number, total: number) => void) | undefined
}

/**
 * Draws from the conditional law along the flow, by the pulled denoiser m_y of `pulledDenoiser` and the ancestral sampler: from
 * time s to t the noise that is left is kept to the part rho that is common to both, and the rest is drawn anew,
 *
 *     x_t = b_t m_y + a_t (rho z + sqrt(1 - rho^2) w),   z = (x_s - b_s m_y) / a_s,  rho = (b_s / a_s) / (b_t / a_t).
 *
 * Fresh noise forgets what early, rough pulls did. The last step leaves m_y itself.
 *
 * @param observations one for each draw
 * @returns shape (observations, dim), in the units of the states
 * @see Song, Meng & Ermon, "Denoising Diffusion Implicit Models", arXiv 2010.02502, equation 16 with eta = 1.
 */
export async function guidedDraws(
  engine: Engine,
  observations: readonly Observation[],
  { seed, first }: Draws,
  { times, iterations, most, pause, onProgress }: Going
): Promise<{ data: Float32Array<ArrayBuffer>; nfe: number }> {
  const { dim } = engine
  const count = observations.length
  const data = new Float32Array(count * dim)
  const steps = times.length - 1
  const spans = spansOf(count, most)
  let nfe = 0
  for (const [part, span] of spans.entries()) {
    const own = ofRows(engine, span)
    const seen = observations.slice(span.first, span.first + span.rows)
    const from = first + span.first
    let x = noise(own, { count: span.rows, seed, first: from })
    let evaluations = 0
    for (let step = 0; step < steps; step++) {
      const time = evaluationTime(own, times[step])
      const pulled = pulledDenoiser(own, seen, x, time, iterations)
      evaluations += pulled.nfe
      x = stepped(own, x, pulled.denoised, times[step], times[step + 1], { seed, first: from, step })
      onProgress?.(part * steps + step + 1, spans.length * steps)
      await pause()
    }
    nfe = Math.max(nfe, evaluations)
    seen.forEach((observation, i) => {
      settle(observation, x.subarray(i * dim, (i + 1) * dim))
    })
    data.set(x, span.first * dim)
  }
  return { data, nfe }
}

/** The time itself, or the first one at which the states hold enough of the data to tell of them. */
function evaluationTime(engine: Engine, time: number): number {
  const tells = (t: number): boolean => {
    const { a, b } = coefficientsAt(engine, t)
    return b >= FIRST_RATIO * a
  }
  if (tells(time)) return time
  let [low, high] = [time, 1]
  for (let i = 0; i < 40; i++) {
    const middle = (low + high) / 2
    if (tells(middle)) high = middle
    else low = middle
  }
  return high
}

interface StepNoise {
  readonly seed: number
  readonly first: number
  readonly step: number
}

function stepped(
  engine: Engine,
  x: Float32Array,
  denoised: Float32Array<ArrayBuffer>,
  from: number,
  to: number,
  { seed, first, step }: StepNoise
): Float32Array<ArrayBuffer> {
  const { core, dim } = engine
  const [s, t] = [coefficientsAt(engine, from), coefficientsAt(engine, to)]
  const rho = Math.min(1, (s.b * t.a) / (t.b * s.a))
  const kept = (t.a * rho) / s.a
  const onDenoised = t.b - kept * s.b
  const fresh = t.a * Math.sqrt(1 - rho * rho)
  return scoped(core, () => {
    const at = reserve(core, x.byteLength)
    const count = x.length / dim
    core.normalsAt(seed >>> 0, Math.floor(seed / 2 ** 32), STREAM, step, first, count, dim, at)
    const drawn = new Float32Array(core.memory.buffer, at, x.length)
    return denoised.map((m, i) => onDenoised * m + kept * x[i] + fresh * drawn[i])
  })
}

/** Moves a draw onto observations without noise, by the shortest way: x + A^T (A A^T)^-1 (y - A x). */
function settle({ operator, values }: Observation, x: Float32Array): void {
  const { size, variances, coordinates } = operator
  if (coordinates !== undefined || variances.some((variance) => variance > 0)) return
  const gram = new Float64Array(size * size)
  const unit = new Float64Array(size)
  for (let i = 0; i < size; i++) {
    unit[i] = 1
    gram.set(operator.apply(operator.adjoint(unit), 0), i * size)
    unit[i] = 0
  }
  const l = cholesky(gram, size)
  if (l === undefined) return // rows that depend on each other: there may be no such point
  const seen = operator.apply(x, 0)
  const r = values.map((y, i) => y - seen[i])
  operator.adjoint(backwardSolve(l, forwardSolve(l, r))).forEach((value, j) => {
    x[j] += value
  })
}
