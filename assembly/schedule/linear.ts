import { Coefficients } from "./record";

/** a = 1 - t, b = t: the straight line from noise to data (rectified flow). */
export function linear(t: f64, out: Coefficients): void {
  out.a = 1.0 - t;
  out.aDa = t - 1.0;
  out.b = t;
  out.db = 1.0;
}
