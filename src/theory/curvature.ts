import type { Eigen } from '../target/eigen.ts'
import type { Mixture } from '../target/mixture.ts'
import { largestOf, square, type Elementary } from './base.ts'

/** u' hess U(x) u for a unit vector u: how the density e^(-U) bends at a point along a line. */
export interface Bend {
  readonly value: number
  readonly x: readonly number[]
  readonly along: readonly number[]
}

export interface Curvature extends Bend {
  /** By how much rounding may have it off: far out the squares of the distances are large, and their differences count. */
  readonly doubt: number
}

/** The components of a mixture seen from a point x. */
export interface View {
  /** Their weights given x. */
  readonly shares: readonly number[]
  /** g_k = S_k^-1 (x - m_k), which is -grad log of each. */
  readonly pulls: readonly (readonly number[])[]
  /** The relative rounding of the shares. */
  readonly doubt: number
}

const ROUNDING = 2 ** -50
const LOST = 1e-20 // a share that a double does not tell beside 1

export function viewFrom(mixture: Raised, x: readonly number[], math: Elementary): View {
  const pulls = mixture.means.map((_, k) => pull(mixture, k, x))
  const logs = mixture.means.map((mean, k) => {
    let form = 0
    for (let j = 0; j < x.length; j++) form += (x[j] - mean[j]) * pulls[k][j]
    return mixture.heights[k] - form / 2
  })
  const largest = largestOf(logs)
  const parts = logs.map((log) => math.exp64(log - largest))
  const total = parts.reduce((sum, part) => sum + part, 0)
  return { shares: parts.map((part) => part / total), pulls, doubt: ROUNDING * (1 + Math.abs(largest)) }
}

/** u' hess U u = sum_k w_k u' S_k^-1 u - Var_w(u . g_k), w_k being the shares at x. */
export function curvatureAt(
  mixture: Raised,
  x: readonly number[],
  along: readonly number[],
  math: Elementary
): Bend {
  return bendAlong(mixture, viewFrom(mixture, x, math), x, along)
}

/** The same where x has been looked from. */
export function bendAlong(
  mixture: Mixture,
  view: View,
  x: readonly number[],
  along: readonly number[]
): Bend {
  return { value: dot(along, bendOf(mixture, view, along)), x, along }
}

/** By how much rounding may have a bend off. */
export function doubtOf(mixture: Raised, { value, x, along }: Bend, math: Elementary): number {
  const { shares, doubt } = viewFrom(mixture, x, math)
  // Its two parts, of which the first is at most the largest precision, are as large as that and the value together.
  const precise = mixture.covariances.reduce(
    (most, eigen, k) => (shares[k] < LOST ? most : Math.max(most, dot(along, solve(eigen, along)))),
    0
  )
  return 4 * doubt * (Math.abs(value) + precise)
}

/** hess U(x) u. */
export function bendOf({ covariances }: Mixture, { shares, pulls }: View, u: readonly number[]): number[] {
  const along = pulls.map((g) => dot(g, u))
  const middle = shares.reduce((sum, share, k) => sum + share * along[k], 0)
  const out = new Array<number>(u.length).fill(0)
  const centre = meanOf(shares, pulls)
  shares.forEach((share, k) => {
    if (share < LOST) return
    const own = solve(covariances[k], u)
    const off = along[k] - middle
    for (let j = 0; j < out.length; j++) out[j] += share * (own[j] - off * (pulls[k][j] - centre[j]))
  })
  return out
}

/** The gradient in x of u' hess U(x) u: how it changes with the shares, and with the pulls. */
export function gradientOf(
  { covariances }: Mixture,
  { shares, pulls }: View,
  u: readonly number[]
): number[] {
  const along = pulls.map((g) => dot(g, u))
  const middle = shares.reduce((sum, share, k) => sum + share * along[k], 0)
  const centre = meanOf(shares, pulls)
  const out = new Array<number>(u.length).fill(0)
  shares.forEach((share, k) => {
    if (share < LOST) return
    const own = solve(covariances[k], u)
    const off = along[k] - middle
    const bend = dot(own, u) - square(off)
    for (let j = 0; j < out.length; j++)
      out[j] -= share * (bend * (pulls[k][j] - centre[j]) + 2 * off * own[j])
  })
  return out
}

/** A mixture with log(w_k / sqrt(det S_k)) of each component, so that logarithms are taken once. */
export interface Raised extends Mixture {
  readonly heights: readonly number[]
}

export function raised(mixture: Mixture, { log64 }: Elementary): Raised {
  const known = new Map<Eigen, number>() // the points of a data set share one
  const volumeOf = (eigen: Eigen) => {
    const found = known.get(eigen)
    if (found !== undefined) return found
    const volume = eigen.values.reduce((sum, value) => sum + log64(value), 0) / 2
    known.set(eigen, volume)
    return volume
  }
  const heights = mixture.weights.map((weight, k) => log64(weight) - volumeOf(mixture.covariances[k]))
  return { ...mixture, heights }
}

/** Some of the components of a mixture, with their weights as they are. */
export function partOf(mixture: Mixture, members: readonly number[]): Mixture {
  const { weights, means, covariances } = mixture
  return {
    ...mixture,
    weights: members.map((k) => weights[k]),
    means: members.map((k) => means[k]),
    covariances: members.map((k) => covariances[k])
  }
}

/** An axis of a covariance: one of the coordinates where it has none of its own. */
export function rowOf({ values, axes }: Eigen, i: number): number[] {
  return Array.from(values, (_, j) => (axes.length === 0 ? Number(j === i) : axes[i * values.length + j]))
}

/** S_k^-1 (x - m_k). */
export function pull({ means, covariances }: Mixture, k: number, x: readonly number[]): number[] {
  return solve(
    covariances[k],
    x.map((value, j) => value - means[k][j])
  )
}

/** S^-1 x from the axes of S, those of the coordinates where it has none. */
export function solve({ values, axes }: Eigen, x: readonly number[]): number[] {
  if (axes.length === 0) return x.map((value, j) => value / values[j])
  return alongAxes(axes, x, (share, i) => share / values[i])
}

/** S x. */
export function times({ values, axes }: Eigen, x: readonly number[]): number[] {
  if (axes.length === 0) return x.map((value, j) => value * values[j])
  return alongAxes(axes, x, (share, i) => share * values[i])
}

function alongAxes(
  axes: Float64Array,
  x: readonly number[],
  scaled: (share: number, i: number) => number
): number[] {
  const d = x.length
  const out = new Array<number>(d).fill(0)
  for (let i = 0; i < d; i++) {
    let share = 0
    for (let j = 0; j < d; j++) share += axes[i * d + j] * x[j]
    share = scaled(share, i)
    for (let j = 0; j < d; j++) out[j] += axes[i * d + j] * share
  }
  return out
}

/** Multiplications or so that S^-1 x takes. */
export const solving = ({ dim, aligned }: Mixture): number => (aligned ? 3 * dim : 2 * dim * dim + 2 * dim)

/** And a view of all components with hess U along a line. */
export const viewing = (mixture: Mixture): number =>
  mixture.means.length * (2 * solving(mixture) + 6 * mixture.dim + 80)

export function unit(x: readonly number[]): number[] | undefined {
  const length = Math.sqrt(dot(x, x))
  return length > 0 && length < Infinity ? x.map((value) => value / length) : undefined
}

export function dot(x: ArrayLike<number>, y: ArrayLike<number>): number {
  let sum = 0
  for (let j = 0; j < x.length; j++) sum += x[j] * y[j]
  return sum
}

function meanOf(shares: readonly number[], rows: readonly (readonly number[])[]): number[] {
  const mean = new Array<number>(rows[0].length).fill(0)
  rows.forEach((row, k) => {
    if (shares[k] >= LOST) for (let j = 0; j < mean.length; j++) mean[j] += shares[k] * row[j]
  })
  return mean
}
