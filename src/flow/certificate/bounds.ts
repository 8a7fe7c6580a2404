import { largestOf, smallestOf } from '../../theory/base.ts'
import { existence } from '../../theory/existence.ts'
import type { LipschitzBound } from '../../theory/flowMap.ts'
import { gradientBounds } from '../../theory/gradient.ts'
import { learnedExistence } from './learned.ts'
import { equalTimes } from '../equalTimes.ts'
import {
  curve,
  finite,
  hypothesesOf,
  showAtLeast,
  showAtMost,
  showFactor,
  showTime,
  sourcesOf,
  type Statement
} from './statement.ts'
import { BELOW_ONE } from './stands.ts'
import type { Subject } from './subject.ts'

/** Whether the flow exists, and is the only one. */
export function existenceStatement(subject: Subject): Statement {
  const { classes, declared, smooth, at, engine } = subject
  if (!engine.closedForm) return learnedExistence(subject)
  const { interval, hypotheses, reason, source } = existence(classes, smooth, at, engine.core)
  const assumed = new Set(
    hypothesesOf(classes, declared).flatMap(({ text, status }) => (status === 'assumed' ? [text] : []))
  )
  const where =
    interval && `[${showTime(interval.from)}, ${showTime(interval.to)}${interval.closed ? ']' : ')'}`
  const fact =
    where === undefined
      ? 'It is not known whether dX/dt = v(t, X) has one solution through every point'
      : `Through every point there is one and only one solution of dX/dt = v(t, X) on ${where}; it carries the source to the law of a(t) Z + b(t) X_1`
  return {
    id: 'existence-uniqueness',
    kind: 'proved',
    value: where === undefined ? null : true,
    at: { from: interval?.from ?? 0, to: interval?.closed === false ? BELOW_ONE : (interval?.to ?? 1) },
    hypotheses: hypotheses.map((text) => ({ text, status: assumed.has(text) ? 'assumed' : 'checked' })),
    source,
    text: reason === undefined ? `${fact}.` : `${fact}: ${reason}.`
  }
}

/** The bounds on the eigenvalues of grad v, as functions of the time. */
export function gradientStatements(subject: Subject, from: number, to: number, points: number): Statement[] {
  const { classes, declared, at, engine, unbounded } = subject
  const times = equalTimes(from, to, points - 1)
  const bounds = times.map((t) => gradientBounds(classes, at(t), engine.core))
  return (['upper', 'lower'] as const).map((side) => {
    const values = bounds.map((bound) => bound[side].value)
    const used = bounds.flatMap((bound) => bound[side].class ?? [])
    const known = values.filter(Number.isFinite)
    const extreme = side === 'upper' ? showAtMost(largestOf(known)) : showAtLeast(smallestOf(known))
    const [relation, most] = side === 'upper' ? ['at most', 'largest'] : ['at least', 'smallest']
    const missing =
      known.length < values.length ? `; there is none at ${values.length - known.length} of the times` : ''
    return {
      id: `velocity-gradient-${side}`,
      kind: 'proved',
      value: known.length === 0 ? null : curve(times, values),
      at: { from, to },
      hypotheses: hypothesesOf(used, declared),
      source: sourcesOf(used),
      text:
        known.length === 0
          ? `No bound: ${unbounded ?? 'no class of the target gives one'}.`
          : `The eigenvalues of grad v(t, x) are ${relation} value(t) for all x; ${most} of them ${extreme}${missing}.`
    }
  })
}

/** Lipschitz constants of the flow map and of its inverse; where there is none for all of the way, for the longest part of it. */
export function flowMapStatements(subject: Subject, from: number, to: number): Statement[] {
  const ways = [
    ['flow-map-lipschitz', from, to],
    ['inverse-flow-map-lipschitz', to, from]
  ] as const
  return ways.flatMap(([id, s, t]) => flowMapStatement(subject, id, s, t))
}

function flowMapStatement(
  { declared, engine, lipschitz }: Subject,
  id: string,
  s: number,
  t: number
): Statement[] {
  const found = lipschitz(s, t)
  const statement = (
    { value, log, classes: used, by }: LipschitzBound,
    [start, end]: readonly [number, number]
  ): Statement => ({
    id,
    kind: 'proved',
    value: finite(value),
    at: { from: start, to: end },
    hypotheses: hypothesesOf(used, declared),
    source: sourcesOf(used),
    text: `Two points move apart by a factor of ${showFactor(log, engine.core)} at most from time ${showTime(start)} to time ${showTime(end)} (${used.map(({ kind }) => kind).join(', then ') || 'nothing to integrate'}; by ${by}).`
  })
  if (found.kind === 'bound') return [statement(found, [s, t])]
  const { reason, instead } = found
  const refused: Statement = {
    id,
    kind: 'proved',
    value: null,
    at: { from: s, to: t },
    hypotheses: [],
    source: '',
    text: `No Lipschitz constant from time ${showTime(s)} to time ${showTime(t)}: ${reason}.`
  }
  if (instead === undefined) return [refused]
  const part = s < t ? ([instead.from, instead.to] as const) : ([instead.to, instead.from] as const)
  return [refused, statement(instead.bound, part)]
}
