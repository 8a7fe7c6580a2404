import type { Eigen } from '../target/eigen.ts'
import type { Mixture } from '../target/mixture.ts'
import { groupsOf } from './ordering.ts'

/** Of the least variance along an axis: what the last bits of numbers that somebody computed are off, and their matrices' axes. */
export const ALIKE = 1e-12

/**
 * The mixture with one covariance in the place of those that differ by less than `ALIKE` of themselves in every direction, or nothing
 * where none do. To the letter such a mixture may have no bound at all: 10^12 widths out its weights depend on the last bits.
 */
export function unified(mixture: Mixture): Mixture | undefined {
  const { covariances } = mixture
  const one = [...covariances]
  const kept: Eigen[] = []
  const groups = groupsOf(covariances)
  for (const group of groups) {
    const eigen = covariances[group[0]]
    const like = kept.find((other) => isAlike(eigen, other))
    if (like === undefined) kept.push(eigen)
    else for (const k of group) one[k] = like
  }
  return kept.length < groups.length ? { ...mixture, covariances: one } : undefined
}

function isAlike(one: Eigen, other: Eigen): boolean {
  const d = one.values.length
  if (one.axes.length !== other.axes.length) return false
  // A look at the traces first: of many components few are alike.
  if (!(Math.abs(traceOf(one) - traceOf(other)) <= d * ALIKE * traceOf(one))) return false
  if (one.axes.length === 0)
    return one.values.every(
      (value, j) => Math.abs(value - other.values[j]) <= ALIKE * Math.min(value, other.values[j])
    )
  const [ours, theirs] = [one.values.toSorted(), other.values.toSorted()]
  // Eigenvalues are no further apart than the matrices are.
  const most = ALIKE * Math.min(ours[0], theirs[0])
  if (ours.some((value, j) => Math.abs(value - theirs[j]) > most)) return false
  const difference = matrixOf(one, 1)
  matrixOf(other, -1).forEach((value, i) => (difference[i] += value))
  // No norm of a symmetric matrix is larger than its rows' sums.
  return Array.from({ length: d }, (_, i) =>
    difference.subarray(i * d, (i + 1) * d).reduce((sum, value) => sum + Math.abs(value), 0)
  ).every((sum) => sum <= most)
}

const traceOf = ({ values }: Eigen): number => values.reduce((sum, value) => sum + value, 0)

function matrixOf({ values, axes }: Eigen, sign: 1 | -1): Float64Array {
  const d = values.length
  const matrix = new Float64Array(d * d)
  for (let k = 0; k < d; k++)
    for (let i = 0; i < d; i++) {
      const scaled = sign * values[k] * axes[k * d + i]
      for (let j = 0; j < d; j++) matrix[i * d + j] += scaled * axes[k * d + j]
    }
  return matrix
}
