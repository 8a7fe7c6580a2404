import { cosQuarters, sinQuarters } from "../math/trigonometric";
import { Coefficients } from "./record";

const HALF_PI: f64 = 1.5707963267948966;

/** a = cos(pi t / 2), b = sin(pi t / 2): a quarter turn, a^2 + b^2 = 1. Exact at t = 0 and t = 1. */
export function trigonometric(t: f64, out: Coefficients): void {
  const a = cosQuarters(t);
  const b = sinQuarters(t);
  out.a = a;
  out.aDa = -HALF_PI * a * b;
  out.b = b;
  out.db = HALF_PI * a;
}
