import type { Elementary } from './base.ts'
import { rulesOf, type TargetClass } from './class.ts'
import { growth, type ScheduleAt } from './growth.ts'

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

const SOURCE = 'Gao, Huang & Jiao, JMLR 25(253) 2024, Theorem 38'
const GAUSSIAN_MIXTURE =
  'the target is a mixture of Gaussians, whose velocity is smooth and grows no faster than x on all of [0, 1]'
const NEAR = 1 - 0.0009765625 // before the end, where only the limit is in question

/**
 * Where dX_t / dt = v(t, X_t) has one and only one solution through every point, which carries the source to the law of
 * a Z + b X_1 at every time: where an integral of the bound on the gradient exists (Picard and Lindeloef; Theorem 38), or
 * where v is smooth and grows no faster than x.
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
  const sentences = classes.map((of) => rulesOf(of).hypothesis(of))
  const over = (from: number, to: number) => growth(classes, at, 'forward', from, to, math).log < Infinity
  if (over(0, 1)) return whole(sentences, SOURCE)
  if (over(0, NEAR)) {
    const reason =
      'the bound on the gradient is not integrable at t = 1, and integrable up to any time before'
    return { interval: { from: 0, to: 1, closed: false }, hypotheses: sentences, reason, source: SOURCE }
  }
  const from = startOf((time) => over(time, 1))
  if (from !== undefined) {
    const reason = 'before, no hypothesis bounds the gradient: kappa a^2 + b^2 is not above 0'
    return { interval: { from, to: 1, closed: true }, hypotheses: sentences, reason, source: SOURCE }
  }
  const reason = 'no hypothesis on the target bounds the gradient of the velocity from above'
  return { interval: undefined, hypotheses: [], reason, source: SOURCE }
}

function whole(hypotheses: readonly string[], source: string): Existence {
  const interval = { from: 0, to: 1, closed: true }
  return { interval, hypotheses, reason: undefined, source }
}

/** The first time, to a millionth, from which on there is a bound up to the end. */
function startOf(holds: (time: number) => boolean): number | undefined {
  if (!holds(NEAR)) return undefined
  let [low, high] = [0, NEAR]
  while (high - low > 1e-6) {
    const middle = (low + high) / 2
    if (holds(middle)) high = middle
    else low = middle
  }
  return high
}
