import type { Coefficients } from '../schedule/schedule.ts'
import { slope, spread, square, stretch, turn, type Elementary, type Rules } from './base.ts'
import { fromAbove, fromBelow } from './outward.ts'

/** nu = N(0, S) * rho, the eigenvalues of S from `variances[0]` to `variances[1]`. */
export interface GaussianMixture {
  readonly kind: 'gaussian-mixture'
  readonly variances: readonly [least: number, most: number]
  /** Its square bounds the variance along every line of all laws on the support of rho: half the diameter does, or a ball's radius. */
  readonly radius: number
}

/**
 * With Q = a^2 I + b^2 S and M ~ rho given X_t = x,
 *
 *     grad v = (a a' I + b b' S) Q^-1 + b a W Q^-1 Cov(M | x) Q^-1,   0 <= Cov(M | x) <= r^2 I.
 *
 * Along an axis with the variance lambda and q = a^2 + lambda b^2 that is at most
 *
 *     (a a' + lambda b b') / q + b a W r^2 / q^2,
 *
 * a convex parabola in 1 / q: over all lambda the largest is that of the widest axis while
 * b^2 r^2 (1 / q_least + 1 / q_most) < 1, and from then on that of the narrowest. For S = sigma^2 I and rho on two points
 * it is attained.
 */
export const gaussianMixture: Rules<GaussianMixture> = {
  hypothesis: ({ variances: [least, most], radius }) => {
    const extent =
      radius === 0 ? 'rho one point' : `the support of rho of a diameter of at most ${fromAbove(2 * radius)}`
    if (least === most) return `the target is N(0, ${fromBelow(least)} I) * rho, ${extent}`
    return `the target is N(0, S) * rho, the eigenvalues of S from ${fromBelow(least)} to ${fromAbove(most)} and ${extent}`
  },
  source:
    'Gao, Huang & Jiao, JMLR 25(253) 2024, Assumption 2; with the sharp constant, and for a full covariance, derived',
  upper: ({ variances: [least, most], radius }, at) =>
    Math.max(along(least, radius, at), along(most, radius, at)),
  forward: (of, s, t, math) => {
    const [least, most] = of.variances
    const turning = turningRatio(of)
    if (least === most || ratio(s) >= turning) return pathAlong(least, of.radius, s, t, math)
    if (ratio(t) <= turning) return pathAlong(most, of.radius, s, t, math)
    // What a and b are there does not matter: X_t / a_t depends on their ratio alone, and the two a cancel.
    const there: Coefficients = { a: 1, aDa: 0, b: Math.sqrt(turning), db: 0 }
    return pathAlong(most, of.radius, s, there, math) + pathAlong(least, of.radius, there, t, math)
  },
  lower: ({ variances: [least] }, at) => slope(least, at),
  inverse: ({ variances: [least] }, s, t, math) => -stretch(least, s, t, math)
}

/** The bound along an axis with the variance lambda. */
function along(lambda: number, radius: number, at: Coefficients): number {
  return slope(lambda, at) + at.b * turn(at) * square(radius / spread(lambda, at))
}

/** Its integral, log sqrt(q_t / q_s) + r^2 / (2 lambda) (a_s^2 / q_s - a_t^2 / q_t). */
function pathAlong(
  lambda: number,
  radius: number,
  s: Coefficients,
  t: Coefficients,
  math: Elementary
): number {
  const fallen = (s.a * s.a) / spread(lambda, s) - (t.a * t.a) / spread(lambda, t)
  return stretch(lambda, s, t, math) + (radius * radius * fallen) / (2 * lambda)
}

/** b^2 / a^2, infinite at t = 1. */
function ratio({ a, b }: Coefficients): number {
  return square(b / a)
}

/**
 * The z = b^2 / a^2 at which the widest and the narrowest axis change places: the positive root of
 * (r^2 (l + L) - l L) z^2 + (2 r^2 - l - L) z - 1, infinite where there is none.
 */
function turningRatio({ variances: [least, most], radius }: GaussianMixture): number {
  const extent = square(radius)
  const leading = extent * (least + most) - least * most
  const middle = 2 * extent - least - most
  if (!(leading > 0)) return Infinity
  const root = Math.sqrt(middle * middle + 4 * leading)
  // Of the two forms the one that does not subtract what is nearly equal.
  return middle > 0 ? 2 / (middle + root) : (root - middle) / (2 * leading)
}
