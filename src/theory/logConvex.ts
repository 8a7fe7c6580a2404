import type { Rules } from './base.ts'
import { fromAbove } from './outward.ts'

/** nu = e^(-U) with hess U <= beta I everywhere, beta > 0. */
export interface LogConvex {
  readonly kind: 'log-convex'
  readonly beta: number
}

/**
 * The posterior of X_1 given X_t = x has at least (beta + b^2 / a^2)^(-1) I as its covariance (Cramer & Rao):
 *
 *     grad v >= (beta a a' + b b') / (beta a^2 + b^2).
 *
 * It says nothing from above.
 */
export const logConvex: Rules<LogConvex> = {
  hypothesis: ({ beta }) => `the target has a density e^(-U) with hess U <= ${fromAbove(beta)} I everywhere`,
  source: 'Gao, Huang & Jiao, JMLR 25(253) 2024, Assumption 2, Proposition 29',
  lower: ({ beta }, { a, aDa, b, db }) => (beta * aDa + b * db) / (beta * a * a + b * b),
  inverse: ({ beta }, s, t, math) =>
    math.log64((beta * s.a * s.a + s.b * s.b) / (beta * t.a * t.a + t.b * t.b)) / 2
}
