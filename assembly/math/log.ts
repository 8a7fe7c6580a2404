import { Doubles } from "./doubles";

/**
 * The natural logarithm, with the bits of `Doubles.log` where that is defined.
 *
 * Within 1 ulp. log 0 = -Infinity, negative x and NaN give NaN, log Infinity = Infinity.
 */
export function log64(x: f64): f64 {
  if (x != x || x == Infinity) return x;
  if (x == 0) return -Infinity;
  if (x < 0) return NaN;
  let n: i64 = 0;
  if (x < 2.2250738585072014e-308) {
    x *= 18014398509481984.0; // 2^54 makes a subnormal number normal
    n = -54;
  }
  return f64x2.extract_lane(Doubles.log(f64x2.splat(x), i64x2.splat(n)), 0);
}
