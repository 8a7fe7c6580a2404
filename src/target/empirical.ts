import { GaussflowError } from '../error.ts'
import type { EmpiricalTarget } from '../schema/flowFile.ts'
import { putF32, type Core } from '../wasm/core.ts'
import { expectCoordinates } from './coordinates.ts'
import { expectVariance } from './variance.ts'

/**
 * Puts a smoothed data set into the core and returns the address of its velocity: the exact flow towards
 * (1/n) sum_i N(points_i, bandwidth^2 I).
 *
 * @throws GaussflowError `shape_mismatch` for a point of another length than the first, `not_finite` for one that
 *   32 bits cannot hold, `invalid_argument` for a bandwidth whose square cannot be computed with.
 */
export function empiricalVelocity(
  core: Core,
  schedule: number,
  { points, bandwidth }: EmpiricalTarget
): number {
  const dim = points[0].length
  points.forEach((point, i) => {
    if (point.length === dim) return
    const path = `target.points[${i}]`
    const message = `\`${path}\` must have length ${dim} (as long as the first point), got ${point.length}`
    throw new GaussflowError('shape_mismatch', message, { path })
  })
  points.forEach((point, i) => {
    expectCoordinates(point, `target.points[${i}]`)
  })
  if (bandwidth > 0) expectVariance(bandwidth * bandwidth, 'target.bandwidth', bandwidth)
  const data = putF32(core, points.flat())
  return core.newEmpirical(schedule, dim, points.length, data, bandwidth)
}
