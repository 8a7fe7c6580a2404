import type { Coefficients } from '../schedule/schedule.ts'

/** The functions that certificates may use besides + - * / and square roots: the core's own, so that all machines agree. */
export interface Elementary {
  readonly exp64: (x: number) => number
  readonly log64: (x: number) => number
}

/**
 * What a class of targets says about the flow to any of its members, as functions of the coefficients alone:
 *
 *     lower(t) I <= grad v(t, x) <= upper(t) I   for all x,
 *
 * and the integrals of `upper` and of `-lower` from s to t, which are the logarithms of Lipschitz constants of the flow map
 * X_{s,t} and of its inverse X_{t,s}. A class without one of the bounds leaves it out.
 */
export interface Rules<C> {
  /** The hypothesis as a sentence. */
  readonly hypothesis: (of: C) => string
  readonly source: string
  /** Infinity where there is none at this time. */
  readonly upper?: (of: C, at: Coefficients, math: Elementary) => number
  /** The integral of `upper` for s < t, Infinity where there is none; left out where it has no closed form. */
  readonly forward?: (of: C, s: Coefficients, t: Coefficients, math: Elementary) => number
  /** -Infinity where there is none at this time. */
  readonly lower: (of: C, at: Coefficients, math: Elementary) => number
  /** The integral of `-lower` for s < t, Infinity where there is none. */
  readonly inverse: (of: C, s: Coefficients, t: Coefficients, math: Elementary) => number
}

/** a^2 + lambda b^2: the variance of X_t along an axis on which that of the data is lambda. */
export function spread(lambda: number, { a, b }: Coefficients): number {
  return a * a + lambda * b * b
}

/** (a a' + lambda b b') / (a^2 + lambda b^2): grad v along an axis of a Gaussian with the variance lambda; it rises with lambda. */
export function slope(lambda: number, at: Coefficients): number {
  return (at.aDa + lambda * at.b * at.db) / spread(lambda, at)
}

/** a W = a (a b' - a' b) = a^2 b' - (a a') b, which is not negative and finite at both ends. */
export function turn({ a, aDa, b, db }: Coefficients): number {
  return a * a * db - aDa * b
}

/** x^2, rounded once on every machine; `**` need not be. */
export const square = (x: number): number => x * x

/** The largest of any number of values; `Math.max(...values)` ends where a call takes no more arguments. */
export function largestOf(values: ArrayLike<number>): number {
  let most = -Infinity
  for (let i = 0; i < values.length; i++) most = Math.max(most, values[i])
  return most
}

/** The smallest. */
export function smallestOf(values: ArrayLike<number>): number {
  let least = Infinity
  for (let i = 0; i < values.length; i++) least = Math.min(least, values[i])
  return least
}

/** log sqrt(spread(lambda, t) / spread(lambda, s)): the integral of `slope`. */
export function stretch(lambda: number, s: Coefficients, t: Coefficients, math: Elementary): number {
  return math.log64(spread(lambda, t) / spread(lambda, s)) / 2
}

/**
 * a' / a, below which grad v cannot be whatever the target: grad v = (a' / a) I + (b a W / a^4) Cov(X_1 | X_t = x), and a
 * covariance is not negative. -Infinity at t = 1.
 */
export function least({ a, aDa }: Coefficients): number {
  return a > 0 ? aDa / (a * a) : -Infinity
}

/** log(a_s / a_t): the integral of `-least`. */
export function shrinkage(s: Coefficients, t: Coefficients, math: Elementary): number {
  return t.a > 0 ? math.log64(s.a / t.a) : Infinity
}
