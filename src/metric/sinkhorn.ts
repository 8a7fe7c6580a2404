import * as v from 'valibot'
import { fields } from '../schema/fields.ts'
import { validate } from '../schema/validate.ts'
import type { Points } from '../types.ts'
import { integerFrom, memoryLimit, order, PositiveSchema } from './options.ts'
import { expectPairsFit, toPair, type Pair } from './pair.ts'
import { entropicTransport, selfTransport } from './entropic.ts'

const SinkhornOptionsSchema = fields({
  ...order,
  ...memoryLimit,
  epsilon: PositiveSchema,
  iterations: v.optional(integerFrom(1), 1000),
  tolerance: v.optional(PositiveSchema, 1e-4)
})
type Checked = v.InferOutput<typeof SinkhornOptionsSchema>

export interface SinkhornOptions {
  /** How much entropy counts, in the unit of the cost: a squared length of order 2, a length of order 1. */
  readonly epsilon: number
  /** Of the cost |x - y|^order. @default 2 */
  readonly order?: 1 | 2
  /** The most iterations at `epsilon`; those at larger ones on the way there are not counted. @default 1000 */
  readonly iterations?: number
  /** The mass that may lie wrong at the end, of 1. @default 1e-4 */
  readonly tolerance?: number
  /** The most bytes that the two matrices of all pairs may take. @default 1 GiB */
  readonly memoryLimit?: number
}

export interface SinkhornResult {
  /** OT_eps, with its entropy. */
  readonly cost: number
  /** E|X - Y|^order of the coupling that was found, without it: above W_p^p by what the blur costs. */
  readonly transportCost: number
  /** `not_converged` where the iterations ran out before the tolerance was met. */
  readonly status: 'ok' | 'not_converged'
  /** The mass that lies wrong in the coupling's marginals, of 1. */
  readonly marginalError: number
  readonly iterations: number
}

/**
 * Entropic optimal transport between two sets of points of equal weights,
 *
 *     OT_eps(x, y) = min over couplings P of E_P |X - Y|^p + eps KL(P | x (x) y)
 *
 * by Sinkhorn's iterations on potentials (in the log domain, so that no eps is too small for the numbers), from a large eps
 * down to the one asked for. Towards eps = 0 it is W_p^p. Any sizes; time n m for an iteration, 16 n m bytes of memory.
 *
 * @param x shape (n, dim)
 * @param y shape (m, dim)
 * @throws GaussflowError `invalid_argument`, `shape_mismatch` or `not_finite`, naming the field, and `over_limit` for
 *   matrices beyond `memoryLimit`, before they are taken.
 * @see Cuturi, "Sinkhorn Distances", 2013; Schmitzer, "Stabilized Sparse Scaling Algorithms for Entropy Regularized
 *   Transport Problems", 2019; Peyré & Cuturi, "Computational Optimal Transport", chapter 4.
 */
export function sinkhorn(x: Points, y: Points, options: SinkhornOptions): SinkhornResult {
  const checked = validate(SinkhornOptionsSchema, options)
  return solve(toPair(x, y), checked)
}

export interface SinkhornDivergence {
  readonly divergence: number
  /** `not_converged` where one of the three problems was not solved to the tolerance. */
  readonly status: 'ok' | 'not_converged'
}

/**
 * The Sinkhorn divergence: entropic transport without its bias,
 *
 *     S_eps(x, y) = OT_eps(x, y) - OT_eps(x, x) / 2 - OT_eps(y, y) / 2
 *
 * which is 0 for equal sets, up to about tolerance x eps, and positive else; between W_p^p (eps = 0) and a kernel's
 * discrepancy (eps large). The iterations are slow where eps is small beside the gaps between points: a status of
 * `not_converged` then still leaves a good `divergence`, since its error is of second order.
 *
 * @throws GaussflowError as `sinkhorn`.
 * @see Feydy et al., "Interpolating between Optimal Transport and MMD using Sinkhorn Divergences", AISTATS 2019.
 */
export function sinkhornDivergence(x: Points, y: Points, options: SinkhornOptions): SinkhornDivergence {
  const checked = validate(SinkhornOptionsSchema, options)
  const pair = toPair(x, y)
  const { order, memoryLimit, tolerance } = checked
  for (const set of [pair.x, pair.y]) expectPairsFit({ x: set, y: set }, 1, memoryLimit)
  const across = solve(pair, checked)
  const ofX = selfTransport(pair.x, order, checked)
  const ofY = selfTransport(pair.y, order, checked)
  const met = [across, ofX, ofY].every(({ marginalError }) => marginalError <= tolerance)
  return {
    divergence: across.cost - ofX.cost / 2 - ofY.cost / 2,
    status: met ? 'ok' : 'not_converged'
  }
}

function solve(pair: Pair, { memoryLimit, order, ...limits }: Checked): SinkhornResult {
  expectPairsFit(pair, 2, memoryLimit)
  const result = entropicTransport(pair, order, limits)
  return { ...result, status: result.marginalError <= limits.tolerance ? 'ok' : 'not_converged' }
}
