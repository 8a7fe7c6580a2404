// What the functions of the core's numeric contract are, to about 95 bits.

import type { Activation } from '../../src/schema/architecture.ts'
import { add, exactProduct, multiply, of, scale, type DoubleDouble } from './doubleDouble.ts'
import { cos, erf, exp, log, logistic, normalCdf, sin, softplus, tanh } from './elementary.ts'

const ROOT_TWO_OVER_PI: DoubleDouble = [0.7978845608028654, -4.98465440455546e-17]
/** Beyond, the core reduces no argument by multiples of pi / 2. */
const WAVE_LIMIT = 1.6e6
/** The coefficient of gelu's cube is this number of f64. */
const CUBIC = of(0.044715)

export const exactActivations: Record<Activation, (x: number) => DoubleDouble> = {
  identity: of,
  silu: (x) => multiply(of(x), logistic(of(x))),
  relu: (x) => of(x < 0 ? 0 : x),
  tanh,
  gelu: (x) => {
    const cube = multiply(exactProduct(x, x), of(x))
    const u = multiply(ROOT_TWO_OVER_PI, add(of(x), multiply(CUBIC, cube)))
    return multiply(of(x), logistic(scale(u, 1)))
  },
  'gelu-erf': (x) => multiply(of(x), normalCdf(x)),
  sigmoid: (x) => logistic(of(x)),
  softplus,
  sine: (x) => (Math.abs(x) < WAVE_LIMIT ? sin(x) : of(NaN)),
  cosine: (x) => (Math.abs(x) < WAVE_LIMIT ? cos(x) : of(NaN))
}

export const exactFunctions = {
  exp64: (x: number) => exp(of(x)),
  log64: log,
  sin64: sin,
  cos64: cos,
  erf64: erf
} as const satisfies Record<string, (x: number) => DoubleDouble>
