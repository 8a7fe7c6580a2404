import type { Coefficients } from '../schedule/schedule.ts'
import { spread, square, type Elementary } from './base.ts'

const [SMALL, LARGE] = [1e-250, 1e250] // between them a product is as exact as its factors
const CLOSE = 1e-9 // what is left after such a step a double hardly tells

/** The eigenvalues of a covariance: moderate ones that occur once, and others, each followed by how often it occurs. */
export interface Spectrum {
  readonly once: Float64Array
  readonly often: Float64Array
}

/** Components of a Gaussian mixture of which some have one covariance S that exceeds all others. */
export interface Ordered {
  /** The least and the largest eigenvalue of all covariances; the largest is that of S. */
  readonly variances: readonly [least: number, most: number]
  /** The least eigenvalue of S. */
  readonly narrow: number
  readonly spectrum: Spectrum
  /** The extent of the means of the components with S, as the radius of a `gaussian-mixture`. */
  readonly radius: number
  readonly others: readonly Narrower[]
}

/** A component beside the widest. */
export interface Narrower {
  /** The largest, over the widest components j, of log(w_k / w_j) + (m_k - m_j)' (S - S_k)^-1 (m_k - m_j) / 2. */
  readonly level: number
  readonly spectrum: Spectrum
  /**
   * Pairs l, L of which at every time one gives the largest (1 / q_l - 1 / q_L) / b^2, a bound on (Q_k^-1 - Q^-1) / b^2: the
   * eigenvalues of S_k and S along the axes that they share, or the least of S_k and the largest of S where they share none.
   */
  readonly gaps: Float64Array
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
  const { others } = of
  const wide = logDeterminant(of.spectrum, at, math)
  // Arrays of numbers: a certificate asks this some thousand times, of a hundred components.
  const levels = new Float64Array(others.length)
  const gammas = new Float64Array(others.length)
  for (let k = 0; k < others.length; k++) {
    levels[k] = others[k].level + (wide - logDeterminant(others[k].spectrum, at, math)) / 2
    gammas[k] = steepest(others[k].gaps, at)
  }
  const between =
    levels.length === 1 ? pairVariance(levels[0], gammas[0], math) : meanSquare(levels, gammas, math)
  return square(of.radius / spread(of.narrow, at)) + between
}

/**
 * log det(a^2 I + b^2 S) from a spectrum, with few logarithms and comparisons: in many dimensions nothing else takes time.
 */
function logDeterminant({ once, often }: Spectrum, at: Coefficients, { log64 }: Elementary): number {
  let log = 0
  for (let i = 0; i < often.length; i += 2) log += often[i + 1] * log64(spread(often[i], at))
  const noise = at.a * at.a
  const data = at.b * at.b
  let product = 1
  let i = 0
  for (; i + 3 < once.length; i += 4) {
    const one = (noise + data * once[i]) * (noise + data * once[i + 1])
    const other = (noise + data * once[i + 2]) * (noise + data * once[i + 3])
    const next = product * (one * other)
    if (next < LARGE && next > SMALL) product = next
    else {
      log += log64(product) + log64(one) + log64(other)
      product = 1
    }
  }
  for (; i < once.length; i++) log += log64(noise + data * once[i])
  return log + log64(product)
}

function steepest(gaps: Float64Array, at: Coefficients): number {
  let gamma = 0
  for (let i = 0; i < gaps.length; i += 2) {
    const pull = (gaps[i + 1] - gaps[i]) / (spread(gaps[i], at) * spread(gaps[i + 1], at))
    if (pull > gamma) gamma = pull
  }
  return gamma
}

/** The largest p / (1 + p)^2 2 gamma (C - log p): at (C - log p) (1 - p) = 1 + p. */
function pairVariance(level: number, gamma: number, { exp64 }: Elementary): number {
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

/**
 * The root of F = 2 sum_k gamma_k e^(C_k - 1 - F / (2 gamma_k)), by Newton's steps for the difference of the logarithms, which
 * is nearly a line: from the root of one of its terms alone, the largest where levels are high.
 */
function meanSquare(levels: Float64Array, gammas: Float64Array, math: Elementary): number {
  let top = 0
  for (let k = 1; k < levels.length; k++) if (reach(levels, gammas, k) > reach(levels, gammas, top)) top = k
  let f = 2 * gammas[top] * lambert(levels[top] - 1, math)
  for (let i = 0; i < 50; i++) {
    const { log, fall } = logSum(levels, gammas, f, math)
    const step = (log - math.log64(f)) / (1 / f + fall)
    f += step
    // log F minus the other side is concave and rising: steps come from below, each the square of the last.
    if (!(step > CLOSE * f)) break
  }
  return f
}

const NEGLIGIBLE = -50 // the logarithm of what adds nothing to a double

/** log(2 sum_k gamma_k e^(C_k - 1 - F / (2 gamma_k))), and how fast it falls with F. */
function logSum(levels: Float64Array, gammas: Float64Array, f: number, { exp64, log64 }: Elementary) {
  let most = -Infinity
  for (let k = 0; k < levels.length; k++) most = Math.max(most, levels[k] - f / (2 * gammas[k]))
  let sum = 0
  let steepness = 0
  for (let k = 0; k < levels.length; k++) {
    const exponent = levels[k] - f / (2 * gammas[k]) - most
    if (exponent < NEGLIGIBLE) continue
    const p = exp64(exponent)
    sum += 2 * gammas[k] * p
    steepness += p
  }
  return { log: most - 1 + log64(sum), fall: steepness / sum }
}

const reach = (levels: Float64Array, gammas: Float64Array, k: number): number =>
  gammas[k] * Math.max(levels[k], 1)

/** W(e^y), the root of w + log w = y. */
function lambert(y: number, { exp64, log64 }: Elementary): number {
  let w = y > 1 ? y - log64(y) : exp64(Math.max(y, -600)) / 2
  for (let i = 0; i < 6; i++) w = (w * (1 + y - log64(w))) / (1 + w)
  return w
}
