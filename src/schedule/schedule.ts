import type { ScheduleName } from '../schema/flowFile.ts'

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
  readonly name: ScheduleName
  /** Its number in the WebAssembly core, which evaluates the same formulas. */
  readonly id: number
  /** All coefficients at time t in [0, 1]. */
  at(t: number): Coefficients
}
