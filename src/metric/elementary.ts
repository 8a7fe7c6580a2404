// Twins of the core's exp64 and log64 (assembly/math), operation by operation: the same bits in every engine, which
// Math.exp and Math.log do not promise. Metrics are synchronous and need no core.

const INVERSE_LN2 = 1.4426950408889634
const ROUND = 6755399441057767 // 1.5 * 2^52 + 1023: adding and taking it away leaves whole numbers
const LN2_HIGH = 0.6931471803691238 // the upper 33 bits
const LN2_LOW = 1.9082149292705877e-10
const SQRT_HALF = 0x3fe6a09e // the upper half of the bits of sqrt(1/2)
const SQRT_HALF_LOW = 0x667f3bcd

const double = new Float64Array(1)
const words = new Int32Array(double.buffer) // the lower half first: every engine runs on such machines

/** 2^n for -1022 <= n <= 1023. */
function powerOfTwo(n: number): number {
  words[0] = 0
  words[1] = (n + 1023) << 20
  return double[0]
}

/** e^x with the bits of the core's exp64, within 1 ulp. x > 709.78 gives Infinity, x < -745.13 gives 0. */
export function exp(x: number): number {
  if (!(x <= 709.782712893384)) return x > 0 ? Infinity : x
  if (x < -745.1332191019412) return 0
  const k = x * INVERSE_LN2 + ROUND - ROUND
  const hi = x - k * LN2_HIGH
  const lo = k * LN2_LOW
  const r = hi - lo
  const r2 = r * r
  const r4 = r2 * r2
  const p0 = 0.5 + 0.16666666666666666 * r
  const p1 = 0.041666666666666664 + 0.008333333333333333 * r
  const p2 = 0.001388888888888889 + 0.0001984126984126984 * r
  const p3 = 0.0000248015873015873 + 0.0000027557319223985893 * r
  const p4 = 2.755731922398589e-7 + 2.505210838544172e-8 * r
  const p5 = 2.08767569878681e-9 + 1.6059043836821613e-10 * r
  const p = p0 + p1 * r2 + (p2 + p3 * r2 + (p4 + p5 * r2) * r4) * r4
  const y = 1 + (hi + (r2 * p - lo))
  if (k > 1023) return y * powerOfTwo(1023) * powerOfTwo(k - 1023)
  if (k < -1022) return y * powerOfTwo(k + 1000) * powerOfTwo(-1000)
  return y * powerOfTwo(k)
}

/** The natural logarithm with the bits of the core's log64, within 1 ulp. log 0 = -Infinity; negative x give NaN. */
export function log(x: number): number {
  if (!(x > 0) || x === Infinity) return x === 0 ? -Infinity : x < 0 ? NaN : x
  // 2^54 makes a subnormal number normal.
  const scale = x < 2.2250738585072014e-308 ? 54 : 0
  double[0] = scale > 0 ? x * 18014398509481984 : x
  // x = 2^e m with sqrt(1/2) <= m < sqrt(2): the bits less those of sqrt(1/2), as one number of 64 bits.
  const borrow = words[0] >>> 0 < SQRT_HALF_LOW ? 1 : 0
  const k = (words[1] - SQRT_HALF - borrow) >> 20
  words[1] -= k << 20
  const f = double[0] - 1
  const e = k - scale
  const s = f / (2 + f)
  const half = 0.5 * f * f
  const z = s * s
  const z2 = z * z
  const z4 = z2 * z2
  const p0 = 0.6666666666666666 + 0.4 * z
  const p1 = 0.2857142857142857 + 0.2222222222222222 * z
  const p2 = 0.18181818181818182 + 0.15384615384615385 * z
  const p3 = 0.13333333333333333 + 0.11764705882352941 * z
  const p4 = 0.10526315789473684 + 0.09523809523809523 * z
  const p = p0 + p1 * z2 + (p2 + p3 * z2 + p4 * z4) * z4
  const rest = s * (half + z * p) + e * LN2_LOW
  return e * LN2_HIGH - (half - rest - f)
}
