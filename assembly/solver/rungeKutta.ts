import { f64s } from "../memory";
import { combine, combineTraces, takeSlope, Trajectory } from "./trajectory";

/**
 * One step of an explicit Runge-Kutta method of `stages` slopes,
 *
 *     x += h sum_i b_i k_i,   k_i = v(t + c_i h, x + h sum_j a_ij k_j);
 *
 * parameters: f64 a (stages x stages), b (stages), c (stages).
 */
export function rungeKuttaStep(s: Trajectory, t: f64, next: f64): void {
  const h = next - t;
  const row = f64s(s.stages);
  const b = s.parameters + <usize>s.stages * row;
  const c = b + row;
  for (let i = 0; i < s.stages; i++) {
    const a = s.parameters + <usize>i * row;
    const first = isZero(a, i);
    if (!first) combine(s, h, a, i, s.point);
    const ci = load<f64>(c + f64s(i));
    const at = ci == 1.0 ? next : t + ci * h; // the last time of a step is the first of the next, exactly
    takeSlope(s, i, at, first ? s.x : s.point);
  }
  combine(s, h, b, s.stages, s.x);
  combineTraces(s, h, b, s.stages);
}

function isZero(weights: usize, n: i32): bool {
  for (let j = 0; j < n; j++) if (load<f64>(weights + f64s(j)) != 0) return false;
  return true;
}
