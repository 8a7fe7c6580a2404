import { reserve, scoped } from '../../wasm/core.ts'
import { coefficientsAt, type Engine } from '../engine.ts'
import { firstTime } from '../firstTime.ts'
import { noise } from '../noise.ts'
import { spansOf } from '../parts.ts'
import { ofRows } from '../told.ts'
import { largest } from '../transport.ts'
import { backwardSolve, cholesky, forwardSolve } from './cholesky.ts'
import { covarianceOf } from './conditional.ts'
import type { Draws } from './exact.ts'
import type { Observation } from './observations.ts'
import type { Operator } from './operator.ts'
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
 * Draws from the conditional law along the flow, by the pulled denoiser m_y of `pulledDenoiser` and the second-order ancestral
 * sampler: from time s to t the noise that is left is kept to the part rho that is common to both, and the rest is drawn anew,
 *
 *     x_t = b_t m + a_t (rho z + sqrt(1 - rho^2) w),   z = (x_s - b_s m) / a_s,  rho = (b_s / a_s) / (b_t / a_t),
 *
 * with m on the line through m_y of this step and of the one before. Fresh noise forgets what early, rough pulls did. The last
 * step leaves m_y itself.
 *
 * @param observations one for each draw
 * @returns shape (observations, dim), in the units of the states
 * @see Lu et al., "DPM-Solver++: Fast Solver for Guided Sampling of Diffusion Probabilistic Models", arXiv 2211.01095, SDE-DPM-Solver++(2M).
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
  // Draws that are observed alike share what moves them onto their observations.
  const roots = new Map<Operator, Float64Array | undefined>()
  const rootFor = (operator: Operator): Float64Array | undefined => {
    if (!roots.has(operator)) roots.set(operator, rootOf(operator))
    return roots.get(operator)
  }
  let nfe = 0
  for (const [part, span] of spans.entries()) {
    const own = ofRows(engine, span)
    const seen = observations.slice(span.first, span.first + span.rows)
    const from = first + span.first
    let x = noise(own, { count: span.rows, seed, first: from })
    const evaluations = new Array<number>(span.rows).fill(0)
    let before: Denoised | undefined
    for (let step = 0; step < steps; step++) {
      const way = { engine: own, from: times[step], to: times[step + 1], step }
      const { denoised, nfe } = pulledDenoiser(own, seen, x, evaluationTime(own, way.from), iterations)
      nfe.forEach((own, i) => {
        evaluations[i] += own
      })
      const now = { denoised, growth: growth(way) }
      x = stepped(way, x, extrapolated(now, before), { seed, first: from })
      before = now
      onProgress?.(part * steps + step + 1, spans.length * steps)
      await pause()
    }
    nfe = Math.max(nfe, largest(evaluations))
    seen.forEach((observation, i) => {
      settle(observation, rootFor(observation.operator), x.subarray(i * dim, (i + 1) * dim))
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
  return tells(time) ? time : firstTime(time, tells)
}

interface Denoised {
  readonly denoised: Float32Array<ArrayBuffer>
  /** Of the step that begins with it. */
  readonly growth: number
}

/** The denoiser in the middle of a step, by the line through it and the one before, m + h / (2 h_before) (m - m_before). */
function extrapolated(
  { denoised, growth }: Denoised,
  before: Denoised | undefined
): Float32Array<ArrayBuffer> {
  if (before === undefined || before.growth === Infinity || growth === Infinity) return denoised
  const half = growth / (2 * before.growth)
  return denoised.map((m, i) => m + half * (m - before.denoised[i]))
}

interface Step {
  readonly engine: Engine
  readonly from: number
  readonly to: number
  /** Which one it is. */
  readonly step: number
}

/** By how much log (b / a) grows over a step; infinite from noise alone, and to data alone. */
function growth({ engine, from, to }: Pick<Step, 'engine' | 'from' | 'to'>): number {
  const [s, t] = [coefficientsAt(engine, from), coefficientsAt(engine, to)]
  return s.b === 0 || t.a === 0 ? Infinity : engine.core.log64((t.b * s.a) / (s.b * t.a))
}

function stepped(
  { engine, from, to, step }: Step,
  x: Float32Array,
  denoised: Float32Array<ArrayBuffer>,
  { seed, first }: Pick<Draws, 'seed' | 'first'>
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

/**
 * The Cholesky factor of A A^T, where draws are to be moved onto their observations: these have no noise, and are no coordinates,
 * which are restored as they were. Of rows that depend on each other there is none, as there may be no such point.
 */
function rootOf(operator: Operator): Float64Array | undefined {
  const { size, variances, coordinates } = operator
  if (coordinates !== undefined || variances.some((variance) => variance > 0)) return undefined
  return cholesky(
    covarianceOf(operator, (u) => u),
    size
  )
}

/** Moves a draw onto observations without noise, by the shortest way: x + A^T (A A^T)^-1 (y - A x) with the root l of A A^T. */
function settle({ operator, values }: Observation, l: Float64Array | undefined, x: Float32Array): void {
  if (l === undefined) return
  const seen = operator.apply(x, 0)
  const r = values.map((y, i) => y - seen[i])
  operator.adjoint(backwardSolve(l, forwardSolve(l, r))).forEach((value, j) => {
    x[j] += value
  })
}
