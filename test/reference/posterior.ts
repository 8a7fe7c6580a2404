import type { Mixture } from './mixture.ts'
import { softmax } from './mixture.ts'
import type { Coefficients } from './schedule.ts'

/**
 * The posterior of an interpolant towards a Gaussian mixture at one point, component by component and with dense
 * matrices: what every estimate, its derivative and the log-density are made of.
 */
export interface Posterior {
  readonly denoiser: readonly number[]
  /** Cov(X_1 | X_t = x). */
  readonly covariance: readonly (readonly number[])[]
  readonly logDensity: number
}

/** Given component k, X_1 is normal with mean m + b L S^-1 (x - b m) and covariance L - b^2 L S^-1 L, S = a^2 I + b^2 L. */
export function posterior(
  { weights, means, variances, axes }: Mixture,
  { a, b }: Coefficients,
  x: readonly number[]
): Posterior {
  const d = x.length
  const parts = means.map((mean, k) => {
    const u = axes?.[k] ?? identity(d)
    const spread = variances[k].map((l) => a * a + b * b * l)
    const y = u.map((axis) => axis.reduce((s, value, j) => s + value * (x[j] - b * mean[j]), 0))
    const distance = y.reduce(
      (s, value, i) => s + value ** 2 / spread[i] + Math.log(2 * Math.PI * spread[i]),
      0
    )
    const moved = y.map((value, i) => (b * variances[k][i] * value) / spread[i])
    const left = variances[k].map((l, i) => (l * a * a) / spread[i])
    return {
      log: Math.log(weights[k]) - distance / 2,
      mean: mean.map((m, j) => m + u.reduce((s, axis, i) => s + axis[j] * moved[i], 0)),
      covariance: square(d, (p, q) => u.reduce((s, axis, i) => s + axis[p] * left[i] * axis[q], 0))
    }
  })
  const shares = softmax(parts.map(({ log }) => log))
  const mean = x.map((_, j) => parts.reduce((s, part, k) => s + shares[k] * part.mean[j], 0))
  const off = parts.map((part) => part.mean.map((m, j) => m - mean[j]))
  const covariance = square(d, (p, q) =>
    parts.reduce((s, part, k) => s + shares[k] * (part.covariance[p][q] + off[k][p] * off[k][q]), 0)
  )
  const largest = parts.reduce((m, { log }) => Math.max(m, log), -Infinity)
  const logDensity = largest + Math.log(parts.reduce((s, { log }) => s + Math.exp(log - largest), 0))
  return { denoiser: mean, covariance, logDensity }
}

/**
 * (onNoise / a) E[Z | x] + onData E[X_1 | x], and its derivative
 *
 *     (onNoise / a^2) I + (onData - onNoise b / a^2) (b / a^2) Cov(X_1 | x),   at times with a > 0.
 */
export function estimateOf(
  { denoiser, covariance }: Posterior,
  { a, b }: Coefficients,
  onNoise: number,
  onData: number,
  x: readonly number[]
): { value: number[]; jacobian: number[][] } {
  const own = onNoise / (a * a)
  const pull = onData - own * b
  return {
    value: x.map((value, j) => own * value + pull * denoiser[j]),
    jacobian: square(x.length, (p, q) => (p === q ? own : 0) + (pull * b * covariance[p][q]) / (a * a))
  }
}

const identity = (d: number) => square(d, (p, q) => Number(p === q))

function square(d: number, entry: (p: number, q: number) => number): number[][] {
  return Array.from({ length: d }, (_, p) => Array.from({ length: d }, (__, q) => entry(p, q)))
}
