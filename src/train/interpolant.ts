import type { Schedule } from '../schedule/index.ts'

/** a, b and their derivatives at a time before 1: X_t = a Z + b X_1. */
export interface InterpolantCoefficients {
  readonly a: number
  readonly da: number
  readonly b: number
  readonly db: number
}

/** The coefficients of a schedule at time t in [0, 1), in doubles. */
export function interpolantAt(schedule: Schedule, t: number): InterpolantCoefficients {
  const { a, aDa, b, db } = schedule.at(t)
  return { a, da: aDa / a, b, db }
}

/**
 * v = p x + q N turns a denoiser N = E[X_1 | X_t = x] into the velocity:
 * p = a'/a and q = b' - a' b / a, held constant after `until`, where a runs out.
 */
export function denoiserCoefficients(schedule: Schedule, t: number, until: number): { p: number; q: number } {
  const { a, da, b, db } = interpolantAt(schedule, Math.min(t, until))
  return { p: da / a, q: db - (da * b) / a }
}
