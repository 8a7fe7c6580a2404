const PAIRS = 16777216 // multiplications that a diameter may cost, some 20 ms
const STEPS = 100
const SWEEPS = 8

/** What is known of the extent of a set of points. */
export interface Extent {
  /** Bounds the standard deviation along any line of every law on the points. */
  readonly radius: number
  /** Two points as far apart as any that were looked at: the diameter is at least their distance, and at most 2 `radius`. */
  readonly furthest: readonly [number, number]
  readonly apart: number
}

/**
 * The extent of points, shape (count, dim): half the diameter, as no variance on a line passes a quarter of the squared width
 * (Popoviciu); or the radius of a ball around them where there are too many points to compare each with each.
 */
export function extentOf(points: readonly (readonly number[])[]): Extent {
  if (points.length * points.length * points[0].length > PAIRS)
    return { radius: ballAround(points).radius, ...swept(points) }
  let most = 0
  let furthest: readonly [number, number] = [0, 0]
  for (let i = 0; i < points.length; i++) {
    for (let j = 0; j < i; j++) {
      const square = squaredDistance(points[i], points[j])
      if (square > most) [most, furthest] = [square, [j, i]]
    }
  }
  const apart = Math.sqrt(most)
  return { radius: apart / 2, furthest, apart }
}

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
 * A ball around points: its centre walks towards the furthest point by 1 / (i + 1) of the way, and the radius is the true
 * distance of the furthest from where it ends, so that the ball holds them all however far it walked.
 *
 * @see Badoiu & Clarkson, "Smaller core-sets for balls", SODA 2003: within 1 / sqrt(i) of the smallest after i steps.
 */
export function ballAround(points: readonly (readonly number[])[]): {
  readonly centre: readonly number[]
  readonly radius: number
} {
  let centre = meanOf(points)
  let best = { centre, radius: furthestFrom(centre, points).distance }
  const steps = Math.min(STEPS, Math.floor(PAIRS / (points.length * centre.length)))
  for (let i = 1; i <= steps; i++) {
    const point = points[furthestFrom(centre, points).index]
    centre = centre.map((value, j) => value + (point[j] - value) / (i + 1))
    const radius = furthestFrom(centre, points).distance
    if (radius < best.radius) best = { centre, radius }
  }
  return best
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

function squaredDistance(x: readonly number[], y: readonly number[]): number {
  let sum = 0
  for (let j = 0; j < x.length; j++) sum += (x[j] - y[j]) * (x[j] - y[j])
  return sum
}
