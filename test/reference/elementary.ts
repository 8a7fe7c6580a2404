// Elementary functions to about 95 bits. Math's own may be off by an ulp, and so cannot tell the ulps of others.

import {
  add,
  divide,
  exactProduct,
  multiply,
  negate,
  of,
  polynomial,
  scale,
  subtract,
  type DoubleDouble
} from './doubleDouble.ts'

const ONE = of(1)
export const LN2: DoubleDouble = [0.6931471805599453, 2.3190468138462996e-17]
const ROOT_HALF: DoubleDouble = [0.7071067811865476, -4.833646656726457e-17]
const ONE_OVER_ROOT_PI: DoubleDouble = [0.5641895835477563, 7.66772980658294e-18]
const HALF_PI = [1.5707963267948966, 6.123233995736766e-17, -1.4973849048591698e-33]

const upTo = (n: number): number[] => Array.from({ length: n }, (_, k) => k)
const FACTORIALS: DoubleDouble[] = [ONE]
for (let k = 1; k < 70; k++) FACTORIALS.push(divide(FACTORIALS[k - 1], of(k)))
const EXPM1 = FACTORIALS.slice(1, 25)
const SINE = upTo(15).map((k) => alternate(k, FACTORIALS[2 * k + 1]))
const COSINE = upTo(15).map((k) => alternate(k, FACTORIALS[2 * k]))
const ERF = upTo(70).map((k) => alternate(k, divide(FACTORIALS[k], of(2 * k + 1))))
const ARTANH = upTo(21).map((k) => divide(of(2), of(2 * k + 1)))

function alternate(k: number, x: DoubleDouble): DoubleDouble {
  return k % 2 ? negate(x) : x
}

/** (e^r - 1) by its series, |r| <= ln 2 / 2. */
const expm1Reduced = (r: DoubleDouble): DoubleDouble => multiply(r, polynomial(EXPM1, r, 12))

export function exp(x: DoubleDouble): DoubleDouble {
  if (x[0] > 710) return of(Infinity)
  if (x[0] < -1000) return of(0)
  const n = Math.round(x[0] / LN2[0])
  return scale(add(ONE, expm1Reduced(subtract(x, multiply(of(n), LN2)))), n)
}

/** log x = k ln 2 + 2 artanh(f / (2 + f)), with x = 2^k (1 + f) and 1 + f about 1. */
export function log(x: number): DoubleDouble {
  let k = Math.round(Math.log2(x))
  if (x * 2 ** -k < ROOT_HALF[0]) k--
  const m = x * 2 ** -Math.trunc(k / 2) * 2 ** (Math.trunc(k / 2) - k)
  const s = divide(of(m - 1), add(of(m), ONE))
  const rest = multiply(s, polynomial(ARTANH, multiply(s, s), 11))
  return add(multiply(of(k), LN2), rest)
}

/** The nearest multiple n of pi / 2 and what is left of x, for |x| < 2^21. */
function reduced(x: number): { n: number; r: DoubleDouble } {
  const n = Math.round(x / HALF_PI[0])
  return { n, r: HALF_PI.reduce((rest, part) => subtract(rest, exactProduct(n, part)), of(x)) }
}

function sineShifted(x: number, turns: number): DoubleDouble {
  const { n, r } = reduced(x)
  const z = multiply(r, r)
  const quadrant = (((n + turns) % 4) + 4) % 4
  const y = quadrant % 2 ? polynomial(COSINE, z, 8) : multiply(r, polynomial(SINE, z, 8))
  return quadrant > 1 ? negate(y) : y
}

export const sin = (x: number): DoubleDouble => sineShifted(x, 0)
export const cos = (x: number): DoubleDouble => sineShifted(x, 1)

/** (e^(2x) - 1) / (e^(2x) + 1). */
export function tanh(x: number): DoubleDouble {
  if (Math.abs(x) > 40) return of(Math.sign(x))
  const twice = of(2 * x)
  const m = Math.abs(x) < 0.17 ? expm1Reduced(twice) : subtract(exp(twice), ONE)
  return divide(m, add(m, of(2)))
}

/** 1 / (1 + e^-x). */
export function logistic(x: DoubleDouble): DoubleDouble {
  return x[0] < -650 ? of(0) : divide(ONE, add(ONE, exp(negate(x))))
}

/** log(1 + e) for 0 <= e <= 1: one step of Newton's method on 64 bits, or the series where e hides beside 1. */
function log1p(e: DoubleDouble): DoubleDouble {
  if (e[0] < 1e-8)
    return multiply(
      e,
      polynomial(
        [1, -2, 3, -4].map((k) => divide(ONE, of(k))),
        e
      )
    )
  const about = of(Math.log1p(e[0]))
  return add(about, subtract(multiply(add(ONE, e), exp(negate(about))), ONE))
}

/** log(1 + e^x) = max(x, 0) + log(1 + e^-|x|). */
export const softplus = (x: number): DoubleDouble => add(of(Math.max(x, 0)), log1p(exp(of(-Math.abs(x)))))

/** erf x = 2 / sqrt(pi) (x - x^3 / 3 + x^5 / (2! 5) - ...) for |x| < 2, where the terms cancel no more than six bits. */
function erfSeries(x: DoubleDouble): DoubleDouble {
  const z = multiply(x, x)
  const sum = polynomial(ERF.slice(0, 18 + Math.ceil(12 * z[0])), z)
  return multiply(multiply(scale(ONE_OVER_ROOT_PI, 1), x), sum)
}

/** erfc x = e^(-x^2) / sqrt(pi) / (x + (1/2) / (x + (2/2) / (x + (3/2) / (x + ...)))) for x >= 2. */
function erfcFraction(x: DoubleDouble): DoubleDouble {
  let fraction = x
  for (let k = Math.ceil(20 + 720 / x[0] ** 2); k > 0; k--) fraction = add(x, divide(of(k / 2), fraction))
  return divide(multiply(ONE_OVER_ROOT_PI, exp(negate(multiply(x, x)))), fraction)
}

export function erf(x: number): DoubleDouble {
  if (Math.abs(x) < 2) return erfSeries(of(x))
  if (Math.abs(x) > 9) return of(Math.sign(x))
  const rest = subtract(ONE, erfcFraction(of(Math.abs(x))))
  return x < 0 ? negate(rest) : rest
}

export function erfc(x: DoubleDouble): DoubleDouble {
  if (x[0] < 0) return subtract(of(2), erfc(negate(x)))
  return x[0] < 2 ? subtract(ONE, erfSeries(x)) : erfcFraction(x)
}

/** The distribution function of N(0, 1), erfc(-x / sqrt 2) / 2. */
export const normalCdf = (x: number): DoubleDouble => scale(erfc(multiply(of(-x), ROOT_HALF)), -1)
