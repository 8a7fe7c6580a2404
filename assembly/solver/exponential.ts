import { log64 } from "../math/log";
import { f64s } from "../memory";
import { coefficientsAt, estimate } from "../velocity/velocity";
import { stateBytes, Trajectory } from "./trajectory";

/**
 * One step of the exponential Euler method, which is DDIM: x_t = a_t E[Z | x_s] + b_t E[X_1 | x_s], exact where the
 * denoiser is constant along the path. Finite at both ends and in both directions.
 */
export function exponentialStep(s: Trajectory, from: f64, to: f64): void {
  const at = coefficientsAt(s.velocity, to);
  const a = at.a;
  const b = at.b;
  const here = coefficientsAt(s.velocity, from);
  estimate(s.velocity, from, a * here.a, b, s.x, s.count, s.point, s.scratch);
  memory.copy(s.x, s.point, <usize>stateBytes(s.velocity, s.count));
}

/**
 * One step of DPM-Solver++(2M): with lambda = log(b / a), h = lambda_t - lambda_s and the denoiser m,
 *
 *     x_t = (a_t / a_s) x_s + (b_t - (a_t / a_s) b_s) D,   D = m_s + (m_s - m_before) h / (2 h_before).
 *
 * First order (exponential Euler) where a step touches an end of the time, at which lambda is infinite.
 *
 * @see Lu et al., "DPM-Solver++", 2022.
 */
export function multistepStep(s: Trajectory, from: f64, to: f64): void {
  const bytes = <usize>stateBytes(s.velocity, s.count);
  const now = s.slopes + <usize>(s.done & 1) * bytes;
  const before = s.slopes + <usize>(1 - (s.done & 1)) * bytes;
  const here = coefficientsAt(s.velocity, from);
  const a = here.a;
  const b = here.b;
  const lambda = log64(b / a);
  const there = coefficientsAt(s.velocity, to);
  const h = log64(there.b / there.a) - lambda;
  const keep = there.a / a;
  const pull = there.b - keep * b;
  if (a == 0) {
    exponentialStep(s, from, to);
    return;
  }
  estimate(s.velocity, from, 0, 1, s.x, s.count, now, s.scratch);
  let ahead: f64 = 0;
  if (s.done) {
    const past = coefficientsAt(s.velocity, load<f64>(s.times + f64s(s.done - 1)));
    ahead = (0.5 * h) / (lambda - log64(past.b / past.a));
    if (!(abs(ahead) < Infinity)) ahead = 0;
  }
  const k = f32x4.splat(<f32>keep);
  const mine = f32x4.splat(<f32>(pull * (1.0 + ahead)));
  const old = f32x4.splat(<f32>(-pull * ahead));
  for (let i: usize = 0; i < bytes; i += 16) {
    let x = f32x4.add(f32x4.mul(k, v128.load(s.x + i)), f32x4.mul(mine, v128.load(now + i)));
    if (ahead != 0) x = f32x4.add(x, f32x4.mul(old, v128.load(before + i)));
    v128.store(s.x + i, x);
  }
}
