import { describe, expect, it } from 'vitest'
import { symmetricEigen } from '../../src/target/eigen.ts'
import { numberStream } from '../fixtures/numbers.ts'

/** A random symmetric matrix; with `rank` vectors fewer than d, several of its eigenvalues coincide. */
function symmetric(seed: number, d: number, rank = d): Float64Array {
  const next = numberStream(seed)
  const vectors = Array.from({ length: rank }, () => Array.from({ length: d }, next))
  return Float64Array.from({ length: d * d }, (_, at) => {
    const [i, j] = [Math.floor(at / d), at % d]
    return vectors.reduce((sum, v, k) => sum + (k % 2 === 0 ? 1 : -1) * v[i] * v[j], i === j ? 0.5 : 0)
  })
}

const CASES = [1, 2, 3, 7, 20, 40].flatMap((d) => [
  { d, rank: d },
  { d, rank: Math.ceil(d / 3) }
])

describe.each(CASES)('of a $d x $d matrix of rank $rank plus a multiple of the identity', ({ d, rank }) => {
  const matrix = symmetric(d, d, rank)
  const size = Math.max(...matrix.map(Math.abs)) * d
  const { values, axes } = symmetricEigen(matrix, d)
  const axis = (i: number) => axes.subarray(i * d, (i + 1) * d)

  it('the axes are orthonormal', () => {
    for (let i = 0; i < d; i++) {
      for (let j = 0; j <= i; j++) {
        const product = axis(i).reduce((sum, value, k) => sum + value * axis(j)[k], 0)
        expect(Math.abs(product - Number(i === j))).toBeLessThan(1e-13)
      }
    }
  })

  it('the values and axes give the matrix back', () => {
    for (let i = 0; i < d; i++) {
      for (let j = 0; j < d; j++) {
        const entry = values.reduce((sum, value, k) => sum + value * axis(k)[i] * axis(k)[j], 0)
        expect(Math.abs(entry - matrix[i * d + j])).toBeLessThan(1e-14 * size)
      }
    }
  })

  it('the matrix that was given stays as it was', () => {
    expect(matrix).toEqual(symmetric(d, d, rank))
  })
})

it('values of very different sizes are all found to their own last digits', () => {
  const { values } = symmetricEigen(Float64Array.of(1e12, 1, 1, 1e-6), 2)
  // The product of the eigenvalues is the determinant, 1e6 - 1.
  expect(values[0] * values[1]).toBeCloseTo(1e6 - 1, 3)
})

it('numbers next to the largest double do not overflow', () => {
  const { values } = symmetricEigen(Float64Array.of(1e300, 1e299, 1e299, 2e300), 2)
  expect(values.every(Number.isFinite)).toBe(true)
})
