import { GaussflowError } from '../error.ts'
import type { ScheduleName } from '../schema/schedule.ts'
import { show } from '../schema/validate.ts'

/** The coefficients of X_t = a Z + b X_1 at one time; a' itself may be infinite at t = 1, the product a a' is not. */
export interface Coefficients {
  readonly a: number
  /** a a' */
  readonly aDa: number
  readonly b: number
  /** b' */
  readonly db: number
}

/**
 * How noise turns into data: X_t = a(t) Z + b(t) X_1 with Z ~ N(0, I), from a(0) > 0 to a(1) = 0, b(1) = 1.
 *
 * @see Gao, Huang & Jiao, "Gaussian Interpolation Flows", JMLR 25 (2024), Definition 18.
 */
export interface Schedule {
  /** Its kind in a flow file. */
  readonly name: ScheduleName | 'custom'
  /** Its kind and parameters in the WebAssembly core, which evaluates the same formulas. */
  readonly core: CoreSchedule
  /**
   * All coefficients at time t in [0, 1].
   *
   * @throws GaussflowError `invalid_argument` at `time` for any other t.
   */
  at(t: number): Coefficients
}

/** Formulas that hold for t in [0, 1], as the `at` of a schedule: outside they would give numbers that mean nothing. */
export function within(formulas: (t: number) => Coefficients): Schedule['at'] {
  return (t) => {
    if (Number.isFinite(t) && t >= 0 && t <= 1) return formulas(t)
    const message = `\`time\` must be a number from 0 to 1, got ${show(t)}`
    throw new GaussflowError('invalid_argument', message, { path: 'time' })
  }
}

/** A formula's number and up to two parameters, or the values a^2, a a', b, b' at cells + 1 equally spaced times. */
export type CoreSchedule =
  | { readonly kind: number; readonly p?: number; readonly q?: number }
  | { readonly cells: number; readonly knots: Float64Array }

/** The law that a flow starts from, that of a(0) Z + b(0) X_1: Gaussian where b(0) = 0. */
export interface Source {
  /** a(0): the standard deviation of the noise. */
  readonly std: number
  /** b(0): the share of the data that is in it. */
  readonly dataWeight: number
}

export function sourceOf(schedule: Schedule): Source {
  const { a, b } = schedule.at(0)
  return { std: a, dataWeight: b }
}

/**
 * The signal-to-noise ratio rho = b / a, which rises from b(0) / a(0) to infinity: X_t / a_t depends on t through it alone.
 *
 * @throws GaussflowError `invalid_argument` at `time` for a t outside [0, 1].
 */
export function snr(schedule: Schedule, t: number): number {
  const { a, b } = schedule.at(t)
  return b / a
}

/**
 * The time at which the signal-to-noise ratio is `rho`, by bisection to the last bit.
 * Ratios below the first are at time 0.
 *
 * @throws GaussflowError `invalid_argument` at `rho` where it is negative or no number.
 */
export function timeOfSnr(schedule: Schedule, rho: number): number {
  if (rho === Infinity) return 1
  if (!(Number.isFinite(rho) && rho >= 0)) {
    const message = `\`rho\` must be a number that is not negative, or Infinity, got ${show(rho)}`
    throw new GaussflowError('invalid_argument', message, { path: 'rho' })
  }
  let low = 0
  let high = 1
  for (;;) {
    const middle = (low + high) / 2
    if (middle === low || middle === high) break
    if (snr(schedule, middle) <= rho) low = middle
    else high = middle
  }
  return rho <= snr(schedule, 0) ? 0 : low
}
