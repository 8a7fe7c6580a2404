const PAIRS = 16777216 // multiplications that a diameter may cost, some 20 ms
const [LEAST_PASSES, MOST_PASSES] = [8, 400] // over all points, for a ball
const STEPS = 300 // on the few points that a ball is told by, at a pass
const TIGHT = 1e-12 // of a squared radius
const SWEEPS = 8

/** What is known of the extent of a set of points. */
export interface Extent {
  /** Bounds the standard deviation along any line of every law on the points. */
  readonly radius: number
  /** Two points as far apart as any that were looked at: the diameter is at least their distance, and at most 2 `radius`. */
  readonly furthest: readonly [number, number]
  readonly apart: number
}

/** A ball that holds points, and what no smaller one of which does. */
export interface Ball {
  readonly centre: readonly number[]
  /** Every point is that near the centre. */
  readonly radius: number
  /** No ball of a smaller radius holds the points `told`; below `radius` as far as the steps did not suffice. */
  readonly least: number
  readonly told: readonly number[]
}

/**
 * The extent of points, shape (count, dim): half the diameter, as no variance on a line passes a quarter of the squared width
 * (Popoviciu); or the radius of a ball around them where there are too many points to compare each with each.
 */
export function extentOf(points: readonly (readonly number[])[]): Extent {
  const pair = furthestOf(points)
  return { radius: areFew(points) ? pair.apart / 2 : ballAround(points).radius, ...pair }
}

/** Two points that are as far apart as any, or where there are too many for that, as any that were looked at. */
export function furthestOf(points: readonly (readonly number[])[]): Omit<Extent, 'radius'> {
  if (!areFew(points)) return swept(points)
  let most = 0
  let furthest: readonly [number, number] = [0, 0]
  for (let i = 0; i < points.length; i++) {
    for (let j = 0; j < i; j++) {
      const square = squaredDistance(points[i], points[j])
      if (square > most) [most, furthest] = [square, [j, i]]
    }
  }
  return { furthest, apart: Math.sqrt(most) }
}

/** Whether each can be compared with each. */
const areFew = (points: readonly (readonly number[])[]): boolean =>
  points.length * points.length * points[0].length <= PAIRS

/** From the point furthest from the mean to the one furthest from that, and on from there for as long as it gets further. */
function swept(points: readonly (readonly number[])[]): Omit<Extent, 'radius'> {
  let one = furthestFrom(meanOf(points), points).index
  let best = furthestFrom(points[one], points)
  for (let sweep = 1; sweep < SWEEPS; sweep++) {
    const next = furthestFrom(points[best.index], points)
    if (!(next.distance > best.distance)) break
    one = best.index
    best = next
  }
  return { furthest: one < best.index ? [one, best.index] : [best.index, one], apart: best.distance }
}

/**
 * The smallest ball around points, between two bounds: the ball of a few of them is found, the furthest of all is added to
 * these, and so on until it holds all. The bounds are valid wherever that ends.
 *
 * @see Yildirim, "Two algorithms for the minimum enclosing ball problem", SIAM J. Optim. 19(3), 2008
 */
export function ballAround(points: readonly (readonly number[])[]): Ball {
  const middle = meanOf(points)
  const outer = furthestFrom(middle, points)
  let few = [outer.index]
  let shares = [1]
  let best: Ball = { centre: middle, radius: outer.distance, least: 0, told: few }
  const affordable = Math.floor(PAIRS / (points.length * middle.length))
  const passes = Math.min(MOST_PASSES, Math.max(LEAST_PASSES, affordable))
  for (let pass = 0; pass < passes; pass++) {
    const { centre, least } = tightened(
      few.map((k) => points[k]),
      shares
    )
    const kept = few.filter((_, i) => shares[i] > 0)
    const far = furthestFrom(centre, points)
    if (far.distance < best.radius) best = { ...best, centre, radius: far.distance }
    if (least > best.least) best = { ...best, least, told: kept }
    if (far.distance <= least * (1 + TIGHT)) break
    shares = shares.filter((share) => share > 0)
    few = kept
    if (few.includes(far.index)) continue // the steps did not suffice for these
    few = [...few, far.index]
    shares.push(0)
  }
  return best
}

/**
 * The smallest ball of a few points, by its dual: r^2 is the largest of sum l_k |p_k - c|^2 over weights l with c = sum l_k p_k,
 * and each of these is a lower bound. Steps go towards the furthest point or away from the nearest one that has a weight,
 * each as far as is best. Changes `shares` to the weights.
 */
function tightened(points: readonly (readonly number[])[], shares: number[]) {
  let centre = weighted(points, shares)
  let variance = 0
  for (let step = 0; step < STEPS; step++) {
    const squares = points.map((point) => squaredDistance(point, centre))
    variance = squares.reduce((sum, square, k) => sum + shares[k] * square, 0)
    let [far, near] = [0, -1]
    for (let k = 0; k < squares.length; k++) {
      if (squares[k] > squares[far]) far = k
      if (shares[k] > 0 && (near < 0 || squares[k] < squares[near])) near = k
    }
    const [gain, loss] = [squares[far] - variance, variance - squares[near]]
    if (!(gain > TIGHT * variance)) break
    const towards = gain >= loss
    const which = towards ? far : near
    const most = towards ? 1 : shares[near] / (1 - shares[near])
    const best = towards ? gain / (2 * squares[far]) : loss / (2 * squares[near])
    const way = Math.min(most, best) * (towards ? 1 : -1)
    for (let k = 0; k < shares.length; k++) shares[k] *= 1 - way
    shares[which] = !towards && !(best < most) ? 0 : shares[which] + way
    centre = weighted(points, shares)
  }
  return { centre, least: Math.sqrt(variance) }
}

/** The mean by weights, which are first brought to the sum 1. */
function weighted(points: readonly (readonly number[])[], shares: number[]): number[] {
  const total = shares.reduce((sum, share) => sum + share, 0)
  for (let k = 0; k < shares.length; k++) shares[k] /= total
  return meanBy(points, shares)
}

/** The mean by weights of the sum 1. */
export function meanBy(points: readonly (readonly number[])[], shares: readonly number[]): number[] {
  const mean = new Array<number>(points[0].length).fill(0)
  points.forEach((point, k) => {
    for (let j = 0; j < mean.length; j++) mean[j] += shares[k] * point[j]
  })
  return mean
}

function furthestFrom(centre: readonly number[], points: readonly (readonly number[])[]) {
  let most = -1
  let index = 0
  for (let i = 0; i < points.length; i++) {
    const square = squaredDistance(points[i], centre)
    if (square > most) [most, index] = [square, i]
  }
  return { index, distance: Math.sqrt(most) }
}

function meanOf(points: readonly (readonly number[])[]): number[] {
  return points[0].map((_, j) => points.reduce((sum, point) => sum + point[j] / points.length, 0))
}

export function squaredDistance(x: readonly number[], y: readonly number[]): number {
  let sum = 0
  for (let j = 0; j < x.length; j++) sum += (x[j] - y[j]) * (x[j] - y[j])
  return sum
}
