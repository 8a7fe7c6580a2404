/** A batch of points: row-major, shape (count, dim). */
export interface Batch {
  readonly count: number
  readonly dim: number
  readonly data: Float32Array
}

/** A named tensor, row-major: data.length is the product of the shape. */
export interface Tensor {
  readonly shape: readonly number[]
  readonly data: Float32Array
}

/** The tensors of a weights file by name. */
export type Tensors = ReadonlyMap<string, Tensor>

/** What became of a row: `ok`, or `diverged` when it left the finite numbers. */
export type RowStatus = 'ok' | 'diverged'
