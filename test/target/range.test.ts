import { describe, expect, it } from 'vitest'
import type { MixtureTarget } from '../../src/schema/flowFile.ts'
import { checkMixture, gaussianMixture, mixtureVelocity } from '../../src/target/mixture.ts'
import { newCore, putSchedule, velocityOf, worstError } from '../assembly/core.ts'
import { randomRows } from '../fixtures/numbers.ts'
import { refusal } from '../fixtures/refusal.ts'

const good = [
  [2, 0.5],
  [0.5, 1]
]
const diagonal = (first: number, second: number) => [
  [first, 0],
  [0, second]
]

/** A mixture of two in the plane. */
const mixture = (fields: Partial<MixtureTarget>) =>
  checkMixture({
    kind: 'mixture',
    weights: [1, 3],
    means: [
      [-2, 0],
      [2, 1]
    ],
    ...fields
  })

/** The Gaussian of the plane around the origin. */
const gaussian = (covariance: number[][]) => gaussianMixture({ kind: 'gaussian', mean: [0, 0], covariance })

it.each([
  ['negative', -1e-12],
  ['zero', 0]
])('a diagonal covariance with a variance that is %s is refused as what it is', (_, variance) => {
  expect(refusal(() => mixture({ covariances: [good, diagonal(variance, 1e12)] }))).toEqual({
    code: 'invalid_argument',
    path: 'target.covariances[1]',
    message: `\`target.covariances[1]\` must be positive definite, got the eigenvalue ${variance}`
  })
})

describe('a covariance whose eigenvalues are of very different sizes', () => {
  it('is accepted where it is diagonal, for its eigenvalues are exact, and its velocity is that of the definition', async () => {
    const wide = diagonal(1e-12, 1e12)
    expect([...mixture({ covariances: [wide, good] }).covariances[0].values]).toEqual([1e-12, 1e12])
    const core = await newCore()
    const v = mixtureVelocity(core, putSchedule(core, 'linear'), gaussian(wide))
    // (a a' + b b' s) / (a^2 + b^2 s) x, which is 1 / t x for the wide coordinate and -1 / (1 - t) x for the narrow one.
    expect(worstError(velocityOf(core, v, 0.5, [[1, 1]]).flat(), [-2, 2])).toBeLessThan(1e-6)
  })

  // Its eigenvalues, along the diagonals of the plane, are 2e12 and 1e-4 or -1e-4: less than rounding moves them.
  it.each([
    ['positive', 1e12 + 1e-4],
    ['negative', 1e12 - 1e-4]
  ])('is refused where it is full, without a word on a sign that is lost: a %s one', (_, onDiagonal) => {
    const covariance = [
      [onDiagonal, 1e12],
      [1e12, onDiagonal]
    ]
    const { code, path, message } = refusal(() => gaussian(covariance))
    expect({ code, path }).toEqual({ code: 'invalid_argument', path: 'target.covariance' })
    expect(message).toMatch(
      /^`target\.covariance` must be positive definite by more than its rounding, got eigenvalues from -?\d\S* to (1|2)\d+\.?\d*; add 0\.02 to its diagonal$/
    )
  })

  it.each([2, 3, 10, 40])('of rank %i less one is never taken for definite, nor called indefinite', (d) => {
    for (let seed = 0; seed < 20; seed++) {
      const rows = randomRows(seed, d - 1, d, 1)
      const covariance = Array.from({ length: d }, (_, i) =>
        Array.from({ length: d }, (__, j) => rows.reduce((sum, row) => sum + row[i] * row[j], 0))
      )
      const target = { kind: 'gaussian', mean: covariance.map(() => 0), covariance } as const
      expect(refusal(() => gaussianMixture(target)).message).toMatch(/by more than its rounding/)
    }
  })

  it('is accepted once what the message says is added', () => {
    const covariance = [
      [1e12 + 0.02, 1e12],
      [1e12, 1e12 + 0.02]
    ]
    expect(() => gaussian(covariance)).not.toThrow()
  })
})

it('a covariance whose largest eigenvalue no double can hold is refused', () => {
  const covariance = [
    [1.5e308, 1e308],
    [1e308, 1.5e308]
  ]
  expect(refusal(() => gaussian(covariance))).toMatchObject({
    path: 'target.covariance',
    message:
      '`target.covariance` must have a variance that a double can divide by, and a standard deviation that is a finite 32-bit number, as states are, got Infinity'
  })
})

it.each([
  [
    'of a mixture',
    () =>
      mixture({
        means: [
          [0, 0],
          [0, -1e39]
        ],
        stds: [1, 1]
      }),
    'target.means[1][1]',
    '-1e+39'
  ],
  [
    'of a Gaussian',
    () => gaussianMixture({ kind: 'gaussian', mean: [3.5e38, 0], covariance: good }),
    'target.mean[0]',
    '3.5e+38'
  ]
])('a mean %s beyond the largest f32, where no state arrives, is refused by name', (_, call, path, got) => {
  expect(refusal(call)).toEqual({
    code: 'not_finite',
    path,
    message: `\`${path}\` must be a finite 32-bit number, got ${got}`
  })
})

it('a mean that 32 bits can hold is accepted, up to the largest', () => {
  const { means } = mixture({
    means: [
      [3.4028234e38, 0],
      [0, 0]
    ],
    stds: [1, 1]
  })
  expect(means[0][0]).toBe(3.4028234e38)
})
