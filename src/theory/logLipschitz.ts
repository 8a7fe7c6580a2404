import type { Coefficients } from '../schedule/schedule.ts'
import { slope, spread, square, stretch, turn, type Elementary, type Rules } from './base.ts'
import { fromAbove } from './outward.ts'

/** d nu / d N(m, sigma^2 I) = e^f for some mean m, with an f that is `lipschitz`-Lipschitz. */
export interface LogLipschitz {
  readonly kind: 'log-lipschitz'
  readonly sigma: number
  readonly lipschitz: number
}

/**
 * The posterior of X_1 given X_t = x is N(., tau^2 I) tilted by e^f, tau^2 = sigma^2 a^2 / q and q = a^2 + sigma^2 b^2. By
 * parts, a variance along a line in units of tau^2 is 1 + Cov(w, d f / d w), and so |Var - 1| <= l sqrt(Var) with
 * l = lipschitz tau: it lies between u_-^2 and u_+^2, u_± = (sqrt(l^2 + 4) ± l) / 2, and u_±^2 - 1 = ± l u_±. Hence
 *
 *     - k l u_- <= grad v - (a a' + sigma^2 b b') / q <= k l u_+,   k = sigma^2 b a W / (a^2 q).
 *
 * At t = 1 it may be infinite (where a' is), though its integral is not; a' cannot be told from the coefficients there, and
 * so the bounds are given as infinite.
 */
export const logLipschitz: Rules<LogLipschitz> = {
  hypothesis: ({ sigma, lipschitz }) =>
    `the target has the density e^f with respect to a Gaussian of the covariance ${sigma}^2 I, f being ${fromAbove(lipschitz)}-Lipschitz`,
  source: 'derived; cf. Gao, Huang & Jiao, JMLR 25(253) 2024, Assumption 2',
  upper: (of, at) => slope(square(of.sigma), at) + swing(of, at, 1),
  forward: (of, s, t, math) =>
    stretch(square(of.sigma), s, t, math) + primitive(tilt(of, s), 1, math) - primitive(tilt(of, t), 1, math),
  lower: (of, at) => slope(square(of.sigma), at) - swing(of, at, -1),
  inverse: (of, s, t, math) =>
    primitive(tilt(of, s), -1, math) -
    primitive(tilt(of, t), -1, math) -
    stretch(square(of.sigma), s, t, math)
}

/** l = lipschitz tau. */
function tilt({ sigma, lipschitz }: LogLipschitz, at: Coefficients): number {
  return (lipschitz * sigma * at.a) / Math.sqrt(spread(sigma * sigma, at))
}

/** k l u_±, with one a of l cancelled against those of k. */
function swing(of: LogLipschitz, at: Coefficients, sign: 1 | -1): number {
  const { sigma, lipschitz } = of
  if (lipschitz === 0) return 0
  if (at.a === 0) return Infinity
  const variance = spread(sigma * sigma, at)
  const l = tilt(of, at)
  const root = Math.sqrt(l * l + 4)
  const u = sign > 0 ? (root + l) / 2 : 2 / (root + l)
  return (
    ((at.b * turn(at)) / at.a) * ((lipschitz * sigma * square(sigma) * u) / (variance * Math.sqrt(variance)))
  )
}

/** x sqrt(x^2 + 4) / 4 + asinh(x / 2) ± x^2 / 4, whose derivative is u_±(x). */
function primitive(x: number, sign: 1 | -1, { log64 }: Elementary): number {
  const root = Math.sqrt(x * x + 4)
  const asinh = log64((x + root) / 2)
  // For the minus sign x (root - x) / 4, which does not cancel for large x.
  return (sign > 0 ? (x * (root + x)) / 4 : x / (root + x)) + asinh
}
