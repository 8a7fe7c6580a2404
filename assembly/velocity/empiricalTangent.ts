import { addTransposed, matvec } from "../kernel/matvec";
import { weigh } from "../kernel/softmax";
import { dotWide, wide } from "../kernel/wide";
import { f32s, f64s, saturated } from "../memory";
import { Coefficients } from "../schedule/record";
import {
  blockPoints,
  centred,
  Empirical,
  empiricalEstimate,
  empiricalScratch,
  exponents,
  rowState,
  ROWS,
  spreadOf,
  stretch
} from "./empirical";

// Scratch: that of the velocity | f64: dots P | u of each direction k x d | sums k x d

export function empiricalTangentScratch(e: Empirical, count: i32, k: i32): u32 {
  const extra = <u64>blockPoints(e) + 2 * <u64>k * <u64>e.dim;
  return saturated(<u64>empiricalScratch(e, count) + extra * 8);
}

/**
 * The velocity F = c x + f m(x), f = b' - c b, and its divergence: as grad m = (b / s) Cov(y) under the weights of the points
 * (y and m about their centre),
 *
 *     div F = c d + f (b / s) (E|y|^2 - |m|^2).
 */
export function empiricalDivergence(
  e: Empirical,
  at: Coefficients,
  x: usize,
  count: i32,
  out: usize,
  divergences: usize,
  scratch: usize
): void {
  const d = e.dim;
  const c = stretch(e, at, at.aDa, at.db);
  const factor = ((at.db - c * at.b) * at.b) / spreadOf(e, at);
  for (let first = 0; first < count; first += ROWS) {
    const rows = min(ROWS, count - first);
    const offset = f32s(d) * <usize>first;
    empiricalEstimate(e, at, at.aDa, at.db, x + offset, rows, out + offset, scratch);
    for (let i = 0; i < rows; i++, divergences += 8) {
      const sum = rowState(e, scratch, i) + f64s(d);
      const total = load<f64>(sum + f64s(d), 8);
      const squares = load<f64>(sum + f64s(d), 16);
      const variance = squares / total - dotWide(sum, sum, d) / (total * total);
      store<f64>(divergences, c * <f64>d + factor * variance);
    }
  }
}

/**
 * The velocity and J u = c u + f (b / s) (E[y <y, u>] - m <m, u>) for k directions of every row, by a second pass
 * over the points, whose weights the first one has left known.
 *
 * @param directions (count, k, dim) f32
 * @param tangents (count, k, dim) f32
 */
export function empiricalTangent(
  e: Empirical,
  at: Coefficients,
  x: usize,
  count: i32,
  directions: usize,
  k: i32,
  out: usize,
  tangents: usize,
  scratch: usize
): void {
  const d = e.dim;
  const each = f32s(d) * <usize>k;
  for (let first = 0; first < count; first += ROWS) {
    const rows = min(ROWS, count - first);
    const offset = f32s(d) * <usize>first;
    empiricalEstimate(e, at, at.aDa, at.db, x + offset, rows, out + offset, scratch);
    const extra = scratch + <usize>empiricalScratch(e, count);
    for (let i = 0; i < rows; i++, directions += each, tangents += each) {
      const state = rowState(e, scratch, i);
      wide(directions, k * d, extra + f64s(blockPoints(e)));
      secondMoments(e, at, state, k, scratch, extra);
      writeTangents(e, at, state, k, extra, tangents);
    }
  }
}

/** sums_n = sum of weight y <y, u_n> over the points, relative to the largest weight as in the first pass. */
function secondMoments(
  e: Empirical,
  at: Coefficients,
  state: usize,
  k: i32,
  scratch: usize,
  extra: usize
): void {
  const d = e.dim;
  const most = blockPoints(e);
  const u = extra + f64s(most);
  const sums = u + f64s(k * d);
  const weights = scratch + f64s(most * d);
  const largest = load<f64>(state + f64s(2 * d));
  const factor = at.b / spreadOf(e, at);
  memory.fill(sums, 0, f64s(k * d));
  for (let first = 0; first < e.points; first += most) {
    const points = min(most, e.points - first);
    centred(e, 1, e.data + f32s(first) * <usize>d, points, scratch);
    matvec(scratch, points, d, state, weights);
    exponents(weights, points, e.halfSquares + f64s(first), at.b, factor);
    weigh(weights, points, largest);
    for (let n = 0; n < k; n++) {
      matvec(scratch, points, d, u + f64s(n * d), extra);
      for (let i: usize = 0, end = f64s(points); i < end; i += 8) {
        store<f64>(extra + i, load<f64>(extra + i) * load<f64>(weights + i));
      }
      addTransposed(scratch, points, d, extra, sums + f64s(n * d));
    }
  }
}

function writeTangents(e: Empirical, at: Coefficients, state: usize, k: i32, extra: usize, out: usize): void {
  const d = e.dim;
  const mean = state + f64s(d); // times the total
  const total = load<f64>(mean + f64s(d), 8);
  const c = stretch(e, at, at.aDa, at.db);
  const factor = ((at.db - c * at.b) * at.b) / spreadOf(e, at);
  let u = extra + f64s(blockPoints(e));
  let sum = u + f64s(k * d);
  for (let n = 0; n < k; n++) {
    const common = dotWide(mean, u, d) / (total * total);
    for (let i: usize = 0, end = f64s(d); i < end; i += 8, u += 8, sum += 8, out += 4) {
      const covariance = load<f64>(sum) / total - load<f64>(mean + i) * common;
      store<f32>(out, <f32>(c * load<f64>(u) + factor * covariance));
    }
  }
}
