import type { Coefficients } from '../schedule/schedule.ts'
import type { Elementary } from './base.ts'
import { rulesOf, type TargetClass } from './class.ts'
import { lowest } from './gradient.ts'
import { integrate } from './quadrature.ts'

export type Way = 'forward' | 'inverse'

/** The coefficients of a schedule at a time of [0, 1]. */
export type ScheduleAt = (t: number) => Coefficients

/** The log of a Lipschitz constant over a part of the way, and the classes that gave it, each from its time on. */
export interface Growth {
  readonly log: number
  readonly parts: readonly { readonly from: number; readonly class: TargetClass }[]
  readonly by: 'closed form' | 'quadrature'
}

const NONE: Growth = { log: Infinity, parts: [], by: 'closed form' }
const LEVEL = 32 // equal cells in which classes are compared
const ENDS = 26 // and as many at each end, every one half of the next
const LAST = 3.0517578125e-5 // 2^-15: closer to t = 1 than its square a double tells too little of 1 - t
const FINE = 1e-11
const ENOUGH = 1e-7 // of a bound with kinks and no closed form, which is some times what happens, and rounded up by that

/**
 * The integral from s to t (s < t) of the smallest rate at which, by the classes, two points may part on the way forward
 * (`upper`) or back (`-lower`); infinite where there is none. The classes take turns: it is put together of the closed form
 * of each for as long as its rate is the smallest, and of quadrature where there is no closed form.
 */
export function growth(
  classes: readonly TargetClass[],
  at: ScheduleAt,
  way: Way,
  s: number,
  t: number,
  math: Elementary
): Growth {
  const able = classes.filter((of) => way === 'inverse' || rulesOf(of).upper !== undefined)
  if (able.length === 0) return NONE
  const best = (time: number) => lowest(able, (of) => rate(of, way, at(time), math)).class
  const turns = able.length === 1 ? [{ from: s, class: able[0] }] : turnsOf(best, s, t)
  if (turns.length === 0) return NONE
  const ends = [...turns.slice(1).map(({ from }) => from), t]
  let log = 0
  let by: Growth['by'] = 'closed form'
  turns.forEach((turn, i) => {
    const closed = closedForm(turn.class, way, at(turn.from), at(ends[i]), math)
    if (closed === undefined) by = 'quadrature'
    const along = (time: number) => rate(turn.class, way, at(time), math)
    log += closed ?? byQuadrature(along, turn.from, ends[i], math, ENOUGH)
  })
  return { log, parts: turns, by }
}

/**
 * The integral of a rate over [from, to] in u = sqrt(1 - t), where a rate that is infinite like 1 / sqrt(1 - t) at 1 is
 * finite; the last bit is taken from the line through two values. It is rounded up by its estimated error.
 */
export function byQuadrature(
  rateAt: (t: number) => number,
  from: number,
  to: number,
  math: Elementary,
  tolerance = FINE
): number {
  const f = (u: number) => 2 * u * rateAt(1 - u * u)
  const start = Math.sqrt(1 - from)
  const stop = Math.sqrt(1 - to)
  const last = Math.max(stop, Math.min(LAST, start / 4))
  const { value, error } = integrate(f, last, start, math, tolerance)
  const rest = last > stop ? (last - stop) * (1.5 * f(last) - 0.5 * f(2 * last)) : 0
  return value + error + rest
}

function rate(of: TargetClass, way: Way, at: Coefficients, math: Elementary): number {
  const { upper, lower } = rulesOf(of)
  return way === 'forward' ? (upper?.(of, at, math) ?? Infinity) : -lower(of, at, math)
}

function closedForm(
  of: TargetClass,
  way: Way,
  s: Coefficients,
  t: Coefficients,
  math: Elementary
): number | undefined {
  return rulesOf(of)[way]?.(of, s, t, math)
}

/** Which class is best from when on, by comparing on a grid that is finer towards both ends, and by bisection between. */
function turnsOf(best: (t: number) => TargetClass | undefined, s: number, t: number) {
  const inside = wayTimes(s, t)
  // Between neighbouring doubles there is nothing.
  const times = inside.length > 0 ? inside : [s]
  const winners = times.map(best)
  const turns: { from: number; class: TargetClass }[] = []
  winners.forEach((winner, i) => {
    if (winner === undefined || winner === turns.at(-1)?.class) return
    const from = turns.length === 0 ? s : boundary(best, times[i - 1], times[i], winner)
    turns.push({ from, class: winner })
  })
  return turns
}

/** The first time from which on `winner` is best, between one where it is not and one where it is. */
function boundary(
  best: (t: number) => TargetClass | undefined,
  low: number,
  high: number,
  winner: TargetClass
): number {
  for (;;) {
    const middle = (low + high) / 2
    if (middle <= low || middle >= high) return high
    if (best(middle) === winner) high = middle
    else low = middle
  }
}

/** Times inside (s, t), equally spaced in sqrt(1 - t), with halved distances at the ends. */
export function wayTimes(s: number, t: number): number[] {
  const [start, stop] = [Math.sqrt(1 - s), Math.sqrt(1 - t)]
  const level = Array.from({ length: LEVEL }, (_, i) => (i + 0.5) / LEVEL)
  const halves = [0.25 / LEVEL]
  while (halves.length < ENDS) halves.push(halves[halves.length - 1] / 2)
  const parts = [...halves.toReversed(), ...level, ...halves.map((part) => 1 - part)]
  const times = parts.map((part) => start + (stop - start) * part).map((u) => 1 - u * u)
  return times.filter((time, i) => time > s && time < t && (i === 0 || time > times[i - 1]))
}
