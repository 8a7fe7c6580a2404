import * as v from 'valibot'
import { GaussflowError } from '../error.ts'
import { toBatch } from '../io/batch.ts'
import { fields } from '../schema/fields.ts'
import { validate } from '../schema/validate.ts'
import { symmetricEigen } from '../target/eigen.ts'
import type { Points } from '../types.ts'
import { singularVectors } from './singular.ts'

const ROUNDING = 1e-9 // of the largest entry or eigenvalue: more than rounding leaves, less than anybody means

const finite = v.pipe(v.number(), v.finite())
const vector = v.pipe(v.array(finite), v.minLength(1))
const GaussianSchema = fields({
  kind: v.optional(v.literal('gaussian')),
  mean: vector,
  covariance: v.union([vector, v.pipe(v.array(vector), v.minLength(1))])
})

/** N(mean, covariance); the target of a flow file is one. */
export interface Gaussian {
  readonly kind?: 'gaussian'
  readonly mean: readonly number[]
  /** d rows of d numbers, symmetric and nowhere negative, singular ones too; or the d variances of a diagonal one. */
  readonly covariance: readonly (readonly number[])[] | readonly number[]
}

/**
 * The exact W2 between two Gaussians N(m, S) and N(m', S'),
 *
 *     W2^2 = |m - m'|^2 + tr(S + S' - 2 (S'^(1/2) S S'^(1/2))^(1/2))
 *
 * computed as |m - m'|^2 + min over orthogonal U of |S^(1/2) - S'^(1/2) U|^2, which is the same and keeps its digits where
 * the Gaussians are close. Of fitted moments it is the distance that FID takes of features. Time d^3.
 *
 * @throws GaussflowError `invalid_argument` or `shape_mismatch`, naming the field: `y.covariance[1]`.
 * @see Gelbrich, "On a formula for the L2 Wasserstein metric", 1990; Bhatia, Jain & Lim, "On the Bures-Wasserstein distance", 2019.
 */
export function gaussianWasserstein(x: Gaussian, y: Gaussian): number {
  const d = checkedMean(x, 'x').length
  const other = checkedMean(y, 'y').length
  if (other !== d) {
    const message = `\`y.mean\` must have length ${d} (as long as that of \`x\`), got ${other}`
    throw new GaussflowError('shape_mismatch', message, { path: 'y.mean' })
  }
  const means = x.mean.reduce((sum, m, j) => sum + (m - y.mean[j]) ** 2, 0)
  const ofX = diagonalOf(x, 'x')
  const ofY = diagonalOf(y, 'y')
  if (ofX !== undefined && ofY !== undefined) {
    return Math.sqrt(ofX.reduce((sum, s, j) => sum + (Math.sqrt(s) - Math.sqrt(ofY[j])) ** 2, means))
  }
  return Math.sqrt(means + rootDistance(rootOf(x, ofX, 'x'), rootOf(y, ofY, 'y'), d))
}

/**
 * The Gaussian with the moments of a set of points: the mean and the covariance, which divides by n - 1.
 *
 * @param x shape (n, dim), two rows at least
 * @throws GaussflowError `invalid_argument`, `shape_mismatch` or `not_finite`, naming the field.
 */
export function gaussianFit(x: Points): { mean: number[]; covariance: number[][] } {
  const { count, dim, data } = toBatch(x, 'x')
  if (count < 2) refuse('shape_mismatch', 'x', `must hold at least 2 rows, got ${count}`)
  const mean = new Array<number>(dim).fill(0)
  for (let at = 0; at < data.length; at++) mean[at % dim] += data[at]
  for (let j = 0; j < dim; j++) mean[j] /= count
  const covariance = Array.from({ length: dim }, () => new Array<number>(dim).fill(0))
  for (let i = 0; i < count; i++)
    for (let j = 0; j < dim; j++) {
      const part = (data[i * dim + j] - mean[j]) / (count - 1)
      for (let k = 0; k <= j; k++) covariance[j][k] += part * (data[i * dim + k] - mean[k])
    }
  for (let j = 0; j < dim; j++) for (let k = 0; k < j; k++) covariance[k][j] = covariance[j][k]
  return { mean, covariance }
}

/** min over orthogonal U of |X - Y U|^2, by the singular vectors of Y^T X = P diag Q^T: U = P Q^T. */
function rootDistance(x: Float64Array, y: Float64Array, d: number): number {
  const { left, right } = singularVectors(product(y, x, d), d)
  let sum = 0
  // |X - Y P Q^T| = |X Q - Y P|, column by column.
  for (let i = 0; i < d; i++) {
    const column = new Float64Array(d)
    for (let k = 0; k < d; k++)
      for (let r = 0; r < d; r++)
        column[r] += x[k * d + r] * right[i * d + k] - y[k * d + r] * left[i * d + k]
    for (let r = 0; r < d; r++) sum += column[r] * column[r]
  }
  return sum
}

/** Y^T X of matrices that are given by their columns; by columns too. */
function product(y: Float64Array, x: Float64Array, d: number): Float64Array {
  const out = new Float64Array(d * d)
  for (let i = 0; i < d; i++)
    for (let j = 0; j < d; j++) {
      let sum = 0
      for (let r = 0; r < d; r++) sum += y[j * d + r] * x[i * d + r]
      out[i * d + j] = sum
    }
  return out
}

/** The columns of a matrix X with X X^T = covariance: its axes, as long as their standard deviations. */
function rootOf(
  { covariance }: Gaussian,
  variances: readonly number[] | undefined,
  name: string
): Float64Array {
  const d = covariance.length
  const root = new Float64Array(d * d)
  if (variances !== undefined) {
    variances.forEach((variance, j) => (root[j * (d + 1)] = Math.sqrt(variance)))
    return root
  }
  const { values, axes } = symmetricEigen(Float64Array.from((covariance as number[][]).flat()), d)
  const largest = values.reduce((most, value) => Math.max(most, Math.abs(value)), 0)
  values.forEach((value, i) => {
    if (value < -ROUNDING * largest)
      refuse('invalid_argument', `${name}.covariance`, `must have no negative eigenvalue, got ${value}`)
    const length = Math.sqrt(Math.max(value, 0))
    for (let k = i * d; k < (i + 1) * d; k++) root[k] = axes[k] * length
  })
  return root
}

function checkedMean(gaussian: Gaussian, name: string): readonly number[] {
  const { mean, covariance } = validate(GaussianSchema, gaussian, name)
  const path = `${name}.covariance`
  expectLength(covariance, mean.length, path)
  covariance.forEach((row, i) => {
    if (typeof row !== 'number') expectLength(row, mean.length, `${path}[${i}]`)
  })
  return mean
}

/** The variances, where the covariance has no others; checks that it is symmetric. */
function diagonalOf({ covariance }: Gaussian, name: string): readonly number[] | undefined {
  const path = `${name}.covariance`
  const rows = covariance.map((row, i) => (typeof row === 'number' ? { i, row: [] } : { i, row }))
  const largest = rows.reduce((most, { row }) => row.reduce((m, s) => Math.max(m, Math.abs(s)), most), 0)
  for (const { i, row } of rows)
    row.forEach((s, j) => {
      const mirror = rows[j].row[i]
      if (Math.abs(s - mirror) > ROUNDING * largest)
        refuse(
          'invalid_argument',
          path,
          `must be symmetric, got ${s} at [${i}][${j}] and ${mirror} at [${j}][${i}]`
        )
    })
  if (!rows.every(({ i, row }) => row.every((s, j) => i === j || s === 0))) return undefined
  const variances = covariance.map((row, i) => (typeof row === 'number' ? row : row[i]))
  variances.forEach((s, i) => {
    if (s < 0) refuse('invalid_argument', `${path}[${i}]`, `must have no negative variance, got ${s}`)
  })
  return variances
}

function expectLength(values: readonly unknown[], dim: number, path: string): void {
  if (values.length !== dim)
    refuse('shape_mismatch', path, `must have length ${dim} (as long as the mean), got ${values.length}`)
}

function refuse(code: 'invalid_argument' | 'shape_mismatch', path: string, what: string): never {
  throw new GaussflowError(code, `\`${path}\` ${what}`, { path })
}
