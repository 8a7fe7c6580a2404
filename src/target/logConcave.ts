import type { FlowFile } from '../schema/flowFile.ts'

/** A target nu = e^(-U) whose U bends between known bounds everywhere: kappa I <= hess U <= beta I. */
export interface LogConcave {
  readonly name: string
  readonly target: FlowFile['target']
  readonly kappa: number
  readonly beta: number
}

/**
 * Log-concave targets (kappa > 0) with their bounds, to try statements about such targets on. The first is a Gaussian; the
 * others are N(0, s^2 I) * rho with rho on a ball of radius R < s, for which
 *
 *     hess U(y) = I / s^2 - Cov(M | Y = y) / s^4,   so that   1/s^2 - R^2/s^4 <= hess U <= 1/s^2;
 *
 * on the line, with the masses at -R and R, the lower bound is attained.
 *
 * @see Gao, Huang & Jiao, "Gaussian Interpolation Flows", JMLR 25 (2024), Assumption 2.
 */
export const logConcaveTargets: readonly LogConcave[] = [
  {
    name: 'a Gaussian with the variances 2 and 1/2, turned',
    target: {
      kind: 'gaussian',
      mean: [1, -1],
      covariance: [
        [1.25, 0.75],
        [0.75, 1.25]
      ]
    },
    kappa: 1 / 2,
    beta: 2
  },
  {
    name: 'two clusters on the line that have not come apart',
    target: { kind: 'mixture', weights: [0.5, 0.5], means: [[-0.5], [0.5]], stds: [1, 1] },
    ...smoothed(1, 0.5)
  },
  {
    name: 'five clusters on a circle that have not come apart',
    target: {
      kind: 'mixture',
      weights: [1, 1, 1, 1, 1],
      means: onCircle(5, 0.6),
      stds: [0.8, 0.8, 0.8, 0.8, 0.8]
    },
    ...smoothed(0.8, 0.6)
  },
  {
    name: 'a data set under a bandwidth wider than itself',
    target: { kind: 'empirical', points: onCircle(7, 0.9), bandwidth: 1 },
    ...smoothed(1, 0.9)
  }
]

function smoothed(std: number, radius: number): { kappa: number; beta: number } {
  return { kappa: 1 / std ** 2 - radius ** 2 / std ** 4, beta: 1 / std ** 2 }
}

function onCircle(count: number, radius: number): number[][] {
  return Array.from({ length: count }, (_, i) => {
    const angle = (2 * Math.PI * i) / count
    return [radius * Math.cos(angle), radius * Math.sin(angle)]
  })
}
