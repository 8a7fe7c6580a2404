import { linear } from "./linear";
import { trigonometric } from "./trigonometric";

/**
 * The four numbers of an interpolant X_t = a Z + b X_1 at one time: a, the product a a', b and b'.
 * The product is finite at both ends, where a'/a is not.
 */
@unmanaged
export class Coefficients {
  a: f64;
  aDa: f64;
  b: f64;
  db: f64;
}

const LINEAR: i32 = 0;

/**
 * The coefficients of a schedule at time t: 0 is linear, 1 trigonometric.
 *
 * @param out byte address of 4 x f64: a, a a', b, b'
 */
export function scheduleAt(schedule: i32, t: f64, out: usize): void {
  const coefficients = changetype<Coefficients>(out);
  if (schedule == LINEAR) linear(t, coefficients);
  else trigonometric(t, coefficients);
}
