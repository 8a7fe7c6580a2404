import type { Eigen } from '../target/eigen.ts'

/** The difference D of two covariances, where it is positive definite. */
export interface Excess {
  /** x' D^-1 x */
  inverseForm(x: readonly number[]): number
}

const ROUNDING = 1e-13 // of the largest variance: what cancellation may leave of a difference that is 0

/** Of a covariance, wide - eigen, or nothing where that is not positive definite by more than its rounding. */
export function excessOver(wide: Eigen, aligned: boolean): (eigen: Eigen) => Excess | undefined {
  const floor = ROUNDING * wide.values.reduce((most, value) => Math.max(most, value), 0)
  if (aligned) return (eigen) => byCoordinates(wide, eigen, floor)
  const d = wide.values.length
  const whole = new Float64Array(d * d)
  add(whole, wide, 1)
  return (eigen) => {
    const difference = whole.slice()
    add(difference, eigen, -1)
    return byRoot(difference, d, floor)
  }
}

function byCoordinates(wide: Eigen, eigen: Eigen, floor: number): Excess | undefined {
  const gaps = wide.values.map((value, j) => value - eigen.values[j])
  if (!gaps.every((gap) => gap > floor)) return undefined
  return { inverseForm: (x) => x.reduce((sum, value, j) => sum + (value * value) / gaps[j], 0) }
}

/** Adds a covariance, from its axes, to the lower triangle of a row-major matrix. */
function add(matrix: Float64Array, { values, axes }: Eigen, sign: 1 | -1): void {
  const d = values.length
  for (let k = 0; k < d; k++) {
    for (let i = 0; i < d; i++) {
      const scaled = sign * values[k] * axes[k * d + i]
      for (let j = 0; j <= i; j++) matrix[i * d + j] += scaled * axes[k * d + j]
    }
  }
}

/** By Cholesky's root of the lower triangle: x' D^-1 x = |L^-1 x|^2. */
function byRoot(matrix: Float64Array, d: number, floor: number): Excess | undefined {
  const root = matrix.slice()
  for (let i = 0; i < d; i++) {
    for (let j = 0; j <= i; j++) {
      let sum = root[i * d + j]
      for (let k = 0; k < j; k++) sum -= root[i * d + k] * root[j * d + k]
      if (j < i) root[i * d + j] = sum / root[j * d + j]
      else if (sum > floor) root[i * d + i] = Math.sqrt(sum)
      else return undefined
    }
  }
  return { inverseForm: (x) => solvedSquare(root, d, x) }
}

function solvedSquare(root: Float64Array, d: number, x: readonly number[]): number {
  const y = new Float64Array(d)
  let total = 0
  for (let i = 0; i < d; i++) {
    let sum = x[i]
    for (let k = 0; k < i; k++) sum -= root[i * d + k] * y[k]
    y[i] = sum / root[i * d + i]
    total += y[i] * y[i]
  }
  return total
}
