import { f64s } from "../memory";
import { combine, combineTraces, takeSlope, Trajectory } from "./trajectory";

const weights = memory.data(16, 16);

/**
 * One step of the second-order Adams-Bashforth method on steps h of any lengths, with r = h / h_before:
 *
 *     x += h ((1 + r/2) v_n - (r/2) v_(n-1)),   the first step Euler's.
 *
 * One evaluation a step. Two slopes take turns as the new one and the old one.
 */
export function adamsBashforthStep(s: Trajectory, t: f64, next: f64): void {
  const h = next - t;
  const now = s.done & 1;
  const r = s.done ? h / (t - load<f64>(s.times + f64s(s.done - 1))) : 0;
  takeSlope(s, now, t, s.x);
  store<f64>(weights + f64s(now), 1.0 + 0.5 * r);
  store<f64>(weights + f64s(1 - now), -0.5 * r);
  const n = s.done ? 2 : 1; // before the second step there is nothing in the other slope
  combine(s, h, weights, n, s.x);
  combineTraces(s, h, weights, n);
}
