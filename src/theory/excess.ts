import type { Eigen } from '../target/eigen.ts'

/** The difference D of two covariances, where it is positive definite. */
export interface Excess {
  /** x' D^-1 x */
  inverseForm(x: readonly number[]): number
}

const ROUNDING = 1e-13 // of the largest variance: what cancellation may leave of a difference of full matrices that is 0

/**
 * Of a covariance, wide - eigen, or nothing where that is not positive definite: of full ones by more than their rounding. Along
 * the coordinates the difference of two close numbers has none.
 */
export function excessOver(wide: Eigen, aligned: boolean): (eigen: Eigen) => Excess | undefined {
  if (aligned) return (eigen) => byCoordinates(wide, eigen)
  const floor = ROUNDING * wide.values.reduce((most, value) => Math.max(most, value), 0)
  const d = wide.values.length
  const whole = new Float64Array(d * d)
  add(whole, wide, 1)
  return (eigen) => {
    const difference = whole.slice()
    add(difference, eigen, -1)
    return byRoot(difference, d, floor)
  }
}

function byCoordinates(wide: Eigen, eigen: Eigen): Excess | undefined {
  const gaps = wide.values.map((value, j) => value - eigen.values[j])
  if (!gaps.every((gap) => gap > 0)) return undefined
  return { inverseForm: (x) => x.reduce((sum, value, j) => sum + (value * value) / gaps[j], 0) }
}

/** Adds a covariance, from its axes, to the lower triangle of a row-major matrix: four axes at a time, to touch it less often. */
function add(matrix: Float64Array, { values, axes }: Eigen, sign: 1 | -1): void {
  const d = values.length
  let k = 0
  for (; k + 3 < d; k += 4) {
    const [one, two, three, four] = [k * d, (k + 1) * d, (k + 2) * d, (k + 3) * d]
    for (let i = 0; i < d; i++) {
      const first = sign * values[k] * axes[one + i]
      const second = sign * values[k + 1] * axes[two + i]
      const third = sign * values[k + 2] * axes[three + i]
      const fourth = sign * values[k + 3] * axes[four + i]
      for (let j = 0; j <= i; j++) {
        const pair = first * axes[one + j] + second * axes[two + j]
        matrix[i * d + j] += pair + (third * axes[three + j] + fourth * axes[four + j])
      }
    }
  }
  for (; k < d; k++) {
    for (let i = 0; i < d; i++) {
      const scaled = sign * values[k] * axes[k * d + i]
      for (let j = 0; j <= i; j++) matrix[i * d + j] += scaled * axes[k * d + j]
    }
  }
}

/** By Cholesky's root, in the place of the lower triangle: x' D^-1 x = |L^-1 x|^2. */
function byRoot(root: Float64Array, d: number, floor: number): Excess | undefined {
  for (let i = 0; i < d; i++) {
    const row = i * d
    for (let j = 0; j <= i; j++) {
      const rest = root[row + j] - productOf(root, row, j * d, j)
      if (j < i) root[row + j] = rest / root[j * d + j]
      else if (rest > floor) root[row + i] = Math.sqrt(rest)
      else return undefined
    }
  }
  return { inverseForm: (x) => solvedSquare(root, d, x) }
}

/** The inner product of the first `count` numbers of two rows; in two sums, of which neither waits for the other. */
function productOf(matrix: Float64Array, row: number, other: number, count: number): number {
  let even = 0
  let odd = 0
  let k = 0
  for (; k + 1 < count; k += 2) {
    even += matrix[row + k] * matrix[other + k]
    odd += matrix[row + k + 1] * matrix[other + k + 1]
  }
  return k < count ? even + odd + matrix[row + k] * matrix[other + k] : even + odd
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
