import type { Coefficients } from './schedule.ts'

/** sum_k weights_k N(means_k, U_k^T diag(variances_k) U_k), the rows of U_k being axes_k; absent = coordinate axes. */
export interface Mixture {
  readonly weights: readonly number[]
  readonly means: readonly (readonly number[])[]
  readonly variances: readonly (readonly number[])[]
  readonly axes?: readonly (readonly (readonly number[])[])[]
}

/**
 * The velocity of the flow to a Gaussian mixture at one point,
 *
 *     v = sum_k r_k [ b' m_k + U_k^T diag(c_k) U_k (x - b m_k) ],   c_ki = (a a' + b b' l_ki) / (a^2 + b^2 l_ki).
 *
 * @see Gao, Huang & Jiao, "Gaussian Interpolation Flows", JMLR 25 (2024).
 */
export function mixtureVelocity(
  { weights, means, variances, axes }: Mixture,
  at: Coefficients,
  x: readonly number[]
): number[] {
  const { a, aDa, b, db } = at
  const logPosteriors: number[] = []
  const velocities = means.map((mean, k) => {
    const centred = x.map((value, j) => value - b * mean[j])
    const u = axes?.[k] ?? centred.map((_, i) => centred.map((_, j) => Number(i === j)))
    const y = u.map((axis) => dot(axis, centred))
    const spread = variances[k].map((l) => a * a + b * b * l)
    logPosteriors.push(
      Math.log(weights[k]) -
        dot(
          y.map((value, i) => value / spread[i]),
          y
        ) /
          2 -
        spread.reduce((s, v) => s + Math.log(v), 0) / 2
    )
    const moved = y.map((value, i) => (value * (aDa + b * db * variances[k][i])) / spread[i])
    return mean.map((m, j) => db * m + u.reduce((s, axis, i) => s + axis[j] * moved[i], 0))
  })
  const posterior = softmax(logPosteriors)
  return x.map((_, j) => velocities.reduce((s, v, k) => s + posterior[k] * v[j], 0))
}

export function softmax(logits: readonly number[]): number[] {
  const largest = logits.reduce((m, l) => Math.max(m, l), -Infinity)
  const exps = logits.map((l) => Math.exp(l - largest))
  const total = exps.reduce((s, e) => s + e, 0)
  return exps.map((e) => e / total)
}

function dot(x: readonly number[], y: readonly number[]): number {
  return x.reduce((s, value, i) => s + value * y[i], 0)
}
