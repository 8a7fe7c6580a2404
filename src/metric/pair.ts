import { GaussflowError } from '../error.ts'
import { toBatch } from '../io/batch.ts'
import type { Batch, Points } from '../types.ts'

/** Two sets of points of one dimension. */
export interface Pair {
  readonly x: Batch
  readonly y: Batch
}

/**
 * The two sets that a metric compares.
 *
 * @param least the fewest rows of each
 * @throws GaussflowError `invalid_argument`, `shape_mismatch` or `not_finite`, naming the number at fault: `y[3][5]`.
 */
export function toPair(x: Points, y: Points, least = 1): Pair {
  const pair = { x: toBatch(x, 'x'), y: toBatch(y, 'y') }
  if (pair.y.dim !== pair.x.dim) {
    const message = `\`y\` must have rows of length ${pair.x.dim} (as long as those of \`x\`), got ${pair.y.dim}`
    throw new GaussflowError('shape_mismatch', message, { path: 'y' })
  }
  for (const path of ['x', 'y'] as const) {
    if (pair[path].count >= least) continue
    const message = `\`${path}\` must hold at least ${least} rows, got ${pair[path].count}`
    throw new GaussflowError('shape_mismatch', message, { path })
  }
  return pair
}

/**
 * Refuses matrices of all pairs that would not fit, before anything is taken for them.
 *
 * @param matrices how many doubles each pair takes
 * @throws GaussflowError `over_limit`, naming the number of rows that fits.
 */
export function expectPairsFit({ x, y }: Pair, matrices: number, memoryLimit: number): void {
  const bytes = 8 * matrices * x.count * y.count
  if (bytes <= memoryLimit) return
  const most = Math.floor(Math.sqrt(memoryLimit / (8 * matrices)))
  const got = `${x.count} and ${y.count} rows, which take ${bytes}`
  const message = `\`x\` and \`y\` must fit in the memory limit of ${memoryLimit} bytes, got ${got}; ${most} rows of each fit, or raise \`memoryLimit\``
  throw new GaussflowError('over_limit', message, { path: 'x' })
}
