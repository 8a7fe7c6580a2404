import type { Target } from '../../src/schema/flowFile.ts'
import { checkMixture, gaussianMixture } from '../../src/target/mixture.ts'
import type { Mixture } from '../reference/mixture.ts'
import { estimateOf, posterior } from '../reference/posterior.ts'
import type { Coefficients } from '../reference/schedule.ts'

export interface Case {
  readonly name: string
  readonly target: Target
  /** Points at which the velocity's gradient is looked at, times a scale. */
  readonly points: readonly (readonly number[])[]
}

const line = Array.from({ length: 161 }, (_, i) => [(i - 80) / 16])
const plane = Array.from({ length: 21 * 21 }, (_, i) => [((i % 21) - 10) / 3, (Math.floor(i / 21) - 10) / 3])
const ring = (count: number, radius: number) =>
  Array.from({ length: count }, (_, i) => {
    const angle = (2 * Math.PI * i) / count
    return [radius * Math.cos(angle), radius * Math.sin(angle)]
  })

const mixture = (weights: number[], means: number[][], stds: number[] | number[][]): Target => ({
  kind: 'mixture',
  weights,
  means,
  stds
})
const full = (weights: number[], means: number[][], covariances: number[][][]): Target => ({
  kind: 'mixture',
  weights,
  means,
  covariances
})

export const GAUSSIAN: Case = {
  name: 'a Gaussian on the line',
  target: { kind: 'gaussian', mean: [0.3], covariance: [[0.49]] },
  points: line
}
export const SYMMETRIC: Case = {
  name: 'two clusters at -2 and 2',
  target: mixture([1, 1], [[-2], [2]], [0.5, 0.5]),
  points: line
}
const TILTED = [
  [0.5, 0.3],
  [0.3, 0.4]
]

/** Targets whose velocity and its gradient are known exactly; each bound is held on each of them. */
export const CASES: readonly Case[] = [
  GAUSSIAN,
  {
    name: 'a Gaussian on the plane, turned',
    target: { kind: 'gaussian', mean: [1, -1], covariance: TILTED },
    points: plane
  },
  SYMMETRIC,
  {
    name: 'three clusters of one width',
    target: mixture([0.2, 0.5, 0.3], [[-1.5], [0.2], [1.5]], [0.3, 0.3, 0.3]),
    points: line
  },
  {
    name: 'a ring of eight',
    target: mixture(new Array<number>(8).fill(1), ring(8, 2), new Array<number>(8).fill(0.3)),
    points: plane
  },
  {
    name: 'three clusters with one full covariance',
    target: full([0.5, 0.3, 0.2], ring(3, 1), [TILTED, TILTED, TILTED]),
    points: plane
  },
  {
    name: 'a smoothed data set',
    target: { kind: 'empirical', points: [...ring(5, 1), [0.2, 0.1]], bandwidth: 0.4 },
    points: plane
  },
  {
    name: 'a narrow cluster inside a wide one',
    target: mixture([1, 1], [[0], [0]], [0.3, 1]),
    points: line
  },
  {
    name: 'a narrow cluster beside a wide one',
    target: mixture([1, 1], [[-2], [2]], [0.5, 1]),
    points: line
  },
  {
    name: 'a narrow cluster among two wide ones',
    target: mixture([0.2, 0.5, 0.3], [[-1.5], [0.2], [1.5]], [0.3, 0.5, 0.5]),
    points: line
  },
  {
    name: 'two wide clusters and a trace of a narrow one',
    target: mixture([1e-6, 1, 1], [[0], [-2], [2]], [0.4, 0.5, 0.5]),
    points: line
  },
  {
    name: 'clusters of three widths along the axes',
    target: mixture(
      [0.5, 0.3, 0.2],
      [
        [0, 1],
        [1, 0],
        [-1, -1]
      ],
      [
        [0.5, 1.5],
        [1, 2],
        [0.7, 0.4]
      ]
    ),
    points: plane
  },
  {
    name: 'full covariances of which one exceeds the others, though their eigenvalues overlap',
    target: full(
      [0.5, 0.25, 0.25],
      [
        [0, 1],
        [1, 0],
        [2, 2]
      ],
      [
        [
          [0.3, 0.1],
          [0.1, 0.2]
        ],
        [
          [2, 1],
          [1, 0.8]
        ],
        [
          [2, 1],
          [1, 0.8]
        ]
      ]
    ),
    points: plane
  },
  {
    name: 'two covariances neither of which exceeds the other',
    target: mixture(
      [1, 1],
      [
        [0, 0],
        [0, 0]
      ],
      [
        [1, 0.5],
        [0.5, 1]
      ]
    ),
    points: plane
  }
]

/** The 64-bit twin of a target with a density. */
export function twinOf(target: Target): Mixture {
  if (target.kind === 'network') throw new Error('no twin')
  if (target.kind === 'empirical') {
    const { points, bandwidth } = target
    const variances = points.map((point) => point.map(() => bandwidth * bandwidth))
    return { weights: points.map(() => 1 / points.length), means: points, variances }
  }
  const mixture = target.kind === 'gaussian' ? gaussianMixture(target) : checkMixture(target)
  const { dim, weights, means, covariances, aligned } = mixture
  const variances = covariances.map(({ values }) => [...values])
  if (aligned) return { weights, means, variances }
  const axes = covariances.map((eigen) =>
    Array.from({ length: dim }, (_, i) => [...eigen.axes.subarray(i * dim, (i + 1) * dim)])
  )
  return { weights, means, variances, axes }
}

/** The least and the largest eigenvalue of grad v(t, .) over points, by brute force. */
export function extremesOf(
  twin: Mixture,
  at: Coefficients,
  points: readonly (readonly number[])[]
): { least: number; most: number } {
  const scale = Math.sqrt(at.a * at.a + at.b * at.b)
  let least = Infinity
  let most = -Infinity
  for (const point of points) {
    const x = point.map((value) => scale * value)
    const { jacobian } = estimateOf(posterior(twin, at, x), at, at.aDa, at.db, x)
    const [[low, high], [, last]] =
      jacobian.length === 1
        ? [
            [jacobian[0][0], 0],
            [0, jacobian[0][0]]
          ]
        : jacobian
    // Of a 2 x 2 matrix, or of a number as one with itself on the diagonal.
    const gap = Math.hypot((low - last) / 2, high)
    least = Math.min(least, (low + last) / 2 - gap)
    most = Math.max(most, (low + last) / 2 + gap)
  }
  return { least, most }
}
