import { GaussflowError } from '../error.ts'

/**
 * Refuses a mean or a data point with a coordinate beyond the largest f32: states have 32 bits, and no path arrives there.
 *
 * @throws GaussflowError `not_finite`, naming the coordinate.
 */
export function expectCoordinates(point: readonly number[], path: string): void {
  const j = point.findIndex((value) => !Number.isFinite(Math.fround(value)))
  if (j < 0) return
  const at = `${path}[${j}]`
  throw new GaussflowError('not_finite', `\`${at}\` must be a finite 32-bit number, got ${point[j]}`, {
    path: at
  })
}
