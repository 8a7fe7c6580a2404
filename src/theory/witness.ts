import type { Eigen } from '../target/eigen.ts'
import type { Mixture } from '../target/mixture.ts'
import type { Elementary } from './base.ts'
import {
  bendOf,
  curvatureAt,
  dot,
  gradientOf,
  pull,
  raised,
  unit,
  viewFrom,
  type Curvature,
  type Raised
} from './curvature.ts'
import { lowestOn } from './line.ts'

type Point = readonly number[]

const WORK = 6e7 // multiplications or so that a search may cost, some 150 ms
const [DENSE, SCAN, STEP] = [4000, 240, 100] // places on a line: on the only one, at a start and at a step, with few components
const LEAST_PLACES = 12
const PLACES = 20000 // and at most that by components, with many
const REFINED = 250 // places beside, where a scan is refined
const PLACE = 16 // multiplications or so that one takes for every component
const [LEAST_LINES, MOST_LINES] = [4, 600]
const SLANTS = [[1, 1], [1, -1], [2, 1], [2, -1], [1, 2], [1, -2]] // prettier-ignore
const KEPT = 40 // starts that are followed
const ROUNDS = 20
const TURNS = 6
const SETTLED = 1e-10

/** Where the density of a mixture bends least, as far as a search tells that ends in time: the value is true at its point. */
export function leastCurvature(mixture: Mixture, math: Elementary): Curvature {
  return search(raised(mixture, math), 1, math)
}

/** Where it bends most, in the same sense. */
export function largestCurvature(mixture: Mixture, math: Elementary): Curvature {
  return search(raised(mixture, math), -1, math)
}

/**
 * On lines through means along their axes, and across and along where two components weigh the same, u' hess U u is scanned;
 * from the best places on, u turns to the extreme eigenvector and x walks along u, the gradient, and its last way by turns.
 */
function search(mixture: Raised, sign: 1 | -1, math: Elementary): Curvature {
  const { dim, means, aligned } = mixture
  const solving = means.length * dim * (aligned ? 12 : 12 * dim)
  const most = Math.max(LEAST_PLACES, Math.floor(PLACES / means.length))
  const lines = (count: number) => {
    const cost = solving + PLACE * (Math.min(count, most) + REFINED) * means.length
    return Math.max(LEAST_LINES, Math.min(MOST_LINES, Math.floor(WORK / 2 / cost)))
  }
  const on = (x: Point, e: Point, u: Point, count: number): Curvature => {
    const { s } = lowestOn(mixture, [x, e, u], sign, Math.min(count, most), math)
    return curvatureAt(mixture, moved(x, e, s), u, math)
  }
  const better = (one: Curvature, other: Curvature) => sign * (one.value - other.value)
  const starts = startsOf(mixture, sign, dim === 1 ? 1 : lines(SCAN), math)
  const found = starts.flatMap(({ x, e, along }) => [
    curvatureAt(mixture, x, along, math),
    on(x, e, along, dim === 1 ? DENSE : SCAN)
  ])
  found.sort(better)
  if (dim === 1) return found[0]
  let left = lines(STEP)
  const walk = (start: Curvature): Curvature => {
    let best = start
    for (let round = 0; round < ROUNDS && left > 0; round++) {
      const before = best
      best = turned(mixture, best, sign, math)
      const ways = [
        () => best.along,
        () => unit(gradientOf(mixture, viewFrom(mixture, best.x, math), best.along)),
        () => unit(best.x.map((value, j) => value - before.x[j]))
      ]
      for (const way of ways) {
        const e = way()
        if (e === undefined) continue
        left--
        const next = on(best.x, e, best.along, STEP)
        if (better(next, best) < 0) best = next
      }
      if (Math.abs(best.value - before.value) <= SETTLED * (1 + Math.abs(before.value))) break
    }
    return best
  }
  return [...distinct(found).slice(0, KEPT).map(walk), found[0]].sort(better)[0]
}

/** Of sorted places one for each value. */
function distinct(found: readonly Curvature[]): Curvature[] {
  return found.filter(
    ({ value }, i) => i === 0 || Math.abs(value - found[i - 1].value) > 1e-4 * (1 + Math.abs(value))
  )
}

/** The same point, seen along a vector nearer the extreme eigenvector: the best of the plane of u and hess U u, some times. */
function turned(mixture: Raised, start: Curvature, sign: 1 | -1, math: Elementary): Curvature {
  const view = viewFrom(mixture, start.x, math)
  let u = start.along
  for (let i = 0; i < TURNS; i++) {
    const bent = bendOf(mixture, view, u)
    const value = dot(u, bent)
    const aside = unit(bent.map((b, j) => b - value * u[j]))
    if (aside === undefined) break
    const other = dot(aside, bendOf(mixture, view, aside))
    const mixed = dot(aside, bent)
    const half = (other - value) / 2
    const root = Math.sqrt(half * half + mixed * mixed)
    if (!(root > 0)) break
    // The eigenvector of [[value, mixed], [mixed, other]] for the extreme eigenvalue, by the entry that does not cancel.
    const [p, q] = sign * half >= 0 ? [half * sign + root, -sign * mixed] : [mixed, half - sign * root]
    const next = unit(u.map((v, j) => p * v + q * aside[j]))
    if (next === undefined) break
    u = next
  }
  const value = dot(u, bendOf(mixture, view, u))
  return sign * value < sign * start.value ? { value, x: start.x, along: u } : start
}

/** A line x + s e, and the direction u in which it is looked at. */
interface Start {
  readonly x: Point
  readonly e: Point
  readonly along: Point
}

/** By turns: a mean with one of its axes, the widest first or for sign -1 the narrowest; a balanced point of two, across and aside. */
function startsOf(mixture: Raised, sign: 1 | -1, count: number, math: Elementary): Start[] {
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
    if (i < pairs.length) starts.push(...between(mixture, pairs[i], math))
  }
  return starts.slice(0, count)
}

/** Across where two components weigh the same, and along it, away from the one that weighs most there. */
function between(mixture: Raised, [one, other]: readonly [number, number], math: Elementary): Start[] {
  const { means } = mixture
  const x = balanced(mixture, one, other, math)
  const [first, second] = [one, other].map((j) => pull(mixture, j, x))
  const along = unit(first.map((value, j) => value - second[j]))
  if (along === undefined) return []
  const { shares } = viewFrom(mixture, x, math)
  const top = means[shares.indexOf(Math.max(...shares))]
  const away = x.map((value, j) => value - top[j])
  const aside = unit(away.map((value, j) => value - dot(away, along) * along[j]))
  const across = { x, e: along, along }
  return aside === undefined ? [across] : [across, { x, e: aside, along }]
}

/** The point between two means where both components weigh the same, by bisection. */
function balanced(mixture: Raised, k: number, l: number, math: Elementary): number[] {
  const { means } = mixture
  const both = { ...mixture, weights: [k, l].map((j) => mixture.weights[j]), heights: [k, l].map((j) => mixture.heights[j]), means: [means[k], means[l]], covariances: [k, l].map((j) => mixture.covariances[j]) } // prettier-ignore
  const step = means[l].map((value, j) => value - means[k][j])
  let [low, high] = [0, 1]
  for (let i = 0; i < 30; i++) {
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

function axisOf({ values, axes }: Eigen, which: number, sign: 1 | -1): number[] {
  const d = values.length
  const rank = [...values.keys()].sort((i, j) => sign * (values[j] - values[i]))
  const i = rank[which]
  return Array.from({ length: d }, (_, j) => (axes.length === 0 ? Number(j === i) : axes[i * d + j]))
}

function pairsOf(count: number, most: number): [number, number][] {
  const pairs: [number, number][] = []
  for (let k = 1; k < count; k++) for (let l = 0; l < k && pairs.length < most; l++) pairs.push([l, k])
  return pairs
}

const moved = (x: Point, e: Point, s: number): number[] => x.map((value, j) => value + s * e[j])
