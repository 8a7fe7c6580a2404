const LOG2_E: f64 = 1.4426950408889634;
const LN2_HI: f64 = 0.6931471803691238; // the upper 33 bits of ln 2: n * LN2_HI is exact for |n| < 2^20
const LN2_LO: f64 = 1.9082149292705877e-10;

/** 2^n for -1022 <= n <= 1023, built from its bits. */
function powerOfTwo(n: i32): f64 {
  return reinterpret<f64>((<i64>n + 1023) << 52);
}

/**
 * e^x. x = n ln 2 + r with |r| <= ln 2 / 2, e^r from its Taylor series to degree 13 (next term below 2^-57).
 *
 * Within 1 ulp. x > 709.78 gives Infinity, x < -745.13 gives 0, subnormal results are rounded twice, NaN stays NaN.
 */
export function exp64(x: f64): f64 {
  if (x != x) return x;
  if (x > 709.782712893384) return Infinity;
  if (x < -745.1332191019412) return 0;
  const n = nearest(x * LOG2_E);
  const hi = x - n * LN2_HI;
  const lo = n * LN2_LO;
  const r = hi - lo;
  let p: f64 = 1.0 / 6227020800.0;
  p = p * r + 1.0 / 479001600.0;
  p = p * r + 1.0 / 39916800.0;
  p = p * r + 1.0 / 3628800.0;
  p = p * r + 1.0 / 362880.0;
  p = p * r + 1.0 / 40320.0;
  p = p * r + 1.0 / 5040.0;
  p = p * r + 1.0 / 720.0;
  p = p * r + 1.0 / 120.0;
  p = p * r + 1.0 / 24.0;
  p = p * r + 1.0 / 6.0;
  p = p * r + 0.5;
  // r lost the low bits of hi - lo; they return with the quadratic part, before the last two roundings.
  const y = 1.0 + (hi + (r * r * p - lo));
  const k = <i32>n;
  if (k > 1023) return y * powerOfTwo(1023) * powerOfTwo(k - 1023);
  if (k < -1022) return y * powerOfTwo(k + 1000) * powerOfTwo(-1000);
  return y * powerOfTwo(k);
}
