const HALF_PI: f64 = 1.5707963267948966;
const HALF_PI_LO: f64 = 6.123233995736766e-17; // pi / 2 - HALF_PI
const TWO_OVER_PI: f64 = 0.6366197723675814;

// pi / 2 in four parts: the first three have 33 bits, so that their products with n < 2^20 are exact.
const HALF_PI_1: f64 = 1.5707963267341256;
const HALF_PI_2: f64 = 6.077100506303966e-11;
const HALF_PI_3: f64 = 2.0222662487111665e-21;
const HALF_PI_4: f64 = 8.4784276603689e-32;

/** sin(r + e) for |r| <= pi / 4 and a tail |e| below the last bit of r; Taylor series to degree 17. */
function sinReduced(r: f64, e: f64): f64 {
  const z = r * r;
  let p: f64 = 1.0 / 355687428096000.0;
  p = p * z - 1.0 / 1307674368000.0;
  p = p * z + 1.0 / 6227020800.0;
  p = p * z - 1.0 / 39916800.0;
  p = p * z + 1.0 / 362880.0;
  p = p * z - 1.0 / 5040.0;
  p = p * z + 1.0 / 120.0;
  p = p * z - 1.0 / 6.0;
  return r + (r * z * p + e * (1.0 - 0.5 * z));
}

/** cos(r + e) under the same conditions; Taylor series to degree 18. */
function cosReduced(r: f64, e: f64): f64 {
  const z = r * r;
  let p: f64 = -1.0 / 6402373705728000.0;
  p = p * z + 1.0 / 20922789888000.0;
  p = p * z - 1.0 / 87178291200.0;
  p = p * z + 1.0 / 479001600.0;
  p = p * z - 1.0 / 3628800.0;
  p = p * z + 1.0 / 40320.0;
  p = p * z - 1.0 / 720.0;
  p = p * z + 1.0 / 24.0;
  const half = 0.5 * z;
  const w = 1.0 - half;
  // 1 - w - half is what the subtraction lost.
  return w + (1.0 - w - half + (z * z * p - r * e));
}

/** sin(r + e + quadrant pi / 2). */
function sinQuadrant(quadrant: i64, r: f64, e: f64): f64 {
  const y = quadrant & 1 ? cosReduced(r, e) : sinReduced(r, e);
  return quadrant & 2 ? -y : y;
}

/**
 * sin(x + quadrants pi / 2) by reduction of x to [-pi / 4, pi / 4].
 *
 * Next to a multiple of pi / 2 a difference can be a million times smaller than what is taken away; it is exact then,
 * because all the numbers are multiples of the last bit of that part. Elsewhere `lo` takes up what it was rounded by.
 */
function sinShifted(x: f64, quadrants: i64): f64 {
  const n = nearest(x * TWO_OVER_PI);
  if (!(abs(n) < 1048576.0)) return NaN;
  const first = x - n * HALF_PI_1;
  const second = n * HALF_PI_2;
  const third = n * HALF_PI_3;
  const middle = first - second;
  const hi = middle - third;
  const lo = middle - hi - third + (first - middle - second) - n * HALF_PI_4;
  const r = hi + lo;
  return sinQuadrant(<i64>n + quadrants, r, hi - r + lo);
}

/** sin x. Within 1 ulp for |x| < 1.6e6; NaN beyond, where the reduction would no longer be exact, and for NaN. */
export function sin64(x: f64): f64 {
  return sinShifted(x, 0);
}

/** cos x, on the domain of `sin64`. */
export function cos64(x: f64): f64 {
  return sinShifted(x, 1);
}

/** sin(q pi / 2 + quadrants pi / 2): the reduction is exact, so multiples of a quarter turn give exactly 0 or 1. */
function sinTurn(q: f64, quadrants: i64): f64 {
  const n = nearest(q);
  const f = q - n;
  const r = f * HALF_PI;
  return sinQuadrant(<i64>n + quadrants, r, f * HALF_PI_LO);
}

/** sin(q pi / 2), q in quarter turns, |q| < 2^52. */
export function sinQuarters(q: f64): f64 {
  return sinTurn(q, 0);
}

/** cos(q pi / 2), q in quarter turns, |q| < 2^52. */
export function cosQuarters(q: f64): f64 {
  return sinTurn(q, 1);
}
