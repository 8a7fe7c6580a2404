import { GaussflowError } from '../error.ts'
import type { GaussianTarget, MixtureTarget, Target } from '../schema/flowFile.ts'
import { putF64, type Core } from '../wasm/core.ts'
import { expectCoordinates } from './coordinates.ts'
import { symmetricEigen, type Eigen } from './eigen.ts'
import { expectVariance } from './variance.ts'

const SYMMETRY = 1e-9 // of the largest entry: more than rounding leaves, less than anybody means
const ROUNDING = 1e-15 // of the largest eigenvalue: more than Jacobi's rotations leave, of any dimension

/** A checked mixture: weights that sum to 1, and the covariances by their eigenvalues and axes. */
export interface Mixture {
  readonly dim: number
  readonly weights: readonly number[]
  /** K x d */
  readonly means: readonly (readonly number[])[]
  readonly covariances: readonly Eigen[]
  /** Whether all axes are the coordinate axes, so that no rotation is needed. */
  readonly aligned: boolean
}

/**
 * N(mean, covariance) as a mixture of one.
 *
 * @throws GaussflowError as `checkMixture`.
 */
export function gaussianMixture({ mean, covariance }: GaussianTarget): Mixture {
  const dim = mean.length
  expectCoordinates(mean, 'target.mean')
  const eigen = positiveEigen(covariance, dim, 'target.covariance')
  return { dim, weights: [1], means: [mean], covariances: [eigen], aligned: isDiagonal(covariance) }
}

/**
 * Checks the shapes of a mixture and that its covariances are symmetric and positive definite.
 *
 * @throws GaussflowError `shape_mismatch` or `invalid_argument`, naming the component, and `not_finite` for a mean that 32 bits
 *   cannot hold.
 */
export function checkMixture({ weights, means, covariances, stds }: MixtureTarget): Mixture {
  const dim = means[0].length
  const count = weights.length
  expectLength('target.means', means.length, count, 'one for each weight')
  means.forEach((mean, k) => {
    expectLength(`target.means[${k}]`, mean.length, dim, 'as long as the first mean')
    expectCoordinates(mean, `target.means[${k}]`)
  })
  if ((covariances === undefined) === (stds === undefined)) {
    const got = covariances === undefined ? 'neither' : 'both'
    refuse(
      'invalid_argument',
      'target',
      `\`target\` must have either \`covariances\` or \`stds\`, got ${got}`
    )
  }
  const total = weights.reduce((sum, weight) => sum + weight, 0)
  const shares = weights.map((weight) => weight / total)
  if (!Number.isFinite(total) || shares.includes(0)) {
    const message = '`target.weights` must have a sum that a double can hold, and each a share of it above 0'
    refuse('invalid_argument', 'target.weights', message)
  }
  if (stds !== undefined) {
    expectLength('target.stds', stds.length, count, 'one for each weight')
    const eigens = stds.map((std, k) => diagonal(std, dim, `target.stds[${k}]`))
    return { dim, weights: shares, means, covariances: eigens, aligned: true }
  }
  const full = covariances ?? []
  expectLength('target.covariances', full.length, count, 'one for each weight')
  const eigens = full.map((covariance, k) => positiveEigen(covariance, dim, `target.covariances[${k}]`))
  return { dim, weights: shares, means, covariances: eigens, aligned: full.every(isDiagonal) }
}

/** Puts a mixture into the core and returns the address of its velocity. */
export function mixtureVelocity(core: Core, schedule: number, mixture: Mixture): number {
  const { dim, weights, means, covariances, aligned } = mixture
  // The core takes one logarithm of each weight, ours would differ from engine to engine in the last bit.
  const logWeights = putF64(
    core,
    weights.map((weight) => core.log64(weight))
  )
  const centres = putF64(core, means.flat())
  const variances = putF64(
    core,
    covariances.flatMap(({ values }) => [...values])
  )
  const axes = aligned
    ? 0
    : putF64(
        core,
        covariances.flatMap((eigen) => [...eigen.axes])
      )
  return core.newMixture(schedule, dim, weights.length, logWeights, centres, variances, axes)
}

function diagonal(std: number | readonly number[], dim: number, path: string): Eigen {
  const stds = typeof std === 'number' ? new Array<number>(dim).fill(std) : std
  expectLength(path, stds.length, dim, 'one for each coordinate')
  stds.forEach((s, j) => {
    expectVariance(s * s, typeof std === 'number' ? path : `${path}[${j}]`, s)
  })
  return { values: Float64Array.from(stds, (s) => s * s), axes: new Float64Array() }
}

function positiveEigen(matrix: readonly (readonly number[])[], dim: number, path: string): Eigen {
  expectLength(path, matrix.length, dim, 'a square matrix of the dimension of the means')
  matrix.forEach((row, i) => {
    expectLength(`${path}[${i}]`, row.length, dim, 'a square matrix of the dimension of the means')
  })
  const symmetric = symmetrised(matrix, path)
  if (isDiagonal(matrix)) {
    const values = Float64Array.from(matrix, (row, i) => row[i])
    const axes = Float64Array.from({ length: dim * dim }, (_, i) => (i % (dim + 1) === 0 ? 1 : 0))
    return expectPositive({ values, axes }, path, 0)
  }
  return expectPositive(symmetricEigen(symmetric, dim), path, ROUNDING)
}

/** The matrix between a matrix and its transpose, which rounding may have parted; row-major. */
function symmetrised(matrix: readonly (readonly number[])[], path: string): Float64Array {
  const largest = matrix.reduce(
    (most, row) => row.reduce((m, value) => Math.max(m, Math.abs(value)), most),
    0
  )
  const pairs = matrix.flatMap((row, i) => row.map((value, j) => ({ i, j, value, mirror: matrix[j][i] })))
  return Float64Array.from(pairs, ({ i, j, value, mirror }) => {
    if (Math.abs(value - mirror) > SYMMETRY * largest) {
      const got = `${value} at [${i}][${j}] and ${mirror} at [${j}][${i}]`
      refuse('invalid_argument', path, `\`${path}\` must be symmetric, got ${got}`)
    }
    return value / 2 + mirror / 2
  })
}

/** @param rounding the part of the largest eigenvalue by which each may be off */
function expectPositive(eigen: Eigen, path: string, rounding: number): Eigen {
  const smallest = eigen.values.reduce((least, value) => Math.min(least, value), Infinity)
  const largest = eigen.values.reduce((most, value) => Math.max(most, value), 0)
  const requirement = `\`${path}\` must be positive definite`
  if (smallest <= -largest * rounding)
    refuse('invalid_argument', path, `${requirement}, got the eigenvalue ${smallest}`)
  expectVariance(largest, path, largest)
  if (smallest <= largest * rounding) {
    // It may be that: so close to 0 the sign that was found means nothing.
    const fix = `add ${(10 * rounding * largest).toPrecision(1)} to its diagonal`
    const got = `got eigenvalues from ${smallest} to ${largest}`
    refuse('invalid_argument', path, `${requirement} by more than its rounding, ${got}; ${fix}`)
  }
  expectVariance(smallest, path, smallest)
  return eigen
}

function isDiagonal(matrix: readonly (readonly number[])[]): boolean {
  return matrix.every((row, i) => row.every((value, j) => i === j || value === 0))
}

function expectLength(path: string, got: number, want: number, why: string): void {
  if (got !== want)
    refuse('shape_mismatch', path, `\`${path}\` must have length ${want} (${why}), got ${got}`)
}

function refuse(code: 'invalid_argument' | 'shape_mismatch', path: string, message: string): never {
  throw new GaussflowError(code, message, { path })
}

/** The target as a checked mixture, where it is one with covariances. */
export function mixtureOf(target: Target): Mixture | undefined {
  if (target.kind === 'gaussian') return gaussianMixture(target)
  return target.kind === 'mixture' ? checkMixture(target) : undefined
}
