import type { Coefficients } from '../schedule/schedule.ts'
import { spread, square, type Elementary } from './base.ts'

/** Components of a Gaussian mixture of which some have one covariance S that exceeds all others. */
export interface Ordered {
  /** The least and the largest eigenvalue of all covariances; the largest is that of S. */
  readonly variances: readonly [least: number, most: number]
  /** The least eigenvalue of S. */
  readonly narrow: number
  /** The extent of the means of the components with S, as the radius of a `gaussian-mixture`. */
  readonly radius: number
  readonly others: readonly Narrower[]
}

/** A component beside the widest. */
export interface Narrower {
  /** The largest, over the widest components j, of log(w_k / w_j) + (m_k - m_j)' (S - S_k)^-1 (m_k - m_j) / 2. */
  readonly level: number
  readonly variances: readonly [least: number, most: number]
  /** Its eigenvalue, the one of S beside it, and how often the two occur; then the next three. */
  readonly pairs: readonly number[]
  /** Whether the axes are the same, so that a pair belongs to one direction. */
  readonly aligned: boolean
}

/**
 * A bound on sup_x Var_w(u . g) over all unit vectors u, where the components of a `widest` mixture pull with
 * g_k = Q_k^-1 (x - b m_k) / b and have the weights w_k given X_t = x.
 *
 * Among the widest alone it is at most (r / q)^2. For another, log(w_k / w_j) is C_k - zeta_k / 2 with the quadratic form
 * zeta_k = b^2 (g_k - g_j)' (Q_k^-1 - Q_j^-1)^-1 (g_k - g_j), whose largest value is at its centre,
 *
 *     C_k = level_k + log(det Q / det Q_k) / 2,   |g_k - g_j|^2 <= gamma_k zeta_k,   gamma_k = max (1 / q_k - 1 / q) / b^2.
 *
 * With p_k = w_k / w_widest that leaves F = sum_k gamma_k zeta_k p_k / (1 + sum p), zeta_k = 2 (C_k - log p_k), whose largest
 * value over all p solves F = 2 sum_k gamma_k e^(C_k - 1 - F / (2 gamma_k)). For a single narrower component the variance
 * of two values, w (1 - w) times their squared distance, is known better.
 */
export function largestVariance(of: Ordered, at: Coefficients, math: Elementary): number {
  const parts = of.others.map((other) => partOf(of, other, at, math))
  const between = parts.length === 1 ? pairVariance(parts[0], math) : meanSquare(parts, math)
  return square(of.radius / spread(of.narrow, at)) + between
}

interface Part {
  readonly level: number
  readonly gamma: number
}

/** C_k and gamma_k in one go: in many dimensions nothing else takes time, and logarithms are few. */
function partOf(
  of: Ordered,
  { level, variances, pairs, aligned }: Narrower,
  at: Coefficients,
  { log64 }: Elementary
): Part {
  const noise = square(at.a)
  const data = square(at.b)
  let logDeterminants = 0
  let product = 1
  let gamma = 0
  for (let i = 0; i < pairs.length; i += 3) {
    const own = noise + data * pairs[i]
    const wide = noise + data * pairs[i + 1]
    const quotient = wide / own
    if (pairs[i + 2] > 1 || quotient > 1e30 || quotient < 1e-30)
      logDeterminants += pairs[i + 2] * log64(quotient)
    else product *= quotient
    if (product > 1e200 || product < 1e-200) {
      logDeterminants += log64(product)
      product = 1
    }
    const pull = (pairs[i + 1] - pairs[i]) / (own * wide)
    if (pull > gamma) gamma = pull
  }
  // Eigenvalues of matrices with other axes bound their difference by the extremes alone.
  if (!aligned)
    gamma = (of.variances[1] - variances[0]) / (spread(variances[0], at) * spread(of.variances[1], at))
  return { level: level + (logDeterminants + log64(product)) / 2, gamma }
}

/** The largest p / (1 + p)^2 2 gamma (C - log p): at (C - log p) (1 - p) = 1 + p. */
function pairVariance({ level, gamma }: Part, { exp64 }: Elementary): number {
  let low = Math.min(level, 0) - 2
  let high = 0
  for (let i = 0; i < 40; i++) {
    const middle = (low + high) / 2
    const p = exp64(middle)
    if ((level - middle) * (1 - p) > 1 + p) low = middle
    else high = middle
  }
  const p = exp64(low)
  return (2 * gamma * (level - low) * p) / square(1 + p)
}

/** The root of F = 2 sum_k gamma_k e^(C_k - 1 - F / (2 gamma_k)), by Newton's steps from that of one of its terms alone, the largest where levels are high. */
function meanSquare(parts: readonly Part[], math: Elementary): number {
  const { level, gamma } = parts.reduce((top, part) => (reach(part) > reach(top) ? part : top))
  let f = 2 * gamma * lambert(level - 1, math)
  for (let i = 0; i < 50; i++) {
    let sum = 0
    let steepness = 1
    for (const { level, gamma } of parts) {
      const p = math.exp64(level - 1 - f / (2 * gamma))
      sum += 2 * gamma * p
      steepness += p
    }
    const step = (sum - f) / steepness
    f += step
    // The left side minus the right is concave and rising: steps come from below and end there.
    if (!(step > 1e-13 * f)) break
  }
  return f
}

const reach = ({ level, gamma }: Part) => gamma * Math.max(level, 1)

/** W(e^y), the root of w + log w = y. */
function lambert(y: number, { exp64, log64 }: Elementary): number {
  let w = y > 1 ? y - log64(y) : exp64(Math.max(y, -600)) / 2
  for (let i = 0; i < 6; i++) w = (w * (1 + y - log64(w))) / (1 + w)
  return w
}
