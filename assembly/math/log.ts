const LN2_HI: f64 = 0.6931471803691238; // the upper 33 bits of ln 2: k * LN2_HI is exact
const LN2_LO: f64 = 1.9082149292705877e-10;
const SQRT_HALF_BITS: u64 = 0x3fe6a09e667f3bcd;

/**
 * The natural logarithm. x = 2^k m with m in [sqrt(1/2), sqrt(2)), and with f = m - 1, s = f / (2 + f)
 *
 *     log m = 2 artanh(s) = 2 s + 2 s^3 / 3 + 2 s^5 / 5 + ...    (|s| < 0.172: degree 21 reaches 2^-57)
 *
 * written as f - (f^2/2 - s (f^2/2 + R(s^2))), so that the leading term f is exact.
 *
 * Within 1 ulp. log 0 = -Infinity, negative x and NaN give NaN, log Infinity = Infinity.
 */
export function log64(x: f64): f64 {
  if (x != x || x == Infinity) return x;
  if (x == 0) return -Infinity;
  if (x < 0) return NaN;
  let k: i32 = 0;
  if (x < 2.2250738585072014e-308) {
    x *= 18014398509481984.0; // 2^54 makes a subnormal number normal
    k = -54;
  }
  const shifted = reinterpret<u64>(x) - SQRT_HALF_BITS;
  k += <i32>((<i64>shifted) >> 52);
  const f = reinterpret<f64>((shifted & 0x000fffffffffffff) + SQRT_HALF_BITS) - 1.0;
  const s = f / (2.0 + f);
  const z = s * s;
  let p: f64 = 2.0 / 21.0;
  p = p * z + 2.0 / 19.0;
  p = p * z + 2.0 / 17.0;
  p = p * z + 2.0 / 15.0;
  p = p * z + 2.0 / 13.0;
  p = p * z + 2.0 / 11.0;
  p = p * z + 2.0 / 9.0;
  p = p * z + 2.0 / 7.0;
  p = p * z + 2.0 / 5.0;
  p = p * z + 2.0 / 3.0;
  const half = 0.5 * f * f;
  const n = <f64>k;
  return n * LN2_HI - (half - (s * (half + z * p) + n * LN2_LO) - f);
}
