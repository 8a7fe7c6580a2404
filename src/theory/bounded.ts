import { least, shrinkage, square, turn, type Rules } from './base.ts'
import { fromAbove } from './outward.ts'

/** No two points of the support are further apart than `diameter`. */
export interface Bounded {
  readonly kind: 'bounded'
  readonly diameter: number
}

/**
 * No variance on a line passes V = diameter^2 / 4 (Popoviciu; attained by two points), and so
 *
 *     a' / a <= grad v <= a' / a + (b a W / a^4) V,   a W = a^2 b' - a a' b.
 *
 * Neither is integrable at t = 1, where only smoothness of the target helps. The paper's constant is diameter^2 / 2.
 */
export const bounded: Rules<Bounded> = {
  hypothesis: ({ diameter }) => `the support of the target has a diameter of at most ${fromAbove(diameter)}`,
  source: 'Gao, Huang & Jiao, JMLR 25(253) 2024, Assumption 2; with the sharp constant of Popoviciu',
  upper: ({ diameter }, at) => {
    if (diameter === 0) return least(at)
    const { a, b } = at
    if (a === 0) return Infinity
    const noise = a * a
    return least(at) + (((b * turn(at)) / noise) * diameter * diameter) / 4 / noise
  },
  forward: ({ diameter }, s, t, math) => {
    if (t.a === 0) return diameter === 0 ? -Infinity : Infinity
    const gained = square(t.b / t.a) - square(s.b / s.a)
    return (diameter * diameter * gained) / 8 - shrinkage(s, t, math)
  },
  lower: (_, at) => least(at),
  inverse: (_, s, t, math) => shrinkage(s, t, math)
}
