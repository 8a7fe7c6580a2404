import { least, shrinkage, type Rules } from './base.ts'
import { fromBelow } from './outward.ts'

/** nu = e^(-U) with hess U >= kappa I everywhere; kappa may be negative. */
export interface LogConcave {
  readonly kind: 'log-concave'
  readonly kappa: number
}

/**
 * The posterior of X_1 given X_t = x is (kappa + b^2 / a^2)-log-concave, and so has at most the inverse of that as its
 * covariance (Brascamp & Lieb):
 *
 *     grad v <= (kappa a a' + b b') / (kappa a^2 + b^2)   where kappa a^2 + b^2 > 0,
 *
 * which for kappa <= 0 is not so before some time. From N(0, I) to kappa > 0 the map is 1 / sqrt(kappa)-Lipschitz
 * (Caffarelli).
 */
export const logConcave: Rules<LogConcave> = {
  hypothesis: ({ kappa }) =>
    `the target has a density e^(-U) with hess U >= ${fromBelow(kappa)} I everywhere`,
  source: 'Gao, Huang & Jiao, JMLR 25(253) 2024, Assumption 2, Proposition 29',
  upper: ({ kappa }, { a, aDa, b, db }) => {
    const precision = kappa * a * a + b * b
    return precision > 0 ? (kappa * aDa + b * db) / precision : Infinity
  },
  forward: ({ kappa }, s, t, math) => {
    const first = kappa * s.a * s.a + s.b * s.b
    return first > 0 ? math.log64((kappa * t.a * t.a + t.b * t.b) / first) / 2 : Infinity
  },
  lower: (_, at) => least(at),
  inverse: (_, s, t, math) => shrinkage(s, t, math)
}
