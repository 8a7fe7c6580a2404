import fc from 'fast-check'
import { expect, it } from 'vitest'
import { symmetricEigen } from '../../src/target/eigen.ts'

/** Entries of very different sizes, many of them zero or equal, which those of random matrices are not. */
const entry = fc.oneof(
  fc.constantFrom(0, 1, -1, 0.5),
  fc.double({ min: -1e6, max: 1e6, noNaN: true }),
  fc.double({ min: -1e-9, max: 1e-9, noNaN: true })
)
const matrices = fc.integer({ min: 1, max: 7 }).chain((d) =>
  fc.array(entry, { minLength: d * d, maxLength: d * d }).map((values) => ({
    d,
    matrix: Float64Array.from(values, (_, at) => {
      const [i, j] = [Math.floor(at / d), at % d]
      return values[Math.min(i, j) * d + Math.max(i, j)]
    })
  }))
)

it('the values and axes of any symmetric matrix give it back', () => {
  fc.assert(
    fc.property(matrices, ({ d, matrix }) => {
      const size = matrix.reduce((most, value) => Math.max(most, Math.abs(value)), 0)
      const { values, axes } = symmetricEigen(matrix, d)
      let worst = 0
      for (let i = 0; i < d; i++) {
        for (let j = 0; j < d; j++) {
          const back = values.reduce((sum, value, k) => sum + value * axes[k * d + i] * axes[k * d + j], 0)
          worst = Math.max(worst, Math.abs(back - matrix[i * d + j]))
        }
      }
      // Next to the smallest doubles there is less to be exact to.
      expect(worst).toBeLessThanOrEqual(1e-13 * size + Number.MIN_VALUE * 64)
    }),
    { numRuns: 1000 }
  )
})

it('the axes of any symmetric matrix are orthonormal', () => {
  fc.assert(
    fc.property(matrices, ({ d, matrix }) => {
      const { axes } = symmetricEigen(matrix, d)
      let worst = 0
      for (let i = 0; i < d; i++) {
        for (let j = 0; j <= i; j++) {
          let product = 0
          for (let k = 0; k < d; k++) product += axes[i * d + k] * axes[j * d + k]
          worst = Math.max(worst, Math.abs(product - Number(i === j)))
        }
      }
      expect(worst).toBeLessThan(1e-13)
    }),
    { numRuns: 1000 }
  )
})
