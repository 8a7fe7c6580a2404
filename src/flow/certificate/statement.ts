import { ALIKE } from '../../theory/alike.ts'
import { rulesOf, type TargetClass } from '../../theory/class.ts'
import { fromAbove, fromBelow } from '../../theory/outward.ts'
import type { Declared } from '../../theory/declared.ts'
import type { Elementary } from '../../theory/base.ts'

/**
 * What a statement rests on: a theorem whose hypotheses are listed, a bound computed from a network's weights, or
 * measurements on samples. A statement that rests on several is of the weakest kind.
 */
export type StatementKind = 'proved' | 'computed' | 'estimated'

/** A number at each of some times. */
export interface Curve {
  readonly t: readonly number[]
  readonly value: readonly (number | null)[]
}

export interface Hypothesis {
  readonly text: string
  /** `checked` where the flow's own file shows it, `assumed` where it is only said. */
  readonly status: 'checked' | 'assumed'
}

export interface Statement {
  readonly id: string
  readonly kind: StatementKind
  /** Null where there is none, or none that a double holds; the text says which. */
  readonly value: number | boolean | Curve | null
  /** The part of the way that it is about. */
  readonly at: { readonly from: number; readonly to: number }
  readonly hypotheses: readonly Hypothesis[]
  /** Where it is from: paper and number, or the derivation. */
  readonly source: string
  readonly text: string
}

/** What is certified of a flow, in statements that stand for themselves. */
export interface Certificate {
  readonly statements: readonly Statement[]
}

/** The number, or null where JSON has none for it; it has no -0 either. */
export const finite = (value: number): number | null => (Number.isFinite(value) ? value + 0 : null)

export const curve = (t: readonly number[], value: readonly number[]): Curve => ({
  t,
  value: value.map(finite)
})

/** A number for people: four digits. */
export const show = (value: number): string => figures(value, 4)

/** A bound for people: five digits, and no less than it is. */
export const showAtMost = (value: number): string => figures(Number(fromAbove(value, 5)), 5)

/** The same from below: no more than it is. */
export const showAtLeast = (value: number): string => figures(Number(fromBelow(value, 5)), 5)

function figures(value: number, digits: number): string {
  if (value === Infinity) return 'more than a double holds'
  return value !== 0 && (Math.abs(value) < 1e-3 || Math.abs(value) >= 1e5)
    ? value.toExponential(digits - 1)
    : String(Number(value.toPrecision(digits)))
}

/** A factor that is at most e^log, for people, also where no double holds it. */
export function showFactor(log: number, { exp64 }: Elementary): string {
  const value = exp64(log)
  return Number.isFinite(value) ? showAtMost(value) : `e^(${showAtMost(log)}), more than a double holds,`
}

/** A time for people, told apart from the ends. */
export const showTime = (t: number): string => String(Number(t.toPrecision(8)))

/** The hypotheses that bounds by these classes rest on. */
export function hypothesesOf(
  classes: Iterable<TargetClass>,
  declared: readonly Declared[]
): readonly Hypothesis[] {
  return [...new Set(classes)].map((of) => ({
    text: rulesOf(of).hypothesis(of),
    status: declared.some((one) => one.class === of && !one.shown) ? 'assumed' : 'checked'
  }))
}

/** What is known of a target, and what of that is only said. */
interface Known {
  readonly classes: readonly TargetClass[]
  readonly declared: readonly Declared[]
  /** Whether its schedule is a table. */
  readonly tabulated: boolean
  /** Whether covariances that differ by rounding are taken as one. */
  readonly unified: boolean
}

/** What all classes suppose of a schedule: the named ones have it by their formulas, tables are refused without it. */
const MONOTONE: Hypothesis = {
  text: 'a falls and b rises over all of the table of the schedule, between its knots too',
  status: 'checked'
}

/** What nobody can check: whether the last bits of covariances mean something. */
const UNIFIED: Hypothesis = {
  text: `covariances of components that differ by at most ${ALIKE} of themselves are one, and the difference is rounding`,
  status: 'assumed'
}

/** What the bounds of a flow rest on besides the classes of its target. */
export function beside({ tabulated, unified }: Pick<Known, 'tabulated' | 'unified'>): readonly Hypothesis[] {
  return [...(tabulated ? [MONOTONE] : []), ...(unified ? [UNIFIED] : [])]
}

/** Those that what holds between two flows rests on. */
export function bothHypotheses(subject: Known, other: Known): readonly Hypothesis[] {
  return [
    ...hypothesesOf(subject.classes, subject.declared),
    ...[...hypothesesOf(other.classes, other.declared), ...beside(other)].map((one) => ({
      ...one,
      text: `of the other: ${one.text}`
    }))
  ]
}

export function sourcesOf(classes: Iterable<TargetClass>): string {
  return [...new Set([...classes].map((of) => rulesOf(of).source))].join('; ')
}
