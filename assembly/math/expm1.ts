import { exp64 } from "./exp";

/** e^x - 1, from its Taylor series to degree 17 where |x| < 1/2 and 1 would hide it. Within 2 ulp. */
export function expm164(x: f64): f64 {
  if (!(abs(x) < 0.5)) return exp64(x) - 1.0;
  let p: f64 = 1.0 / 355687428096000.0;
  p = p * x + 1.0 / 20922789888000.0;
  p = p * x + 1.0 / 1307674368000.0;
  p = p * x + 1.0 / 87178291200.0;
  p = p * x + 1.0 / 6227020800.0;
  p = p * x + 1.0 / 479001600.0;
  p = p * x + 1.0 / 39916800.0;
  p = p * x + 1.0 / 3628800.0;
  p = p * x + 1.0 / 362880.0;
  p = p * x + 1.0 / 40320.0;
  p = p * x + 1.0 / 5040.0;
  p = p * x + 1.0 / 720.0;
  p = p * x + 1.0 / 120.0;
  p = p * x + 1.0 / 24.0;
  p = p * x + 1.0 / 6.0;
  p = p * x + 0.5;
  return x + x * x * p;
}
