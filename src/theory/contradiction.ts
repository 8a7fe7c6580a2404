import type { EmpiricalTarget, Target } from '../schema/flowFile.ts'
import type { Mixture } from '../target/mixture.ts'
import { largestOf, square, type Elementary } from './base.ts'
import type { TargetClass } from './class.ts'
import { isLogConcave, isLogConvex } from './convexity.ts'
import { extentOf } from './enclosing.ts'
import { isPerturbation, isWide } from './perturbation.ts'
import { refuse, ROUNDING } from './refuse.ts'

/**
 * Whether the numbers of a closed form show that it is of a declared class; where they neither do nor contradict it, they
 * leave it open.
 *
 * @throws GaussflowError `invalid_argument` where they contradict it, with the points or components that do.
 */
export function isShown(
  of: TargetClass,
  target: Exclude<Target, { kind: 'network' }>,
  mixture: Mixture | undefined,
  known: () => readonly TargetClass[],
  math: Elementary
): boolean {
  if (target.kind === 'empirical' && target.bandwidth === 0) return isOfPoints(of, target)
  const smooth = target.kind === 'empirical' ? smoothedPoints(target) : mixture
  if (smooth === undefined) return false
  return isOfMixture(of, smooth, known, math)
}

/** A data set under a bandwidth, as the mixture that it is. */
function smoothedPoints({ points, bandwidth }: EmpiricalTarget): Mixture {
  const values = new Float64Array(points[0].length).fill(square(bandwidth))
  const covariance = { values, axes: new Float64Array() }
  const covariances = points.map(() => covariance)
  const weights = points.map(() => 1 / points.length)
  return { dim: values.length, weights, means: points, covariances, aligned: true }
}

function isOfPoints(of: TargetClass, { points }: EmpiricalTarget): boolean {
  if (of.kind !== 'bounded') {
    const field = FIELDS[of.kind]
    refuse(field, 'must be left out: the target is a data set without smoothing, which has no density')
  }
  const { radius, furthest, apart } = extentOf(points)
  if (of.diameter < apart * (1 - ROUNDING)) {
    const [i, j] = furthest
    const why = `the points ${i} and ${j} are that far apart`
    refuse('diameter', `must be at least ${apart}, got ${of.diameter}: ${why}`)
  }
  return of.diameter >= 2 * radius * (1 - ROUNDING)
}

const FIELDS = {
  'log-concave': 'kappa',
  'log-convex': 'beta',
  bounded: 'diameter',
  'gaussian-mixture': 'sigma',
  'log-lipschitz': 'sigma',
  widest: 'sigma'
} as const satisfies Record<TargetClass['kind'], string>

function isOfMixture(
  of: TargetClass,
  mixture: Mixture,
  known: () => readonly TargetClass[],
  math: Elementary
): boolean {
  switch (of.kind) {
    case 'bounded':
      return refuse(
        'diameter',
        'must be left out: component 0 of the target is a Gaussian, which reaches everywhere'
      )
    case 'log-concave':
      return isLogConcave(of.kappa, mixture, known(), math)
    case 'log-convex':
      return isLogConvex(of.beta, mixture, math)
    case 'gaussian-mixture':
      expectWidth(Math.sqrt(of.variances[0]), mixture)
      return isWithin(of.radius, mixture)
    case 'log-lipschitz':
      return isPerturbation(of.sigma, of.lipschitz, mixture, math)
    case 'widest':
      return false
  }
}

/** N(0, sigma^2 I) * rho asks for components that are all that wide. */
function expectWidth(sigma: number, { covariances }: Mixture): void {
  covariances.forEach(({ values }, k) => {
    const other = values.find((value) => !isWide(value, sigma))
    if (other === undefined) return
    const requirement = 'must be the standard deviation of every component in every direction'
    refuse('sigma', `${requirement}, got ${sigma}: that of component ${k} is ${Math.sqrt(other)} in one`)
  })
}

/** The ball is one about 0. */
function isWithin(given: number, { means }: Mixture): boolean {
  const norms = means.map((mean) => Math.sqrt(mean.reduce((sum, value) => sum + square(value), 0)))
  const k = norms.indexOf(largestOf(norms))
  if (given < norms[k] * (1 - ROUNDING))
    refuse(
      'radius',
      `must be at least ${norms[k]}, got ${given}: that is the norm of mean ${k} of the target`
    )
  return true
}
