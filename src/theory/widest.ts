import { slope, stretch, turn, type Rules } from './base.ts'
import { largestVariance, type Ordered } from './between.ts'

/** A Gaussian mixture of which some components have one covariance S that exceeds all others as a matrix: S - S_k > 0. */
export interface Widest extends Ordered {
  readonly kind: 'widest'
}

/**
 * With Q_k = a^2 I + b^2 S_k, the weights w_k of the components given X_t = x and g_k = Q_k^-1 (x - b m_k) / b,
 *
 *     grad v = sum_k w_k (a a' I + b b' S_k) Q_k^-1 + b a W Cov_w(g).
 *
 * The differences of the g_k grow with x where covariances differ, but there the widest have all the weight: `between.ts`
 * bounds the covariance. Where no component is the widest, the weights of two may stay comparable along a cone as far as
 * one likes, and the velocity is not globally Lipschitz.
 */
export const widest: Rules<Widest> = {
  hypothesis: ({ others }) =>
    `the target is a Gaussian mixture with one covariance that exceeds those of ${others.length} components in every direction`,
  source: 'derived',
  upper: (of, at, math) => slope(of.variances[1], at) + at.b * turn(at) * largestVariance(of, at, math),
  lower: ({ variances: [least] }, at) => slope(least, at),
  inverse: ({ variances: [least] }, s, t, math) => -stretch(least, s, t, math)
}
