import { dot } from './curvature.ts'
import { nearestOf } from './hull.ts'

type Point = readonly number[]

/** A component that is as wide as the widest in some directions only. */
export interface Touching {
  readonly k: number
  readonly axes: readonly Point[]
}

const WORK = 1e7 // multiplications or so that a search may cost
const STEPS = 300
const MARGIN = 1e-9 // of the distances

/**
 * A component that lies beyond all of the widest ones in a direction in which it is as wide, and that direction. It has all the
 * weight along that, and leaves it to a wider one at a distance aside that grows like the square root of how far out
 * one is: the difference of their pulls there has no bound.
 *
 * @param widest the means of the components with the one covariance that no other exceeds
 */
export function beyond(
  means: readonly Point[],
  widest: readonly number[],
  touching: Iterable<Touching>
): { readonly k: number; readonly along: Point } | undefined {
  let left = WORK
  for (const { k, axes } of touching) {
    const dim = axes.length
    const values = new Float64Array(widest.length * dim)
    let size = 0
    widest.forEach((first, row) => {
      const way = means[first].map((value, j) => value - means[k][j])
      axes.forEach((axis, at) => (values[row * dim + at] = dot(axis, way)))
      const own = values.subarray(row * dim, (row + 1) * dim)
      size = Math.max(size, dot(own, own), MARGIN * MARGIN * dot(means[k], means[k]))
    })
    left -= values.length * means[k].length
    if (left < 0) return undefined
    const steps = Math.min(STEPS, Math.ceil(left / (3 * values.length)))
    const nearest = nearestOf({ values, dim }, Math.sqrt(size), steps)
    left -= 3 * nearest.steps * values.length
    if (!nearest.apart) continue
    const length = Math.sqrt(dot(nearest.point, nearest.point))
    const along = means[k].map((_, j) =>
      axes.reduce((sum, axis, at) => sum - (nearest.point[at] / length) * axis[j], 0)
    )
    return { k, along }
  }
  return undefined
}
