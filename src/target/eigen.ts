/** Eigenvalues of a symmetric matrix, and its eigenvectors in the rows of `axes`. */
export interface Eigen {
  readonly values: Float64Array
  readonly axes: Float64Array
}

const SWEEPS = 64

/**
 * The eigendecomposition of a symmetric d x d matrix by Jacobi's rotations. It uses nothing but + - * / and square
 * roots, which IEEE 754 rounds exactly, so that every machine finds the same bits.
 *
 * @param matrix row-major, d x d
 * @see Golub & Van Loan, "Matrix Computations", section 8.5.
 */
export function symmetricEigen(matrix: Float64Array, d: number): Eigen {
  const a = matrix.slice()
  const axes = new Float64Array(d * d)
  for (let i = 0; i < d; i++) axes[i * d + i] = 1
  for (let sweep = 0; sweep < SWEEPS && offDiagonal(a, d) > 0; sweep++) {
    for (let p = 0; p < d; p++) for (let q = p + 1; q < d; q++) rotate(a, axes, d, p, q)
  }
  return { values: Float64Array.from({ length: d }, (_, i) => a[i * d + i]), axes }
}

/** The largest entry off the diagonal, 0 where it is rounding noise beside the diagonal. */
function offDiagonal(a: Float64Array, d: number): number {
  let off = 0
  let on = 0
  for (let i = 0; i < d; i++) {
    on = Math.max(on, Math.abs(a[i * d + i]))
    for (let j = i + 1; j < d; j++) off = Math.max(off, Math.abs(a[i * d + j]))
  }
  return off > on * 1e-18 ? off : 0
}

/** Annihilates the entry (p, q) by a rotation in the plane of the axes p and q. */
function rotate(a: Float64Array, axes: Float64Array, d: number, p: number, q: number): void {
  const apq = a[p * d + q]
  if (apq === 0) return
  const theta = (a[q * d + q] - a[p * d + p]) / (2 * apq)
  const t = (theta < 0 ? -1 : 1) / (Math.abs(theta) + Math.sqrt(theta * theta + 1))
  const c = 1 / Math.sqrt(t * t + 1)
  const s = t * c
  for (let k = 0; k < d; k++) {
    const kp = a[k * d + p]
    const kq = a[k * d + q]
    a[k * d + p] = c * kp - s * kq
    a[k * d + q] = s * kp + c * kq
  }
  for (let k = 0; k < d; k++) {
    turn(a, p * d + k, q * d + k, c, s)
    turn(axes, p * d + k, q * d + k, c, s)
  }
  a[p * d + q] = 0
  a[q * d + p] = 0
}

function turn(m: Float64Array, i: number, j: number, c: number, s: number): void {
  const x = m[i]
  const y = m[j]
  m[i] = c * x - s * y
  m[j] = s * x + c * y
}
