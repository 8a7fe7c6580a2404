import type { Elementary } from './base.ts'
import type { TargetClass } from './class.ts'
import { growth, type Growth, type ScheduleAt, type Way } from './growth.ts'

/** A Lipschitz constant of the flow map X_{s,t}. */
export interface LipschitzBound {
  readonly kind: 'bound'
  /** e^log, which may be too large for a double. */
  readonly value: number
  readonly log: number
  /** The classes that gave it, in the order of time; one but where several take turns. */
  readonly classes: readonly TargetClass[]
  readonly by: 'closed form' | 'quadrature'
}

/** Why there is no constant for all of the way, and for what part of it there is one. */
export interface LipschitzRefusal {
  readonly kind: 'refusal'
  readonly reason: string
  /** The longest part of the way, from one of its ends, on which the constant is at most 10^6, if there is any. */
  readonly instead: { readonly from: number; readonly to: number; readonly bound: LipschitzBound } | undefined
}

const LARGEST_LOG = 13.815510557964274 // of 10^6: what is larger says nothing that a double of a state could show

/**
 * A Lipschitz constant of the flow map from time s to time t, the inverse of the one from t to s where s > t:
 *
 *     |X_{s,t}(x) - X_{s,t}(y)| <= value |x - y|,   log value = int_s^t upper(u) du,  or  -int_t^s lower(u) du,
 *
 * of the best bounds at every time on the eigenvalues of grad v, by all the classes that the target belongs to.
 *
 * @see Gao, Huang & Jiao, JMLR 25(253) 2024, section 4; the closed forms are derived.
 */
export function lipschitz(
  classes: readonly TargetClass[],
  at: ScheduleAt,
  s: number,
  t: number,
  math: Elementary
): LipschitzBound | LipschitzRefusal {
  if (s === t) return boundOf({ log: 0, parts: [], by: 'closed form' }, math)
  const way = s < t ? 'forward' : 'inverse'
  const [low, high] = s < t ? [s, t] : [t, s]
  const over = (from: number, to: number) => growth(classes, at, way, from, to, math)
  const whole = over(low, high)
  if (whole.log < Infinity) return boundOf(whole, math)
  return refusal(classes, way, low, high, over, math)
}

/** log Lip(X_{t,1}) at rising times that end in the last of `times`: the logs of each cell, summed from the end. */
export function logLipschitzTo(
  classes: readonly TargetClass[],
  at: ScheduleAt,
  times: readonly number[],
  math: Elementary
): number[] {
  const logs = new Array<number>(times.length).fill(0)
  for (let i = times.length - 2; i >= 0; i--) {
    const cell = growth(classes, at, 'forward', times[i], times[i + 1], math)
    logs[i] = logs[i + 1] + (times[i] < times[i + 1] ? cell.log : 0)
  }
  return logs
}

function boundOf({ log, parts, by }: Growth, { exp64 }: Elementary): LipschitzBound {
  const classes = [...new Set(parts.map((part) => part.class))]
  return { kind: 'bound', value: exp64(log), log, classes, by }
}

function refusal(
  classes: readonly TargetClass[],
  way: Way,
  low: number,
  high: number,
  over: (from: number, to: number) => Growth,
  math: Elementary
): LipschitzRefusal {
  const fine = (from: number, to: number) => over(from, to).log <= LARGEST_LOG
  const to = lastWhere((time) => fine(low, time), low, high)
  if (to > low)
    return {
      kind: 'refusal',
      reason: atTheEnd(way),
      instead: { from: low, to, bound: boundOf(over(low, to), math) }
    }
  const from = lastWhere((time) => fine(time, high), high, low)
  if (from < high)
    return {
      kind: 'refusal',
      reason: atTheStart(classes),
      instead: { from, to: high, bound: boundOf(over(from, high), math) }
    }
  return { kind: 'refusal', reason: nowhere(way), instead: undefined }
}

/** The last time on the way from `good`, where it holds, to `bad`, where it does not, to a millionth of it. */
function lastWhere(holds: (time: number) => boolean, good: number, bad: number): number {
  let [inside, outside] = [good, bad]
  while (Math.abs(outside - inside) > 1e-6 * Math.abs(bad - good)) {
    const middle = (inside + outside) / 2
    if (middle === inside || middle === outside) break
    if (holds(middle)) inside = middle
    else outside = middle
  }
  return inside
}

function atTheEnd(way: Way): string {
  return way === 'forward'
    ? "the target's support is bounded but nothing smooths it: V b W / a^3, which bounds the growth of the velocity, is not integrable at t = 1"
    : "nothing keeps points apart from below but a covariance's not being negative: a' / a is not integrable at t = 1; a density with hess U <= beta I would do"
}

function atTheStart(classes: readonly TargetClass[]): string {
  const kappa = classes.find(({ kind }) => kind === 'log-concave')
  const what = kappa?.kind === 'log-concave' ? `kappa = ${kappa.kappa}` : 'the target'
  return `${what} bounds the growth of the velocity only where kappa a^2 + b^2 > 0, from a time after the start on; a bounded support would do before`
}

function nowhere(way: Way): string {
  return way === 'forward'
    ? 'no class of the target bounds the growth of the velocity from above'
    : 'no class of the target is known'
}
