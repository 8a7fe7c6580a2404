import * as v from 'valibot'
import { fields } from '../schema/fields.ts'
import { validate } from '../schema/validate.ts'
import type { Batch, Points } from '../types.ts'
import { drawDirection } from './directions.ts'
import { integerFrom, order, seed } from './options.ts'
import { toPair } from './pair.ts'
import { quantileCost } from './quantile.ts'

const SlicedOptionsSchema = fields({ ...order, ...seed, projections: v.optional(integerFrom(1), 128) })

export interface SlicedOptions {
  /** SW1, or SW2. @default 2 */
  readonly order?: 1 | 2
  /** How many directions to project on. @default 128 */
  readonly projections?: number
  /** Which directions; one seed gives the same ones on every machine. @default 0 */
  readonly seed?: number
}

export interface SlicedResult {
  readonly distance: number
  /** Of `distance`, over the choice of directions; NaN of a single one, 0 on a line, where all are the same. */
  readonly standardError: number
}

/**
 * The sliced Wasserstein distance: the mean over directions of the exact distance of the projections,
 *
 *     SW_p(x, y)^p = E over |u| = 1 of W_p(<u, x>, <u, y>)^p
 *
 * estimated by random directions of a seed. Any sizes; time projections x (n dim + n log n), memory 8 (n + m) bytes. It is at
 * most W_p, and W2 / sqrt(dim) of two sets of which one is the other, shifted.
 *
 * @param x shape (n, dim)
 * @param y shape (m, dim)
 * @throws GaussflowError `invalid_argument`, `shape_mismatch` or `not_finite`, naming the field.
 * @see Bonneel et al., "Sliced and Radon Wasserstein Barycenters of Measures", 2015.
 */
export function slicedWasserstein(x: Points, y: Points, options: SlicedOptions = {}): SlicedResult {
  const { order, seed, projections: asked } = validate(SlicedOptionsSchema, options)
  const pair = toPair(x, y)
  const line = pair.x.dim === 1
  const projections = line ? 1 : asked
  const direction = new Float64Array(pair.x.dim)
  const ofX = new Float64Array(pair.x.count)
  const ofY = new Float64Array(pair.y.count)
  let mean = 0
  let squares = 0 // of the differences to the mean, as Welford sums them
  for (let i = 0; i < projections; i++) {
    drawDirection(seed, i, direction)
    project(pair.x, direction, ofX)
    project(pair.y, direction, ofY)
    const cost = quantileCost(ofX.sort(), ofY.sort(), order)
    const before = cost - mean
    mean += before / (i + 1)
    squares += before * (cost - mean)
  }
  const distance = order === 1 ? mean : Math.sqrt(mean)
  if (line || mean === 0) return { distance, standardError: 0 }
  const error = Math.sqrt(squares / (projections - 1) / projections)
  // The error of a root is that of the number by twice the root.
  return { distance, standardError: order === 1 ? error : error / (2 * distance) }
}

function project({ count, dim, data }: Batch, direction: Float64Array, out: Float64Array): void {
  for (let i = 0, at = 0; i < count; i++) {
    let sum = 0
    for (let k = 0; k < dim; k++, at++) sum += data[at] * direction[k]
    out[i] = sum
  }
}
