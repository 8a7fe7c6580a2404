// The error of a value of the core, counted as the table of its numeric contract counts it.

import type { Activation } from '../../src/schema/architecture.ts'
import { add, multiply, of, type DoubleDouble } from './doubleDouble.ts'
import { erf, exp, LN2 } from './elementary.ts'
import { exactActivations, exactFunctions } from './exact.ts'
import { ulps } from './ulps.ts'

export type FunctionName = keyof typeof exactFunctions
export const FUNCTION_NAMES = Object.keys(exactFunctions) as FunctionName[]

/** Results smaller than these may be 0. */
const MAY_VANISH: Partial<Record<Activation, number>> = {
  silu: 2 ** -120,
  'gelu-erf': 2 ** -126,
  sigmoid: 2 ** -126,
  softplus: 2 ** -126
}
/** The tail of gelu is e^(-u) with a rounded u, so its error is counted in ulps of x and not of the result. */
export const ofArgument = (name: Activation): boolean => name === 'gelu'

/** The error of an activation in ulps of f32. */
export function activationError(
  name: Activation,
  x: number,
  actual: number,
  exact: DoubleDouble | number = exactActivations[name](x)
): number {
  const size = Math.abs(typeof exact === 'number' ? exact : exact[0])
  if (Number.isNaN(size) && Number.isNaN(actual)) return 0
  if (actual === 0 && size < (MAY_VANISH[name] ?? 0)) return 0
  return ulps(actual, exact, 24, ofArgument(name) ? x : exact)
}

const UP = 200

/** The error of a function in ulps of f64. */
export function functionError(name: FunctionName, x: number, actual: number): number {
  // A result below 2^-900 leaves no room for the lower half of a number of twice the precision: it is compared 2^200 higher.
  const exact =
    name === 'exp64' && x < -650
      ? exp(add(of(x), multiply(of(UP), LN2)))
      : name === 'erf64' && Math.abs(x) < 2 ** -900
        ? erf(x * 2 ** UP) // so near 0 it is a straight line
        : undefined
  if (exact !== undefined) return ulps(actual * 2 ** UP, exact, 53, exact, -1022 + UP)
  return ulps(actual, exactFunctions[name](x), 53)
}
