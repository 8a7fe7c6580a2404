import type { Coefficients } from '../schedule/schedule.ts'
import type { Elementary } from './base.ts'
import { rulesOf, type TargetClass } from './class.ts'

/** A bound and the class that gave it. */
export interface GradientBound {
  /** Infinite where there is none. */
  readonly value: number
  readonly class: TargetClass | undefined
}

export interface GradientBounds {
  readonly lower: GradientBound
  readonly upper: GradientBound
}

const MARGIN = 1e-12 // two classes that say the same in other words must not take turns by their rounding

/**
 * The best bounds that the classes of a target give together, all of which it belongs to:
 * lower I <= grad v(t, x) <= upper I for all x, at the time of the coefficients.
 */
export function gradientBounds(
  classes: readonly TargetClass[],
  at: Coefficients,
  math: Elementary
): GradientBounds {
  const lower = lowest(classes, (of) => -rulesOf(of).lower(of, at, math))
  return {
    lower: { value: -lower.value, class: lower.class },
    upper: lowest(classes, (of) => rulesOf(of).upper?.(of, at, math) ?? Infinity)
  }
}

/** The class of the smallest rate, the first of those that differ by rounding. */
export function lowest(classes: readonly TargetClass[], rate: (of: TargetClass) => number): GradientBound {
  let best: GradientBound = { value: Infinity, class: undefined }
  for (const of of classes) {
    const value = rate(of)
    const margin = Number.isFinite(best.value) ? MARGIN * (1 + Math.abs(best.value)) : 0
    if (value < best.value - margin) best = { value, class: of }
  }
  return best
}
