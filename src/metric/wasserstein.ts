import type * as v from 'valibot'
import { GaussflowError } from '../error.ts'
import { fields } from '../schema/fields.ts'
import { validate } from '../schema/validate.ts'
import type { Points } from '../types.ts'
import { assign } from './assignment.ts'
import { distancePowers } from './neighbours.ts'
import { memoryLimit, order } from './options.ts'
import { expectPairsFit, toPair, type Pair } from './pair.ts'
import { quantileCost } from './quantile.ts'

const WassersteinOptionsSchema = fields({ ...order, ...memoryLimit })

export interface WassersteinOptions {
  /** W1, or W2. @default 2 */
  readonly order?: 1 | 2
  /** The most bytes that the matrix of all distances may take, 8 for each pair of rows. @default 1 GiB */
  readonly memoryLimit?: number
}

/** The cheapest pairing of two sets of as many points. */
export interface Matching {
  /** The row of `y` that each row of `x` is paired with; a permutation. */
  readonly partners: Int32Array
  /** W_p: the p-th root of the mean of the paired distances' p-th powers. */
  readonly distance: number
}

/**
 * The exact Wasserstein distance between two sets of points of equal weights, in the Euclidean distance:
 *
 *     W_p(x, y)^p = min over couplings of E|X - Y|^p
 *
 * On a line the quantiles are coupled: any sizes, time n log n. Otherwise an assignment is solved: as many rows of each,
 * n^2 doubles of memory, time between n^2 log n and n^3; about a second for 2,000 rows. Between samples it is biased
 * upwards, by about n^(-1/dim) for W1: compare distances of equal counts alone.
 *
 * @param x shape (n, dim)
 * @param y shape (m, dim); m = n where dim > 1
 * @throws GaussflowError as `matching`.
 */
export function wasserstein(x: Points, y: Points, options: WassersteinOptions = {}): number {
  const checked = validate(WassersteinOptionsSchema, options)
  const pair = toPair(x, y)
  if (pair.x.dim > 1) return match(pair, checked).distance
  const cost = quantileCost(pair.x.data.toSorted(), pair.y.data.toSorted(), checked.order)
  return checked.order === 1 ? cost : Math.sqrt(cost)
}

/**
 * The pairing that attains the Wasserstein distance: row i of `x` goes to row `partners[i]` of `y`. It is the coupling of
 * minibatches in flow matching, and the evidence of the distance.
 *
 * @param x shape (n, dim)
 * @param y shape (n, dim)
 * @throws GaussflowError `invalid_argument`, `shape_mismatch` or `not_finite` for what are not two such sets or for an
 *   option, and `over_limit` for a matrix beyond `memoryLimit`, before it is taken.
 */
export function matching(x: Points, y: Points, options: WassersteinOptions = {}): Matching {
  const checked = validate(WassersteinOptionsSchema, options)
  return match(toPair(x, y), checked)
}

type Checked = v.InferOutput<typeof WassersteinOptionsSchema>

function match(pair: Pair, { order, memoryLimit }: Checked): Matching {
  const { x, y } = pair
  if (x.count !== y.count) {
    const fix = 'take as many of each, or use slicedWasserstein or sinkhorn, which take any numbers'
    const message = `\`y\` must have ${x.count} rows (as many as \`x\`), got ${y.count}; ${fix}`
    throw new GaussflowError('shape_mismatch', message, { path: 'y' })
  }
  expectPairsFit(pair, 1, memoryLimit)
  const cost = distancePowers(x, y, order)
  const { columns } = assign(cost, x.count)
  const mean = columns.reduce((sum, j, i) => sum + cost[i * x.count + j], 0) / x.count
  return { partners: columns, distance: order === 1 ? mean : Math.sqrt(mean) }
}
