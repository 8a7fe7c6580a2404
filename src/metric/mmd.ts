import * as v from 'valibot'
import { GaussflowError } from '../error.ts'
import { fields } from '../schema/fields.ts'
import { validate } from '../schema/validate.ts'
import type { Batch, Points } from '../types.ts'
import { pooledMedian } from './bandwidth.ts'
import { exp } from './elementary.ts'
import type { EstimateOptions } from './energy.ts'
import { estimate, PositiveSchema } from './options.ts'
import { toPair } from './pair.ts'
import { sumOverPairs } from './pairSums.ts'

const MmdOptionsSchema = fields({
  ...estimate,
  bandwidth: v.optional(PositiveSchema),
  medianFactor: v.optional(PositiveSchema)
})

export interface MmdOptions extends EstimateOptions {
  /** The g of the kernel. Default: `medianFactor` times the median distance between all rows of both sets. */
  readonly bandwidth?: number
  /** In place of `bandwidth`; 0.1 is the convention of JKO-iFlow. @default 1 */
  readonly medianFactor?: number
}

export interface MmdResult {
  /** MMD^2; compare values of one bandwidth alone. */
  readonly squared: number
  /** The g that was taken. */
  readonly bandwidth: number
}

/**
 * The squared maximum mean discrepancy in a Gaussian kernel,
 *
 *     MMD^2 = E k(X, X') + E k(Y, Y') - 2 E k(X, Y),   k(x, y) = exp(-|x - y|^2 / (2 g^2))
 *
 * which is zero exactly for equal distributions. Any sizes; time (n + m)^2 dim, memory flat.
 *
 * @param x shape (n, dim), two rows at least where the estimate is unbiased
 * @param y shape (m, dim)
 * @throws GaussflowError `invalid_argument`, `shape_mismatch` or `not_finite`, naming the field; a median of 0, where most
 *   rows are equal, is no bandwidth.
 * @see Gretton et al., "A Kernel Two-Sample Test", JMLR 13 (2012), lemma 6.
 */
export function mmd(x: Points, y: Points, options: MmdOptions = {}): MmdResult {
  const { estimate, bandwidth: given, medianFactor } = validate(MmdOptionsSchema, options)
  if (given !== undefined && medianFactor !== undefined) {
    const message = `\`medianFactor\` must be left out beside \`bandwidth\`, got ${medianFactor}`
    throw new GaussflowError('invalid_argument', message, { path: 'medianFactor' })
  }
  const unbiased = estimate === 'unbiased'
  const pair = toPair(x, y, unbiased ? 2 : 1)
  const bandwidth = given ?? (medianFactor ?? 1) * medianBandwidth(pair.x, pair.y)
  const kernel = (square: number): number => exp((square / bandwidth / bandwidth) * -0.5)
  const across = sumOverPairs(pair.x, pair.y, kernel) / (pair.x.count * pair.y.count)
  const squared = within(pair.x, kernel, unbiased) + within(pair.y, kernel, unbiased) - 2 * across
  return { squared, bandwidth }
}

function medianBandwidth(x: Batch, y: Batch): number {
  const median = pooledMedian(x, y)
  if (median > 0) return median
  const message = '`bandwidth` must be given where most rows are equal: the median distance between them is 0'
  throw new GaussflowError('invalid_argument', message, { path: 'bandwidth' })
}

/** The mean of the kernel over two rows of a set, different ones or any; a row beside itself counts 1. */
function within(x: Batch, kernel: (square: number) => number, different: boolean): number {
  const { count } = x
  const sum = sumOverPairs(x, x, kernel)
  return different ? (sum - count) / (count * (count - 1)) : sum / (count * count)
}
