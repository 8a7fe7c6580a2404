import type { DoubleDouble } from './doubleDouble.ts'

const number = new Float64Array(1)
const words = new Uint32Array(number.buffer)

/** The e of 2^e <= |x| < 2^(e + 1), by the bits of x: a rounded logarithm errs next to powers of two. */
export function exponentOf(x: number): number {
  number[0] = x
  return ((words[1] >>> 20) & 0x7ff) - 1023
}

/**
 * |actual - exact| in ulps: the distance of neighbouring numbers of 24 (f32) or 53 (f64) bits at `at`.
 *
 * Infinite where the one is a number and the other is not.
 *
 * @param lowest the exponent of the smallest normal numbers, below which the distance stays
 */
export function ulps(
  actual: number,
  exact: DoubleDouble | number,
  bits: 24 | 53,
  at = exact,
  lowest = bits === 24 ? -126 : -1022
): number {
  const [hi, lo] = typeof exact === 'number' ? [exact, 0] : exact
  if (actual === hi && !Number.isFinite(hi)) return 0
  const error = Math.abs(actual - hi - lo)
  return Number.isNaN(error) ? Infinity : error / 2 ** (Math.max(binade(at), lowest) - bits + 1)
}

/** The exponent of hi + lo, which is one less than that of hi where hi is a power of two and lo goes back from it. */
function binade(x: DoubleDouble | number): number {
  const [hi, lo] = typeof x === 'number' ? [x, 0] : x
  const exponent = exponentOf(hi)
  return Math.abs(hi) === 2 ** exponent && hi * lo < 0 ? exponent - 1 : exponent
}
