import type { EmpiricalTarget, Target } from '../schema/flowFile.ts'
import { mixtureOf, type Mixture } from '../target/mixture.ts'
import type { Eigen } from '../target/eigen.ts'
import { unified } from './alike.ts'
import { largestOf, smallestOf, square, type Elementary } from './base.ts'
import type { TargetClass } from './class.ts'
import { extentOf } from './enclosing.ts'
import { isSame, leastVariance, rangeOf, widestOf } from './ordering.ts'

/** What a target is known to be by its own numbers. */
export interface Recognised {
  /** Every class it belongs to; none where its law is not known. */
  readonly classes: readonly TargetClass[]
  /** Why there is no bound on the velocity's growth from above, where there is none. */
  readonly unbounded: string | undefined
  /** Whether the velocity is smooth and grows no faster than x on all of [0, 1]: then its flow exists whatever the bounds. */
  readonly smooth: boolean
  /** Whether the classes are those of the mixture that `unified` makes of the target. */
  readonly unified?: true
}

/**
 * The classes of a target that are known without being told: of closed forms all of them, of a network none, as the law of
 * what it was trained on is not in its file.
 *
 * @param mixture what `checkMixture` or `gaussianMixture` made of the target, where somebody has it already: the
 *   eigenvalues of many full covariances take longer than all the rest
 * @throws GaussflowError as those two
 */
export function recognise(target: Target, math: Elementary, mixture = mixtureOf(target)): Recognised {
  if (mixture !== undefined) return ofMixture(mixture, math)
  if (target.kind === 'empirical') return ofPoints(target)
  return {
    classes: [],
    unbounded: 'the target is a network, and the law that it was trained on is not known',
    smooth: false
  }
}

function ofPoints({ points, bandwidth }: EmpiricalTarget): Recognised {
  const { radius } = extentOf(points)
  if (bandwidth > 0) {
    const variance = square(bandwidth)
    return { classes: smoothed([variance, variance], radius), unbounded: undefined, smooth: true }
  }
  return { classes: [{ kind: 'bounded', diameter: 2 * radius }], unbounded: undefined, smooth: false }
}

function ofMixture(mixture: Mixture, math: Elementary): Recognised {
  const { covariances } = mixture
  if (covariances.every((eigen) => isSame(eigen, covariances[0]))) return ofOneShape(mixture, covariances)
  const logConvex: TargetClass = { kind: 'log-convex', beta: 1 / leastVariance(covariances) }
  const found = widestOf(mixture, math)
  if (typeof found !== 'string') return { classes: [found, logConvex], unbounded: undefined, smooth: true }
  const one = unified(mixture)
  if (one?.covariances.every((eigen) => eigen === one.covariances[0]) === true)
    return { ...ofOneShape(one, covariances), unified: true }
  const wide = one && widestOf(one, math)
  if (typeof wide === 'object')
    return { classes: [wide, logConvex], unbounded: undefined, smooth: true, unified: true }
  return { classes: [logConvex], unbounded: found, smooth: true }
}

/** @param covariances as the file has them, which may be off from the one by rounding: the spectrum holds them all */
function ofOneShape({ means }: Mixture, covariances: readonly Eigen[]): Recognised {
  const ranges = covariances.map(rangeOf)
  const least = smallestOf(ranges.map(([low]) => low))
  const most = largestOf(ranges.map(([, high]) => high))
  return { classes: smoothed([least, most], extentOf(means).radius), unbounded: undefined, smooth: true }
}

/**
 * The classes of N(0, S) * rho: hess U = S^-1 - S^-1 Cov(M | Y = y) S^-1 lies between 1 / lambda - r^2 / lambda^2, which is
 * smallest at one of the ends of the spectrum, and 1 / lambda. A Gaussian is told by that alone.
 */
function smoothed(variances: readonly [number, number], radius: number): readonly TargetClass[] {
  const [least, most] = variances
  const curvature = (lambda: number) => 1 / lambda - square(radius / lambda)
  const kappa = Math.min(curvature(least), curvature(most))
  const curved: readonly TargetClass[] = [
    { kind: 'log-concave', kappa },
    { kind: 'log-convex', beta: 1 / least }
  ]
  return radius === 0 ? curved : [{ kind: 'gaussian-mixture', variances, radius }, ...curved]
}
