import { describe, expect, it } from 'vitest'
import { schedules } from '../../src/schedule/index.ts'
import type { MixtureTarget } from '../../src/schema/flowFile.ts'
import { checkMixture, gaussianMixture, mixtureVelocity } from '../../src/target/mixture.ts'
import { newCore, putSchedule, velocityOf, worstError } from '../assembly/core.ts'
import type { ScheduleName } from '../../src/schema/schedule.ts'
import { randomRows } from '../fixtures/numbers.ts'
import { refusal } from '../fixtures/refusal.ts'
import type { Coefficients } from '../reference/schedule.ts'

const base = {
  kind: 'mixture',
  weights: [1, 3],
  means: [
    [-2, 0],
    [2, 1]
  ]
} as const
const good = [
  [2, 0.5],
  [0.5, 1]
]

/** JSON gives mutable arrays; the checks take what the schema has let through. */
const mixture = (fields: object) =>
  checkMixture(structuredClone({ ...base, ...fields }) as unknown as MixtureTarget)

/**
 * The velocity of the mixture `base` with these covariances at one point of the plane, by the inverses of 2 x 2 matrices:
 * v = sum_k r_k [b' m_k + (a a' I + b b' S_k) (a^2 I + b^2 S_k)^-1 (x - b m_k)]. No eigenvectors take part in it.
 */
function planeVelocity(covariances: number[][][], { a, aDa, b, db }: Coefficients, x: number[]): number[] {
  const parts = covariances.map(([[s00, s01], [, s11]], k) => {
    const [p, q, r] = [a * a + b * b * s00, b * b * s01, a * a + b * b * s11]
    const determinant = p * r - q * q
    const [c0, c1] = [x[0] - b * base.means[k][0], x[1] - b * base.means[k][1]]
    const [y0, y1] = [(r * c0 - q * c1) / determinant, (p * c1 - q * c0) / determinant]
    return {
      weight: base.weights[k] * Math.exp(-(c0 * y0 + c1 * y1) / 2) * determinant ** -0.5,
      v: [
        db * base.means[k][0] + (aDa + b * db * s00) * y0 + b * db * s01 * y1,
        db * base.means[k][1] + b * db * s01 * y0 + (aDa + b * db * s11) * y1
      ]
    }
  })
  const total = parts.reduce((sum, { weight }) => sum + weight, 0)
  return [0, 1].map((j) => parts.reduce((sum, { weight, v }) => sum + (weight / total) * v[j], 0))
}

const diagonal = (first: number, second: number) => [
  [first, 0],
  [0, second]
]

it('weights become shares of one', () => {
  expect(mixture({ stds: [1, 1] }).weights).toEqual([0.25, 0.75])
})

it('a Gaussian is a mixture of one', () => {
  const { weights, means, covariances } = gaussianMixture({
    kind: 'gaussian',
    mean: [1, 2],
    covariance: good
  })
  expect({ weights, means }).toEqual({ weights: [1], means: [[1, 2]] })
  expect(covariances[0].values[0] * covariances[0].values[1]).toBeCloseTo(1.75, 12)
})

it('a covariance that rounding alone made unsymmetric is taken for the symmetric one between', () => {
  // As products of matrices leave them: the last digits differ.
  const rounded = [
    [2, 0.37228412846202413],
    [0.37228412846202386, 1]
  ]
  const [given] = mixture({ covariances: [rounded, good] }).covariances
  const between = (0.37228412846202413 + 0.37228412846202386) / 2
  const symmetric = [
    [2, between],
    [between, 1]
  ]
  expect(given).toEqual(mixture({ covariances: [symmetric, good] }).covariances[0])
})

it('one standard deviation stands for all coordinates', () => {
  const { covariances } = mixture({ stds: [0.5, 2] })
  expect(covariances.map(({ values }) => [...values])).toEqual([
    [0.25, 0.25],
    [4, 4]
  ])
})

describe.each(schedules)('on the $name schedule', (schedule) => {
  const bent = [
    [1, -0.3],
    [-0.3, 0.4]
  ]
  it.each([
    { kind: 'full covariances', fields: { covariances: [good, bent] }, spread: [good, bent] },
    {
      kind: 'one full covariance beside a diagonal one',
      fields: { covariances: [diagonal(1, 2), bent] },
      spread: [diagonal(1, 2), bent]
    },
    {
      kind: 'diagonal covariances',
      fields: { covariances: [diagonal(0.5, 2), diagonal(1, 3)] },
      spread: [diagonal(0.5, 2), diagonal(1, 3)]
    },
    {
      kind: 'one deviation each',
      fields: { stds: [0.5, 1.5] },
      spread: [diagonal(0.25, 0.25), diagonal(2.25, 2.25)]
    },
    {
      kind: 'a deviation for each coordinate',
      fields: {
        stds: [
          [0.5, 1],
          [2, 0.25]
        ]
      },
      spread: [diagonal(0.25, 1), diagonal(4, 0.0625)]
    }
  ])('the core has the velocity of the definition, with $kind', async ({ fields, spread }) => {
    const core = await newCore()
    const v = mixtureVelocity(core, putSchedule(core, schedule.name as ScheduleName), mixture(fields))
    const x = randomRows(3, 16, 2, 3)
    for (const t of [0, 1e-4, 0.3, 0.9, 1]) {
      const expected = x.flatMap((row) => planeVelocity(spread, schedule.at(t), row))
      expect(worstError(velocityOf(core, v, t, x).flat(), expected)).toBeLessThan(1e-6)
    }
  })
})

it.each([
  {
    what: 'a covariance with a negative eigenvalue',
    fields: {
      covariances: [
        good,
        [
          [1, 2],
          [2, 1]
        ]
      ]
    },
    code: 'invalid_argument',
    path: 'target.covariances[1]',
    message:
      /^`target\.covariances\[1\]` must be positive definite, got the eigenvalue -(1|0\.9999\d+|1\.0000\d+)$/
  },
  {
    what: 'a covariance of less than full rank',
    fields: {
      covariances: [
        [
          [1, 1],
          [1, 1]
        ],
        good
      ]
    },
    code: 'invalid_argument',
    path: 'target.covariances[0]',
    message: /must be positive definite by more than its rounding, got eigenvalues from \S+ to (2|1\.9\d+);/
  },
  {
    what: 'a covariance that is not symmetric',
    fields: {
      covariances: [
        good,
        [
          [1, 0.5],
          [0.25, 1]
        ]
      ]
    },
    code: 'invalid_argument',
    path: 'target.covariances[1]',
    message: /^`target\.covariances\[1\]` must be symmetric, got 0\.5 at \[0\]\[1\] and 0\.25 at \[1\]\[0\]$/
  },
  {
    what: 'a covariance that is not square',
    fields: { covariances: [good, [[1, 0.5]]] },
    code: 'shape_mismatch',
    path: 'target.covariances[1]',
    message: /must have length 2 .*, got 1$/
  },
  {
    what: 'a row of a covariance that is too long',
    fields: {
      covariances: [
        good,
        [
          [1, 0.5, 0],
          [0.5, 1, 0]
        ]
      ]
    },
    code: 'shape_mismatch',
    path: 'target.covariances[1][0]',
    message: /must have length 2 .*, got 3$/
  },
  {
    what: 'a covariance too few',
    fields: { covariances: [good] },
    code: 'shape_mismatch',
    path: 'target.covariances',
    message: /must have length 2 \(one for each weight\), got 1$/
  },
  {
    what: 'a mean of another dimension',
    fields: { means: [[-2, 0], [2]], stds: [1, 1] },
    code: 'shape_mismatch',
    path: 'target.means[1]',
    message: /must have length 2 .*, got 1$/
  },
  {
    what: 'a deviation for a coordinate that is not there',
    fields: {
      stds: [
        [1, 1],
        [1, 1, 1]
      ]
    },
    code: 'shape_mismatch',
    path: 'target.stds[1]',
    message: /must have length 2 \(one for each coordinate\), got 3$/
  },
  {
    what: 'both covariances and deviations',
    fields: { covariances: [good, good], stds: [1, 1] },
    code: 'invalid_argument',
    path: 'target',
    message: /must have either `covariances` or `stds`, got both$/
  },
  {
    what: 'neither covariances nor deviations',
    fields: {},
    code: 'invalid_argument',
    path: 'target',
    message: /must have either `covariances` or `stds`, got neither$/
  }
])('$what is refused by name', ({ fields, code, path, message }) => {
  const refused = refusal(() => mixture(fields))
  expect(refused).toMatchObject({ code, path })
  expect(refused.message).toMatch(message)
})

it('a deviation whose square is no number above zero is refused, not integrated into NaN', () => {
  expect(refusal(() => mixture({ stds: [1e-200, 1] }))).toMatchObject({ path: 'target.stds[0]' })
})

it.each([
  ['whose sum no number can hold', [1.5e308, 1.5e308]],
  ['so unequal that a share is lost', [5e-324, 1e300]]
])('weights %s are refused, not integrated into NaN', (_, weights) => {
  expect(refusal(() => mixture({ weights, stds: [1, 1] }))).toMatchObject({
    code: 'invalid_argument',
    path: 'target.weights'
  })
})
