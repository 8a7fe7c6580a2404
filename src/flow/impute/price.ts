import type { FlowFile } from '../../schema/flowFile.ts'
import type { ImputeFields } from '../../schema/impute.ts'

/** Where a request says nothing. */
export const STEPS = 50
export const ITERATIONS = 3
/** Times by the ratio of noise and data: the same states on every schedule, and a last step that is short wherever it ends. */
export const GRID = 'karras'

/** The most evaluations of one draw along the flow, with derivatives along one direction, which are as dear. */
export function evaluationsOfImputation({ steps, times, iterations = ITERATIONS }: ImputeFields): number {
  const taken = times === undefined ? (steps ?? STEPS) : times.length - 1
  return taken * (1 + 2 * iterations)
}

/**
 * The most operations of a formula, in 64 bits, for each row and for each draw of it: every component conditioned on `size`
 * numbers, whose covariance is factored.
 */
export function operationsOfFormula(
  { target }: FlowFile,
  dim: number,
  size: number
): { perRow: number; perDraw: number } {
  if (target.kind === 'network') return { perRow: 0, perDraw: 0 }
  const full = target.kind === 'gaussian' || (target.kind === 'mixture' && target.covariances !== undefined)
  const factors = target.kind === 'mixture' ? target.weights.length : 1
  const components = target.kind === 'empirical' ? target.points.length : factors
  const product = full ? 2 * dim * dim : dim
  const factor = size * (product + 2 * size * dim) + size ** 3 / 3
  return {
    perRow: factors * factor + components * (size * dim + size * size),
    perDraw: 2 * product + 2 * size * dim + 2 * size * size
  }
}
