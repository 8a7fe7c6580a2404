import { softmax } from './mixture.ts'
import type { Coefficients } from './schedule.ts'

/**
 * The velocity of the flow to a finite data set smoothed by N(0, h^2 I), at one point,
 *
 *     v = c x + (b' - c b) m(x),   c = (a a' + b b' h^2) / (a^2 + b^2 h^2),
 *
 * with m(x) the mean of the points weighted by exp(-|x - b y|^2 / (2 (a^2 + b^2 h^2))).
 */
export function empiricalVelocity(
  points: readonly (readonly number[])[],
  bandwidth: number,
  { a, aDa, b, db }: Coefficients,
  x: readonly number[]
): number[] {
  const spread = a * a + b * b * bandwidth ** 2
  const c = (aDa + b * db * bandwidth ** 2) / spread
  const weights = softmax(
    points.map((y) => -y.reduce((s, v, j) => s + (x[j] - b * v) ** 2, 0) / (2 * spread))
  )
  return x.map((value, j) => c * value + (db - c * b) * points.reduce((s, y, i) => s + weights[i] * y[j], 0))
}
