import { fields } from '../schema/fields.ts'
import { validate } from '../schema/validate.ts'
import type { Batch, Points } from '../types.ts'
import { estimate } from './options.ts'
import { toPair } from './pair.ts'
import { sumOverPairs } from './pairSums.ts'

const EnergyOptionsSchema = fields(estimate)

/** How the expectation over pairs of one set is estimated. */
export interface EstimateOptions {
  /**
   * `unbiased` leaves out the pairs of a row with itself: right on average, and slightly below zero at times. `v-statistic`
   * keeps them: never below zero, zero for equal sets, and biased upwards. @default 'unbiased'
   */
  readonly estimate?: 'unbiased' | 'v-statistic'
}

/**
 * The energy distance
 *
 *     2 E|X - Y| - E|X - X'| - E|Y - Y'|
 *
 * which is zero exactly for equal distributions; its root is a metric. No parameters, any sizes; time (n + m)^2 dim, memory
 * flat.
 *
 * @param x shape (n, dim), two rows at least
 * @param y shape (m, dim), two rows at least
 * @throws GaussflowError `invalid_argument`, `shape_mismatch` or `not_finite`, naming the field.
 * @see Székely & Rizzo, "Energy statistics: A class of statistics based on distances", 2013.
 */
export function energyDistance(x: Points, y: Points, options: EstimateOptions = {}): number {
  const { estimate } = validate(EnergyOptionsSchema, options)
  const unbiased = estimate === 'unbiased'
  const pair = toPair(x, y, unbiased ? 2 : 1)
  const across = sumOverPairs(pair.x, pair.y, Math.sqrt) / (pair.x.count * pair.y.count)
  return 2 * across - within(pair.x, unbiased) - within(pair.y, unbiased)
}

/** The mean distance between two rows of a set, different ones or any. */
function within(x: Batch, different: boolean): number {
  return sumOverPairs(x, x, Math.sqrt) / (x.count * (different ? x.count - 1 : x.count))
}
