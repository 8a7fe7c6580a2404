const ROUNDING = 1e-13 // of the largest pivot: what is below it is a difference that rounding may have made

/**
 * The lower triangle L of a symmetric positive definite matrix S = L L^T, row-major (n, n); undefined where S is not positive
 * definite by more than its rounding. Nothing but + - * / and square roots, the same bits on every machine.
 *
 * @see Golub & Van Loan, "Matrix Computations", section 4.2.
 */
export function cholesky(matrix: Float64Array, n: number): Float64Array | undefined {
  const l = new Float64Array(n * n)
  let largest = 0
  for (let i = 0; i < n; i++) largest = Math.max(largest, matrix[i * n + i])
  for (let i = 0; i < n; i++) {
    for (let j = 0; j <= i; j++) {
      let sum = matrix[i * n + j]
      for (let k = 0; k < j; k++) sum -= l[i * n + k] * l[j * n + k]
      if (i !== j) l[i * n + j] = sum / l[j * n + j]
      else if (sum > ROUNDING * largest) l[i * n + i] = Math.sqrt(sum)
      else return undefined
    }
  }
  return l
}

/** w with L w = r. */
export function forwardSolve(l: Float64Array, r: Float64Array): Float64Array {
  const n = r.length
  const w = new Float64Array(n)
  for (let i = 0; i < n; i++) {
    let sum = r[i]
    for (let k = 0; k < i; k++) sum -= l[i * n + k] * w[k]
    w[i] = sum / l[i * n + i]
  }
  return w
}

/** x with L^T x = w. */
export function backwardSolve(l: Float64Array, w: Float64Array): Float64Array {
  const n = w.length
  const x = new Float64Array(n)
  for (let i = n - 1; i >= 0; i--) {
    let sum = w[i]
    for (let k = i + 1; k < n; k++) sum -= l[k * n + i] * x[k]
    x[i] = sum / l[i * n + i]
  }
  return x
}
