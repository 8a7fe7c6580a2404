import type { Elementary } from './base.ts'
import { rulesOf, type TargetClass } from './class.ts'
import { growth, type ScheduleAt, type Way } from './growth.ts'

/** On which times the flow is known to exist and to be the only one through each point. */
export interface Existence {
  /** Nothing where no hypothesis shows it. */
  readonly interval: { readonly from: number; readonly to: number; readonly closed: boolean } | undefined
  /** What it follows from, as sentences. */
  readonly hypotheses: readonly string[]
  /** Why it is not all of [0, 1]. */
  readonly reason: string | undefined
  readonly source: string
}

const SOURCE = 'Gao, Huang & Jiao, JMLR 25(253) 2024, Theorem 38; for the way back, Picard and Lindeloef'
const GAUSSIAN_MIXTURE =
  'the target is a mixture of Gaussians, whose velocity is smooth and grows no faster than x on all of [0, 1]'
const NEAR = 1 - 0.0009765625 // before the end, where only the limit is in question
const LATE = 1 - 0.001953125 // the last time at which a bound may start
const AFTER = 'before, no hypothesis bounds the gradient: kappa a^2 + b^2 is not above 0'
const FORWARD = 'the bound on the gradient is not integrable at t = 1, and integrable up to any time before'
const BACK =
  "from below no more is known of the gradient than a' / a, which is not integrable at t = 1: there solutions may meet, and points may be on none; a density with hess U <= beta I would do"

/**
 * Where dX_t / dt = v(t, X_t) has one and only one solution through every point (t, x), which carries the source to the law of
 * a Z + b X_1 at every time.
 *
 * Theorem 38 is about the flow from time 0 on: where the integral of the upper bound on grad v is finite, two solutions cannot
 * part, and each goes on to the end. That is not enough for a point at a later time: solutions may meet there, as all do in
 * the one point of a data set of one, where the upper bound a' / a has the integral -infinity; and at t = 1 none may come to
 * a point beside a bounded support. Through every point goes a single one where the integral of |grad v| is finite (Picard
 * and Lindeloef), and so where those of both bounds are: the flow map and its inverse are Lipschitz. From below, a density
 * alone gives a' / a, with an infinite integral up to t = 1 on every schedule that ends without noise, and an interval that
 * does not hold its end: `bounded` and `log-concave` are such classes, together too, and `log-convex` closes it. The
 * others bound both sides; so do smooth velocities that grow no faster than x.
 *
 * @param smooth whether the target is known to be a mixture of Gaussians, as of `recognise`
 */
export function existence(
  classes: readonly TargetClass[],
  smooth: boolean,
  at: ScheduleAt,
  math: Elementary
): Existence {
  if (smooth) return whole([GAUSSIAN_MIXTURE], 'derived: Picard and Lindeloef, with no way to infinity')
  const hypotheses = classes.map((of) => rulesOf(of).hypothesis(of))
  const isFinite = (way: Way, from: number, to: number) =>
    growth(classes, at, way, from, to, math).log < Infinity
  for (const to of [1, NEAR]) {
    const from = startOf((time) => isFinite('forward', time, to) && isFinite('inverse', time, to))
    if (from === undefined) continue
    if (from === 0 && to === 1) return whole(hypotheses, SOURCE)
    const end = isFinite('forward', from, 1) ? BACK : FORWARD
    const reason = [...(from > 0 ? [AFTER] : []), ...(to < 1 ? [end] : [])].join('; ')
    return { interval: { from, to: 1, closed: to === 1 }, hypotheses, reason, source: SOURCE }
  }
  const reason = 'no hypothesis on the target bounds the gradient of the velocity from above'
  return { interval: undefined, hypotheses: [], reason, source: SOURCE }
}

function whole(hypotheses: readonly string[], source: string): Existence {
  const interval = { from: 0, to: 1, closed: true }
  return { interval, hypotheses, reason: undefined, source }
}

/** The first time, to a millionth, from which on there are bounds up to the end. */
function startOf(holds: (time: number) => boolean): number | undefined {
  if (holds(0)) return 0
  if (!holds(LATE)) return undefined
  let [low, high] = [0, LATE]
  while (high - low > 1e-6) {
    const middle = (low + high) / 2
    if (holds(middle)) high = middle
    else low = middle
  }
  return high
}
