import { Doubles } from "./doubles";

/** 2^n for -1022 <= n <= 1023, built from its bits. */
function powerOfTwo(n: i32): f64 {
  return reinterpret<f64>((<i64>n + 1023) << 52);
}

/**
 * e^x, with the bits of `Doubles.exp` where that is defined.
 *
 * Within 1 ulp. x > 709.78 gives Infinity, x < -745.13 gives 0, subnormal results are rounded twice, NaN stays NaN.
 */
export function exp64(x: f64): f64 {
  if (x != x) return x;
  if (x > 709.782712893384) return Infinity;
  if (x < -745.1332191019412) return 0;
  const both = f64x2.splat(x);
  const binary = Doubles.binary(both);
  const y = f64x2.extract_lane(Doubles.expFraction(both, binary), 0);
  const k = <i32>reinterpret<i64>(f64x2.extract_lane(binary, 0)) - 1023;
  if (k > 1023) return y * powerOfTwo(1023) * powerOfTwo(k - 1023);
  if (k < -1022) return y * powerOfTwo(k + 1000) * powerOfTwo(-1000);
  return y * powerOfTwo(k);
}
