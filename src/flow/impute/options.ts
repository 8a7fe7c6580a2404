import type { GridName } from '../../schema/request.ts'
import type { Batch, Points, RowStatus } from '../../types.ts'
import type { DrawOptions, KernelMark, TellingOptions, WatchingOptions } from '../asked.ts'

/** Rows in which a number may be missing: NaN, or null as JSON has it. */
export type IncompletePoints = Points | readonly (readonly (number | null)[])[]
/** Which coordinates are known: true or 1 where they are, one row for all or one for each. */
export type Mask = readonly (boolean | number)[] | readonly (readonly (boolean | number)[])[] | Batch

export interface ImputeOptions extends DrawOptions, TellingOptions, WatchingOptions {
  /** Which coordinates are known; by default all that are not missing. */
  readonly mask?: Mask
  /** A of the observations y = A x + noise, shape (size, dim) in units of the data; the rows given are then those y. */
  readonly operator?: Points
  /** Standard deviation of the noise of what is known, one for all or one for each number. @default 0 */
  readonly noiseStd?: number | readonly number[]
  /**
   * From the formula that closed forms have, or along the flow, which is all that networks have and an approximation.
   * Default: exact where there is a formula and no field says how to go along the flow
   */
  readonly method?: 'exact' | 'guided'
  /** How many draws for each row. @default 1 */
  readonly count?: number
  /** Steps along the flow. @default 50 */
  readonly steps?: number
  /** @default 'karras', which is the same on every schedule */
  readonly grid?: GridName
  /** The times themselves, from 0 to 1. */
  readonly times?: readonly number[]
  /** The most iterations of conjugate gradients for each step, each as dear as two evaluations. @default 3 */
  readonly iterations?: number
}

/** Draws of the rows, shape (rows count, dim): those of one row one after the other. */
export interface ImputeResult extends Batch, KernelMark {
  readonly method: 'exact' | 'guided'
  /** Velocity evaluations of a draw, the most of any. */
  readonly nfe: number
  /** Steps along the flow. */
  readonly steps?: number
  /** One for each draw. */
  readonly status: readonly RowStatus[]
}
