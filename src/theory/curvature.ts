import type { Eigen } from '../target/eigen.ts'
import type { Mixture } from '../target/mixture.ts'
import { square, type Elementary } from './base.ts'

/** u' hess U(x) u for a unit vector u: how the density e^(-U) bends at a point along a line. */
export interface Curvature {
  readonly value: number
  readonly x: readonly number[]
  readonly along: readonly number[]
}

const PLACES = 64 // means and pairs of them that are looked at,
const COST = 4194304 // fewer where they times coordinates pass this
const DISTANCES = [0, 1, 10, 100]

/**
 * Where the density of a mixture bends least, as far as a few points tell: between two means, where both weigh the same,
 * along the line on which they pull apart; and at each mean along its widest axis.
 */
export function leastCurvature(mixture: Mixture, math: Elementary): Curvature {
  const places = looked(mixture).map((mean, k) =>
    curvatureAt(
      mixture,
      mean,
      axisOf(mixture.covariances[k], (x, y) => x > y),
      math
    )
  )
  for (const [k, l] of pairsOf(looked(mixture).length)) {
    const x = balanced(mixture, k, l, math)
    const [one, other] = [k, l].map((j) => pull(mixture, j, x))
    const apart = unit(one.map((value, j) => value - other[j]))
    if (apart !== undefined) places.push(curvatureAt(mixture, x, apart, math))
  }
  return places.reduce((best, place) => (place.value < best.value ? place : best))
}

/** Where it bends most, in the same sense: at and beyond each mean, as seen from their centre, along its narrowest axis. */
export function largestCurvature(mixture: Mixture, math: Elementary): Curvature {
  const { means, covariances } = mixture
  const centre = means[0].map((_, j) => means.reduce((sum, mean) => sum + mean[j] / means.length, 0))
  const places = looked(mixture).flatMap((mean, k) => {
    const axis = axisOf(covariances[k], (x, y) => x < y)
    return DISTANCES.map((far) => {
      const x = mean.map((value, j) => value + far * (value - centre[j]))
      return curvatureAt(mixture, x, axis, math)
    })
  })
  return places.reduce((best, place) => (place.value > best.value ? place : best))
}

/** The means at which to look: each look goes over all components. */
function looked({ means, dim }: Mixture): readonly (readonly number[])[] {
  return means.slice(0, Math.max(2, Math.min(PLACES, Math.floor(COST / (means.length * dim)))))
}

/** sum_k w_k u' S_k^-1 u - Var_w(u . S_k^-1 (x - m_k)), w_k the weights of the components at x. */
function curvatureAt(
  mixture: Mixture,
  x: readonly number[],
  along: readonly number[],
  math: Elementary
): Curvature {
  const logs = mixture.means.map((_, k) => logWeight(mixture, k, x, math))
  const largest = logs.reduce((most, log) => Math.max(most, log), -Infinity)
  const shares = logs.map((log) => math.exp64(log - largest))
  const total = shares.reduce((sum, share) => sum + share, 0)
  const mean = (values: readonly number[]) => values.reduce((sum, v, k) => sum + (shares[k] / total) * v, 0)
  const bent = mean(mixture.covariances.map((eigen) => dot(along, solve(eigen, along))))
  const pulls = mixture.means.map((_, k) => dot(along, pull(mixture, k, x)))
  const middle = mean(pulls)
  return { value: bent - mean(pulls.map((value) => square(value - middle))), x, along }
}

/** log(w_k N(x; m_k, S_k)) up to a constant. */
function logWeight(
  { weights, means, covariances }: Mixture,
  k: number,
  x: readonly number[],
  math: Elementary
) {
  const centred = x.map((value, j) => value - means[k][j])
  const logDet = covariances[k].values.reduce((sum, value) => sum + math.log64(value), 0)
  return math.log64(weights[k]) - (dot(centred, solve(covariances[k], centred)) + logDet) / 2
}

/** S_k^-1 (x - m_k). */
function pull({ means, covariances }: Mixture, k: number, x: readonly number[]): number[] {
  return solve(
    covariances[k],
    x.map((value, j) => value - means[k][j])
  )
}

/** S^-1 x from the axes of S, those of the coordinates where it has none. */
function solve({ values, axes }: Eigen, x: readonly number[]): number[] {
  if (axes.length === 0) return x.map((value, j) => value / values[j])
  const d = x.length
  const out = new Array<number>(d).fill(0)
  values.forEach((value, i) => {
    let share = 0
    for (let j = 0; j < d; j++) share += axes[i * d + j] * x[j]
    for (let j = 0; j < d; j++) out[j] += (axes[i * d + j] * share) / value
  })
  return out
}

/** The point between two means where both components weigh the same, by bisection. */
function balanced(mixture: Mixture, k: number, l: number, math: Elementary): number[] {
  const { means } = mixture
  const at = (part: number) => means[k].map((value, j) => value + part * (means[l][j] - value))
  let [low, high] = [0, 1]
  for (let i = 0; i < 60; i++) {
    const middle = (low + high) / 2
    const x = at(middle)
    if (logWeight(mixture, k, x, math) > logWeight(mixture, l, x, math)) low = middle
    else high = middle
  }
  return at((low + high) / 2)
}

function axisOf({ values, axes }: Eigen, better: (x: number, y: number) => boolean): number[] {
  const d = values.length
  let best = 0
  for (let i = 1; i < d; i++) if (better(values[i], values[best])) best = i
  return Array.from({ length: d }, (_, j) => (axes.length === 0 ? Number(j === best) : axes[best * d + j]))
}

function pairsOf(count: number): [number, number][] {
  const pairs: [number, number][] = []
  for (let k = 1; k < count; k++) for (let l = 0; l < k && pairs.length < PLACES; l++) pairs.push([l, k])
  return pairs
}

function unit(x: readonly number[]): number[] | undefined {
  const length = Math.sqrt(dot(x, x))
  return length > 0 ? x.map((value) => value / length) : undefined
}

function dot(x: readonly number[], y: readonly number[]): number {
  return x.reduce((sum, value, j) => sum + value * y[j], 0)
}
