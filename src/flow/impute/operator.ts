/**
 * A linear observation y = A x + e of a state x, with e ~ N(0, diag(variances)): some of its coordinates, or products with the
 * rows of a matrix.
 */
export interface Operator {
  /** How many numbers it observes. */
  readonly size: number
  /** Of the noise, one for each number. */
  readonly variances: Float64Array
  /** The coordinates that it picks, where it is no matrix. */
  readonly coordinates: Int32Array | undefined
  /** A x, for the dim numbers of `x` from `offset` on. */
  apply(x: ArrayLike<number>, offset: number): Float64Array
  /** A^T u, shape (dim). */
  adjoint(u: ArrayLike<number>): Float64Array
}

/** Observes some coordinates. */
export function selection(dim: number, coordinates: Int32Array, variances: Float64Array): Operator {
  return {
    size: coordinates.length,
    variances,
    coordinates,
    apply: (x, offset) => Float64Array.from(coordinates, (j) => x[offset + j]),
    adjoint: (u) => {
      const out = new Float64Array(dim)
      coordinates.forEach((j, i) => {
        out[j] = u[i]
      })
      return out
    }
  }
}

/** Observes products with the rows of a matrix, shape (size, dim), row-major. */
export function matrixOperator(dim: number, matrix: Float64Array, variances: Float64Array): Operator {
  const size = variances.length
  return {
    size,
    variances,
    coordinates: undefined,
    apply: (x, offset) => {
      const out = new Float64Array(size)
      for (let i = 0; i < size; i++) {
        let sum = 0
        for (let j = 0; j < dim; j++) sum += matrix[i * dim + j] * x[offset + j]
        out[i] = sum
      }
      return out
    },
    adjoint: (u) => {
      const out = new Float64Array(dim)
      for (let i = 0; i < size; i++) for (let j = 0; j < dim; j++) out[j] += matrix[i * dim + j] * u[i]
      return out
    }
  }
}
