import { describe, expect, it } from 'vitest'
import { schedules } from '../../src/schedule/index.ts'
import type { MixtureTarget } from '../../src/schema/flowFile.ts'
import { checkMixture, gaussianMixture, mixtureVelocity } from '../../src/target/mixture.ts'
import { newCore, velocityOf, worstError } from '../assembly/core.ts'
import { randomRows } from '../fixtures/numbers.ts'
import { refusal } from '../fixtures/refusal.ts'
import { mixtureVelocity as reference } from '../reference/mixture.ts'

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

it('one standard deviation stands for all coordinates', () => {
  const { covariances } = mixture({ stds: [0.5, 2] })
  expect(covariances.map(({ values }) => [...values])).toEqual([
    [0.25, 0.25],
    [4, 4]
  ])
})

describe.each(schedules)('on the $name schedule', (schedule) => {
  const { name } = schedule
  it.each([
    {
      kind: 'full covariances',
      fields: {
        covariances: [
          good,
          [
            [1, -0.3],
            [-0.3, 0.4]
          ]
        ]
      }
    },
    {
      kind: 'diagonal covariances',
      fields: {
        covariances: [
          [
            [0.5, 0],
            [0, 2]
          ],
          [
            [1, 0],
            [0, 3]
          ]
        ]
      }
    },
    { kind: 'one deviation each', fields: { stds: [0.3, 1.5] } },
    {
      kind: 'a deviation for each coordinate',
      fields: {
        stds: [
          [0.3, 1],
          [2, 0.5]
        ]
      }
    }
  ])('the core has the velocity of the definition, with $kind', async ({ fields }) => {
    const core = await newCore()
    const target = mixture(fields)
    const v = mixtureVelocity(core, name, target)
    const x = randomRows(3, 16, 2, 4)
    const twin = {
      ...target,
      variances: target.covariances.map(({ values }) => [...values]),
      ...(target.aligned
        ? {}
        : {
            axes: target.covariances.map(({ axes }) => [[...axes.subarray(0, 2)], [...axes.subarray(2, 4)]])
          })
    }
    for (const t of [0, 1e-4, 0.3, 0.9, 1]) {
      const expected = x.flatMap((row) => reference(twin, schedule.at(t), row))
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
    message: /must be positive definite, got the eigenvalue/
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
