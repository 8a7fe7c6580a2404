// What a velocity can be asked from outside, in scratch of the arena that is given back. Rows are dense; no result
// depends on the other rows. Where memory cannot grow, every result is NaN.

import { alloc, f32s, f64s, mark, release } from "../memory";
import { Velocity } from "./record";
import { coefficientsAt, estimate, evaluate, logDensityOf, scratchBytes, tangent, trace } from "./velocity";

const SCORE: i32 = 1;
const DENOISER: i32 = 2;
const NOISE: i32 = 3;

/** v(t, x) for every row: x and out (count, dim), which must not overlap. */
export function velocity(v: usize, t: f64, x: usize, count: i32, out: usize): void {
  const top = mark();
  const scratch = alloc(scratchBytes(v, count, -1));
  if (scratch) evaluate(v, t, x, count, out, scratch);
  else fillNaN(out, f32s(count) * <usize>changetype<Velocity>(v).dim);
  release(top);
}

/** 0 the velocity, 1 the score grad log p_t, 2 the denoiser E[X_1 | X_t = x], 3 the noise E[Z | X_t = x], (count, dim). */
export function quantity(v: usize, quantity: i32, t: f64, x: usize, count: i32, out: usize): void {
  const top = mark();
  const scratch = alloc(scratchBytes(v, count, -1));
  const at = coefficientsAt(v, t);
  if (!scratch) fillNaN(out, f32s(count) * <usize>changetype<Velocity>(v).dim);
  else if (quantity == SCORE) estimate(v, t, -1, 0, x, count, out, scratch);
  else if (quantity == DENOISER) estimate(v, t, 0, 1, x, count, out, scratch);
  else if (quantity == NOISE) estimate(v, t, at.a, 0, x, count, out, scratch);
  else evaluate(v, t, x, count, out, scratch);
  release(top);
}

/** The velocity and its exact divergence (k = 0; f64, (count)) or e^T J e of k probes a row (f64, (count, k)). */
export function divergence(
  v: usize,
  t: f64,
  x: usize,
  count: i32,
  probes: usize,
  k: i32,
  out: usize,
  traces: usize
): void {
  const top = mark();
  const scratch = alloc(scratchBytes(v, count, k));
  if (scratch) {
    trace(v, t, x, count, probes, k, out, traces, scratch);
  } else {
    fillNaN(out, f32s(count) * <usize>changetype<Velocity>(v).dim);
    fillNaN(traces, f64s(count) * <usize>max(k, 1));
  }
  release(top);
}

/** The velocity and J u for k > 0 directions a row, (count, k, dim). */
export function jvp(
  v: usize,
  t: f64,
  x: usize,
  count: i32,
  directions: usize,
  k: i32,
  out: usize,
  tangents: usize
): void {
  const top = mark();
  const scratch = alloc(scratchBytes(v, count, k));
  const bytes = f32s(count) * <usize>changetype<Velocity>(v).dim;
  if (scratch) {
    tangent(v, t, x, count, directions, k, out, tangents, scratch);
  } else {
    fillNaN(out, bytes);
    fillNaN(tangents, bytes * <usize>k);
  }
  release(top);
}

/** log p_t(x) of every row, f64, (count); NaN for networks. */
export function logDensity(v: usize, t: f64, x: usize, count: i32, out: usize): void {
  const top = mark();
  const scratch = alloc(scratchBytes(v, count, -1));
  if (scratch) logDensityOf(v, t, x, count, out, scratch);
  else fillNaN(out, f64s(count));
  release(top);
}

/** All bits set: NaN as f32 and as f64. */
function fillNaN(out: usize, bytes: usize): void {
  memory.fill(out, 0xff, bytes);
}
