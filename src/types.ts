/** A batch of points: row-major, shape (count, dim). */
export interface Batch {
  readonly count: number
  readonly dim: number
  readonly data: Float32Array
}

/** Points as the library takes them: a batch, or plain rows. */
export type Points = Batch | readonly (readonly number[])[]

/** A named tensor, row-major: data.length is the product of the shape. */
export interface Tensor {
  readonly shape: readonly number[]
  readonly data: Float32Array
}

/** The tensors of a weights file by name. */
export type Tensors = ReadonlyMap<string, Tensor>

/** What became of a row, by the core's numbers. */
export const ROW_STATUS = [
  'ok',
  'diverged', // it left the finite numbers
  'step_limit', // the adaptive solver's steps ran out before the end of the way
  'not_converged', // an implicit step found no solution; smaller steps would
  'nfe_limit', // the evaluations of the velocity ran out before the end of the way
  'tolerance_not_met' // an adaptive step of 1e-9 of the way was still too long for the tolerance
] as const
export type RowStatus = (typeof ROW_STATUS)[number]
