import type { Eigen } from '../target/eigen.ts'
import type { Mixture } from '../target/mixture.ts'
import { square, type Elementary } from './base.ts'
import { bendOf, dot, raised, times, unit, viewFrom, viewing, type Raised, type View } from './curvature.ts'
import { ballAround, meanBy, squaredDistance } from './enclosing.ts'
import { affordable, costOf, lineThrough, lowestOn, scanOf, weigh, type Line } from './line.ts'
import { costOfStart, moved, startsOf, type Start } from './starts.ts'

type Point = readonly number[]

/** A value of g = grad log(d nu / d N(m, sigma^2 I)) - m / sigma^2 or so: at a point, or far out where one component is alone. */
export interface Tilt {
  readonly value: Point
  readonly at: Point | number
}

const WORK = 6e7 // multiplications or so that a search may cost, some 150 ms
const [DENSE, SCAN, STEP] = [4000, 240, 100] // places on a line: on the only one, at a start and at a step, with few components
const MOST_LINES = 600
const BATCH = 8 // walks, before the ball is drawn anew
const ROUNDS = 12
const IDLE = 6 // batches in which the ball does not grow, after which a search ends
const [SETTLED, DISTINCT] = [1e-10, 1e-4] // of a distance

/** No ball of a radius below `least` holds the values `told`, and one of `radius` all that were found. */
export interface Spread {
  readonly least: number
  readonly radius: number
  readonly told: readonly Tilt[]
}

/** A mixture with D_k = S_k^-1 - I / sigma^2 of each component, which is 0 for the widest, and with the origin at the mean of one. */
interface Tilted extends Raised {
  readonly variance: number
  readonly origin: Point
  readonly excesses: readonly Eigen[]
}

/**
 * How far apart the values of g(x) = grad log p(x) + x / sigma^2 lie, p being a mixture: the smallest ball around those that
 * are found, of which `told` are the ones that tell. With the shares w_k at x,
 *
 *     g(x) = sum_k w_k (m_k / sigma^2 - D_k (x - m_k)),   D_k = S_k^-1 - I / sigma^2,
 *
 * and far out it comes to m_k / sigma^2 of every outermost one of the components `widest`, whose D_k is 0. Lines are scanned as for
 * the curvature; from what lies furthest from the centre of the ball x walks up the gradient of the distance, along the
 * way to it, and its last way by turns.
 */
export function tiltsOf(
  mixture: Mixture,
  sigma: number,
  widest: readonly number[],
  math: Elementary
): Spread {
  const tilted = tiltedOf(mixture, square(sigma), mixture.means[widest[0]], math)
  const { means, variance, origin } = tilted
  const tilts: Tilt[] = widest.map((k) => ({ value: means[k].map((value) => value / variance), at: k }))
  if (widest.length < means.length) tilts.push(...found(tilted, tilts, math))
  const { least, radius, told } = ballAround(tilts.map(({ value }) => value))
  return {
    least,
    radius,
    told: told.map((i) => {
      const { value, at } = tilts[i]
      return {
        value: value.map((v, j) => v + origin[j] / variance),
        at: typeof at === 'number' ? at : at.map((x, j) => x + origin[j])
      }
    })
  }
}

function tiltedOf(mixture: Mixture, variance: number, origin: Point, math: Elementary): Tilted {
  const means = mixture.means.map((mean) => mean.map((value, j) => value - origin[j]))
  const known = new Map<Eigen, Eigen>()
  const excessOf = (eigen: Eigen): Eigen => {
    const excess = known.get(eigen) ?? {
      values: eigen.values.map((value) => Math.max(0, variance - value) / (value * variance)),
      axes: eigen.axes
    }
    known.set(eigen, excess)
    return excess
  }
  const excesses = mixture.covariances.map(excessOf)
  return { ...raised({ ...mixture, means }, math), variance, origin, excesses }
}

function found(mixture: Tilted, far: readonly Tilt[], math: Elementary): Tilt[] {
  const { dim } = mixture
  if (dim === 1) return ends(mixture, math)
  const tilts = [...far]
  const looking = viewing(mixture)
  const scan = affordable(mixture, SCAN, WORK / 4)
  const each = costOfStart(mixture) + costOf(mixture, scan) + scan * mixture.means.length * dim
  const lines = Math.max(1, Math.min(MOST_LINES, Math.floor(WORK / 2 / each)))
  const { centre } = ballAround(far.map(({ value }) => value))
  for (const start of startsOf(mixture, 1, lines, math))
    tilts.push(...scanned(mixture, start, centre, scan, math))
  let left = WORK - lines * each
  const step = affordable(mixture, STEP, left / 4)
  const walk = (start: Point, from: Point): Tilt => {
    let best = tiltAt(mixture, start, math)
    let before = start
    for (let round = 0; round < ROUNDS && left > 0; round++) {
      const reach = apart(best.value, from)
      const u = unit(best.value.map((value, j) => value - from[j]))
      if (u === undefined) break
      const x = best.at as Point
      const last = before
      const ways = [
        () => risingOf(mixture, viewFrom(mixture, best.at as Point, math), u),
        () => u,
        () => (best.at as Point).map((value, j) => value - last[j])
      ]
      for (const way of ways) {
        const e = left > 0 ? unit(way()) : undefined
        if (e === undefined) continue
        left -= costOf(mixture, step) + 2 * looking
        const on = tiltOn(mixture, best.at as Point, e, u, math)
        const { s } = lowestOn(on.line, (place) => -on.at(place), step)
        const next = tiltAt(mixture, moved(best.at as Point, e, s), math)
        if (apart(next.value, from) > apart(best.value, from)) best = next
      }
      before = x
      if (apart(best.value, from) <= reach * (1 + SETTLED)) break
    }
    return best
  }
  const walked = new Set<Tilt>()
  let radius = 0
  for (let idle = 0; idle < IDLE && left > 0; idle++) {
    const ball = ballAround(tilts.map(({ value }) => value))
    left -= 20 * tilts.length * dim
    if (ball.least > radius * (1 + SETTLED)) idle = 0
    radius = Math.max(radius, ball.least)
    const ranked = tilts.map((tilt) => ({ tilt, reach: apart(tilt.value, ball.centre) }))
    ranked.sort((one, other) => other.reach - one.reach)
    const starts = ranked.filter(
      ({ tilt, reach }, i) =>
        typeof tilt.at !== 'number' &&
        !walked.has(tilt) &&
        (i === 0 || reach < ranked[i - 1].reach * (1 - DISTINCT))
    )
    if (starts.length === 0) break
    for (const { tilt } of starts.slice(0, BATCH)) {
      walked.add(tilt)
      const end = walk(tilt.at as Point, ball.centre)
      walked.add(end)
      tilts.push(end)
    }
  }
  return tilts.slice(far.length)
}

/** The least and the largest on the only line. */
function ends(mixture: Tilted, math: Elementary): Tilt[] {
  const on = tiltOn(mixture, [0], [1], [1], math)
  const count = affordable(mixture, DENSE, WORK / 2)
  return [1, -1].map((sign) => {
    const { s } = lowestOn(on.line, (place) => sign * on.at(place), count)
    return tiltAt(mixture, [s], math)
  })
}

/** Of a line what lies furthest from a centre, and what furthest from that. */
function scanned(mixture: Tilted, { x, e }: Start, centre: Point, count: number, math: Elementary): Tilt[] {
  const own = pushesOf(mixture, x)
  const slopes = mixture.excesses.map((excess) => times(excess, e))
  const line = lineThrough(mixture, x, e, () => undefined)
  const seen = scanOf(line, count).map((s) => {
    weigh(line, s, math)
    const value = new Array<number>(x.length).fill(0)
    let mass = 0
    line.shares.forEach((share, k) => {
      if (share === 0) return
      mass += share
      for (let j = 0; j < value.length; j++) value[j] += share * (own[k][j] - s * slopes[k][j])
    })
    return { s, value: value.map((v) => v / mass) }
  })
  const furthest = (from: Point) =>
    seen.reduce((most, one) => (apart(one.value, from) > apart(most.value, from) ? one : most))
  const first = furthest(centre)
  return [first, furthest(first.value)].map(({ s }) => tiltAt(mixture, moved(x, e, s), math))
}

function tiltAt(mixture: Tilted, x: Point, math: Elementary): Tilt {
  const { shares } = viewFrom(mixture, x, math)
  return { value: meanBy(pushesOf(mixture, x), shares), at: x }
}

/** m_k / sigma^2 - D_k (x - m_k) */
function pushesOf({ means, excesses, variance }: Tilted, x: Point): number[][] {
  return means.map((mean, k) => {
    const excess = times(
      excesses[k],
      x.map((value, j) => value - mean[j])
    )
    return mean.map((value, j) => value / variance - excess[j])
  })
}

/** u . g on a line. */
function tiltOn(mixture: Tilted, x: Point, e: Point, u: Point, math: Elementary) {
  const starts = Float64Array.from(pushesOf(mixture, x), (push) => dot(u, push))
  const slopes = Float64Array.from(mixture.excesses, (excess) => -dot(u, times(excess, e)))
  const line: Line = lineThrough(mixture, x, e, () => undefined)
  const { shares } = line
  const at = (s: number): number => {
    weigh(line, s, math)
    let [mass, sum] = [0, 0]
    for (let k = 0; k < shares.length; k++) {
      mass += shares[k]
      if (shares[k] > 0) sum += shares[k] * (starts[k] + slopes[k] * s)
    }
    return sum / mass
  }
  return { line, at }
}

/** The gradient of u . g: (I / sigma^2 - hess U) u. */
function risingOf(mixture: Tilted, view: View, u: Point): number[] {
  const bent = bendOf(mixture, view, u)
  return u.map((value, j) => value / mixture.variance - bent[j])
}

const apart = (x: Point, y: Point): number => Math.sqrt(squaredDistance(x, y))
