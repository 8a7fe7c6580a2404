import type { Eigen } from '../target/eigen.ts'
import { largestOf, type Elementary } from './base.ts'
import { dot, partOf, pull, rowOf, solving, unit, viewFrom, viewing, type Raised } from './curvature.ts'

type Point = readonly number[]

/** A line x + s e, and the direction u in which it is looked at. */
export interface Start {
  readonly x: Point
  readonly e: Point
  readonly along: Point
}

const SLANTS = [[1, 1], [1, -1], [2, 1], [2, -1], [1, 2], [1, -2]] // prettier-ignore
const HALVINGS = 30
const SCATTERED = 80 // starts that there are at least, where they are asked for

/** Multiplications or so that a start costs. */
export const costOfStart = (mixture: Raised): number =>
  viewing(mixture) + HALVINGS * 2 * (solving(mixture) + 6 * mixture.dim + 40)

/**
 * By turns: a mean with one of its axes, the widest first or for sign -1 the narrowest; a balanced point of two, across and aside;
 * and where these are few, means with directions that are scattered.
 */
export function startsOf(mixture: Raised, sign: 1 | -1, count: number, math: Elementary): Start[] {
  const { means, covariances, dim } = mixture
  const starts: Start[] = []
  const rays = dim + (dim > 1 ? SLANTS.length : 0)
  const pairs = pairsOf(means.length, count)
  for (let i = 0; starts.length < count && (i < rays * means.length || i < pairs.length); i++) {
    if (i < rays * means.length) {
      const k = i % means.length
      const axis = rayOf(covariances[k], Math.floor(i / means.length), sign)
      starts.push({ x: means[k], e: axis, along: axis })
    }
    if (i < pairs.length && starts.length < count) starts.push(...between(mixture, pairs[i], math))
  }
  const next = scattered()
  for (let i = 0; starts.length < Math.min(count, SCATTERED); i++) {
    const e = unit(Array.from({ length: dim }, next))
    if (e !== undefined) starts.push({ x: means[i % means.length], e, along: e })
  }
  return starts.slice(0, count)
}

/** Numbers in [-1, 1), the same ones every time. */
export function scattered(): () => number {
  let state = 1
  return () => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0
    return (state >>> 8) / 2 ** 23 - 1
  }
}

/** Across where two components weigh the same, and along it, away from the one that weighs most there. */
function between(mixture: Raised, [one, other]: readonly [number, number], math: Elementary): Start[] {
  const { means } = mixture
  const x = balanced(mixture, one, other, math)
  const [first, second] = [one, other].map((j) => pull(mixture, j, x))
  const along = unit(first.map((value, j) => value - second[j]))
  if (along === undefined) return []
  const { shares } = viewFrom(mixture, x, math)
  const top = means[shares.indexOf(largestOf(shares))]
  const away = x.map((value, j) => value - top[j])
  const share = dot(away, along)
  const aside = unit(away.map((value, j) => value - share * along[j]))
  const across = { x, e: along, along }
  return aside === undefined ? [across] : [across, { x, e: aside, along }]
}

/** The point between two means where both components weigh the same, by bisection. */
function balanced(mixture: Raised, k: number, l: number, math: Elementary): number[] {
  const { means } = mixture
  const both = { ...partOf(mixture, [k, l]), heights: [k, l].map((j) => mixture.heights[j]) }
  const step = means[l].map((value, j) => value - means[k][j])
  let [low, high] = [0, 1]
  for (let i = 0; i < HALVINGS; i++) {
    const middle = (low + high) / 2
    if (viewFrom(both, moved(means[k], step, middle), math).shares[0] > 0.5) low = middle
    else high = middle
  }
  return moved(means[k], step, (low + high) / 2)
}

/** The axes, and after them directions between the first two. */
function rayOf(eigen: Eigen, which: number, sign: 1 | -1): readonly number[] {
  if (which < eigen.values.length) return axisOf(eigen, which, sign)
  const [p, q] = SLANTS[which - eigen.values.length]
  const [first, second] = [0, 1].map((axis) => axisOf(eigen, axis, sign))
  return unit(first.map((value, j) => p * value + q * second[j])) ?? first
}

/** An axis of a covariance, the widest first or for sign -1 the narrowest. */
export function axisOf(eigen: Eigen, which: number, sign: 1 | -1): number[] {
  const { values } = eigen
  const rank = [...values.keys()].sort((i, j) => sign * (values[j] - values[i]))
  return rowOf(eigen, rank[which])
}

function pairsOf(count: number, most: number): [number, number][] {
  const pairs: [number, number][] = []
  for (let k = 1; k < count && pairs.length < most; k++)
    for (let l = 0; l < k && pairs.length < most; l++) pairs.push([l, k])
  return pairs
}

export const moved = (x: Point, e: Point, s: number): number[] => x.map((value, j) => value + s * e[j])
