import { expect, it } from 'vitest'
import { gaussianFit, gaussianWasserstein, wasserstein, type Gaussian } from '../../src/metric/index.ts'
import { refusal } from '../fixtures/refusal.ts'
import { randomNumbers } from '../train/networks.ts'
import { cloud } from './clouds.ts'

const centred = (covariance: Gaussian['covariance']): Gaussian => ({
  mean: covariance.map(() => 0),
  covariance
})

/** A A^T of a d x rank matrix of normals: of that rank. */
function wishart(d: number, rank: number, seed: number): number[][] {
  const a = randomNumbers(d * rank, seed)
  const entry = (i: number, j: number) =>
    Array.from({ length: rank }, (_, k) => a[i * rank + k] * a[j * rank + k]).reduce((x, y) => x + y, 0)
  return Array.from({ length: d }, (_, i) => Array.from({ length: d }, (_, j) => entry(i, j)))
}

it("is |m - m'| between Gaussians of one covariance, to the last digits", () => {
  const covariance = wishart(6, 6, 1)
  const x = { mean: [0, 0, 0, 0, 0, 0], covariance }
  expect(gaussianWasserstein(x, { ...x, mean: [3, 0, 4, 0, 0, 0] })).toBeCloseTo(5, 13)
  expect(gaussianWasserstein(x, x)).toBeLessThan(1e-13)
})

it("is |m - m'|^2 + |s - s'|^2 of deviations for diagonal covariances, however they are written", () => {
  const x = { mean: [1, 2], covariance: [4, 9] }
  const y = { mean: [0, 0], covariance: [1, 0] }
  const full = {
    mean: [1, 2],
    covariance: [
      [4, 0],
      [0, 9]
    ]
  }
  for (const first of [x, full]) expect(gaussianWasserstein(first, y)).toBeCloseTo(Math.sqrt(5 + 1 + 9), 14)
})

it('is that of the eigenvalues for covariances that commute', () => {
  // Both have the axes (1, 1) and (1, -1): eigenvalues 12 and 2, and 3 and 1.
  const distance = gaussianWasserstein(
    centred([
      [7, 5],
      [5, 7]
    ]),
    centred([
      [2, 1],
      [1, 2]
    ])
  )
  expect(distance ** 2).toBeCloseTo((Math.sqrt(12) - Math.sqrt(3)) ** 2 + (Math.sqrt(2) - 1) ** 2, 12)
})

it('is the formula of traces for 2 x 2 covariances that do not commute', () => {
  // tr (A B)^(1/2) = (tr A B + 2 (det A det B)^(1/2))^(1/2) for 2 x 2 matrices: here 2 * 2 + 3 = 7, 2 and 5.
  const x = centred([
    [2, 0],
    [0, 1]
  ])
  const y = centred([
    [2, 1],
    [1, 3]
  ])
  expect(gaussianWasserstein(x, y) ** 2).toBeCloseTo(3 + 5 - 2 * Math.sqrt(7 + 2 * Math.sqrt(10)), 12)
})

it('is symmetric, and keeps to the triangle inequality, between singular covariances too', () => {
  const gaussians = [1, 3, 5, 8].map((rank) => centred(wishart(8, rank, rank)))
  for (const x of gaussians)
    for (const y of gaussians) {
      const direct = gaussianWasserstein(x, y)
      expect(gaussianWasserstein(y, x)).toBeCloseTo(direct, 12)
      for (const z of gaussians)
        expect(direct).toBeLessThanOrEqual(gaussianWasserstein(x, z) + gaussianWasserstein(z, y) + 1e-12)
    }
})

it('is a distance between lines for covariances of rank 1: |u - v| or |u + v|, the shorter', () => {
  const u = [3, 4, 0]
  const v = [0, -2, 1]
  const outer = (w: number[]) => centred(w.map((a) => w.map((b) => a * b)))
  const length = (sign: number) => Math.hypot(...u.map((a, i) => a + sign * v[i]))
  expect(gaussianWasserstein(outer(u), outer(v))).toBeCloseTo(Math.min(length(1), length(-1)), 12)
  expect(gaussianWasserstein(outer(u), centred([0, 0, 0]))).toBeCloseTo(5, 12)
})

it('is what the assignment of large samples tends to', () => {
  const x = cloud(1500, 2, 1)
  // y = (1 + 2 u, 0.5 u + v): covariance [[4, 1], [1, 1.25]]
  const z = cloud(1500, 2, 2).data
  const data = z.map((value, at) => (at % 2 === 0 ? 1 + 2 * value : 0.5 * z[at - 1] + value))
  const exact = gaussianWasserstein(
    { mean: [0, 0], covariance: [1, 1] },
    {
      mean: [1, 0],
      covariance: [
        [4, 1],
        [1, 1.25]
      ]
    }
  )
  const between = wasserstein(x, { count: 1500, dim: 2, data })
  // Means and deviations of 1,500 draws are off by about 0.03 to 0.05, and W2 of two samples is a little more.
  expect(Math.abs(between - exact)).toBeLessThan(0.15)
})

it('fits mean and covariance, dividing by n - 1', () => {
  expect(
    gaussianFit([
      [0, 1],
      [2, 1],
      [4, 4]
    ])
  ).toEqual({
    mean: [2, 2],
    covariance: [
      [4, 3],
      [3, 3]
    ]
  })
  const { mean, covariance } = gaussianFit(cloud(20_000, 2, 5, 1, 2))
  expect(Math.abs(mean[0] - 1)).toBeLessThan(0.06)
  expect(Math.abs(covariance[1][1] - 4)).toBeLessThan(0.16)
  expect(Math.abs(covariance[0][1])).toBeLessThan(0.12)
})

it('takes the target of a flow file', () => {
  const target = { kind: 'gaussian', mean: [0], covariance: [[4]] } as const
  expect(gaussianWasserstein(target, { mean: [0], covariance: [1] })).toBe(1)
})

it.each<[string, unknown, string]>([
  ['no mean', { covariance: [1] }, '`y.mean` is required'],
  [
    'another dimension',
    { mean: [0], covariance: [1] },
    '`y.mean` must have length 2 (as long as that of `x`), got 1'
  ],
  [
    'too few rows',
    { mean: [0, 0], covariance: [[1, 0]] },
    '`y.covariance` must have length 2 (as long as the mean), got 1'
  ],
  [
    'a short row',
    { mean: [0, 0], covariance: [[1, 0], [0]] },
    '`y.covariance[1]` must have length 2 (as long as the mean), got 1'
  ],
  [
    'no symmetry',
    {
      mean: [0, 0],
      covariance: [
        [1, 1],
        [0, 1]
      ]
    },
    '`y.covariance` must be symmetric, got 1 at [0][1] and 0 at [1][0]'
  ],
  [
    'a negative variance',
    { mean: [0, 0], covariance: [1, -1] },
    '`y.covariance[1]` must have no negative variance, got -1'
  ],
  [
    'a negative eigenvalue',
    {
      mean: [0, 0],
      covariance: [
        [0, 1],
        [1, 0]
      ]
    },
    '`y.covariance` must have no negative eigenvalue, got -'
  ],
  ['NaN', { mean: [0, NaN], covariance: [1, 1] }, '`y.mean[1]` must be a finite number, got NaN']
])('refuses a Gaussian with %s', (_, y, message) => {
  expect(
    refusal(() => gaussianWasserstein({ mean: [0, 0], covariance: [1, 1] }, y as Gaussian)).message
  ).toContain(message)
})
