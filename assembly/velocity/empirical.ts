import { addTransposed, matvec, scale } from "../kernel/matvec";
import { Softmax, weigh } from "../kernel/softmax";
import { dotWide, wide } from "../kernel/wide";
import { exp64 } from "../math/exp";
import { log64 } from "../math/log";
import { alloc, f32s, f64s, saturated } from "../memory";
import { Coefficients } from "../schedule/record";
import { EMPIRICAL, Velocity } from "./record";

/** The data set's points, each smoothed by N(0, bandwidth^2 I). */
@unmanaged
export class Empirical extends Velocity {
  points: i32;
  data: usize; // n x d, f32, below the record in the arena
  halfSquares: usize; // n, f64: |y - o|^2 / 2 of each point
  centre: usize; // d, f64: o, the mean of the points in f32, so that y - o is exact; 0 where they lie around 0
  apart: bool; // whether the centre is not 0
  bandwidth: f64;
}

/** A record over points that stay where they are; 0 where memory cannot grow. */
export function newEmpirical(schedule: usize, dim: i32, points: i32, data: usize, bandwidth: f64): usize {
  const address = alloc(offsetof<Empirical>());
  const halfSquares = alloc(f64s(points + dim));
  if (!address || !halfSquares) return 0;
  const empirical = changetype<Empirical>(address);
  empirical.kind = EMPIRICAL;
  empirical.schedule = schedule;
  empirical.dim = dim;
  empirical.points = points;
  empirical.data = data;
  empirical.halfSquares = halfSquares;
  empirical.bandwidth = bandwidth;
  const centre = (empirical.centre = halfSquares + f64s(points));
  memory.fill(centre, 0, f64s(dim));
  for (let i = 0, at = data; i < points; i++) {
    for (let j: usize = 0; j < f64s(dim); j += 8, at += 4) {
      store<f64>(centre + j, load<f64>(centre + j) + <f64>load<f32>(at));
    }
  }
  for (let j: usize = 0; j < f64s(dim); j += 8) {
    store<f64>(centre + j, <f64>(<f32>(load<f64>(centre + j) / <f64>points)));
  }
  empirical.apart = true;
  // Around 0 there are no digits to be won, and a call of one row would take a tenth longer.
  if (dotWide(centre, centre, dim) * <f64>points <= 8.0 * squares(empirical)) {
    empirical.apart = false;
    memory.fill(centre, 0, f64s(dim));
    squares(empirical);
  }
  return address;
}

/** Fills the halfSquares, and returns their sum. */
function squares(e: Empirical): f64 {
  let from = e.data;
  let all: f64 = 0;
  for (let i = 0; i < e.points; i++) {
    let sum: f64 = 0;
    for (let j: usize = 0; j < f64s(e.dim); j += 8, from += 4) {
      const off = <f64>load<f32>(from) - load<f64>(e.centre + j);
      sum += off * off;
    }
    store<f64>(e.halfSquares + f64s(i), 0.5 * sum);
    all += 0.5 * sum;
  }
  return all;
}

/**
 * Rows of f32 as f64, less b times the centre. Where all points lie far from 0, their squares and products would lose the
 * digits that tell them apart.
 */
export function centred(e: Empirical, b: f64, from: usize, rows: i32, out: usize): void {
  if (!e.apart) {
    wide(from, rows * e.dim, out);
    return;
  }
  const bs = f64x2.splat(b);
  const end = e.centre + f64s(e.dim);
  for (; rows > 0; rows--) {
    let c = e.centre;
    for (; c + 8 < end; c += 16, from += 8, out += 16) {
      const value = f64x2.promote_low_f32x4(v128.load64_zero(from));
      v128.store(out, f64x2.sub(value, f64x2.mul(bs, v128.load(c))));
    }
    if (c < end) {
      store<f64>(out, <f64>load<f32>(from) - b * load<f64>(c));
      from += 4;
      out += 8;
    }
  }
}

export const ROWS: i32 = 16; // rows that share one pass over the points
const LOG_TWO_PI: f64 = 1.8378770664093453;
const BLOCK_BYTES: i32 = 65536; // of points widened to f64 at a time, to stay in the second-level cache

/** Points in a block: it depends on the dimension alone, so that a row's bits do not depend on the batch. */
export function blockPoints(e: Empirical): i32 {
  return max(4, min(64, (BLOCK_BYTES / 8 / e.dim) & ~3));
}

// Scratch, all f64: points of the block P x d | weights P | then for each row: x d | sum d | largest | total | squares

export function empiricalScratch(e: Empirical, count: i32): u32 {
  const d = <u64>e.dim;
  const points = <u64>blockPoints(e);
  return saturated((points * (d + 1) + <u64>min(count, ROWS) * (2 * d + 3)) * 8);
}

/**
 * (onNoise / a) E[Z | X_t = x] + onData E[X_1 | X_t = x] = c x + (onData - c b) m(x),
 *     c = (onNoise + onData b h^2) / s,   s = a^2 + b^2 h^2,
 *
 * where m(x) is the mean of the points y weighted by exp(-|x - b y|^2 / (2 s)). |x|^2 is common to all weights and
 * drops out of them: what is left, b (<x, y> - b |y|^2 / 2) / s, needs one inner product for each point. All is computed
 * about the centre o of the points, with y - o for y and x - b o for x; then onData o is added.
 *
 * In f64, the state and the points in f32: at the data end s is as small as h^2, and an f32 error of the squared
 * distance would be an error of the weights' logarithms 1 / h^2 times as large.
 * Cost per row O(n d); memory independent of the number of points.
 */
export function empiricalEstimate(
  e: Empirical,
  at: Coefficients,
  onNoise: f64,
  onData: f64,
  x: usize,
  count: i32,
  out: usize,
  scratch: usize
): void {
  const spread = spreadOf(e, at);
  const c = stretch(e, at, onNoise, onData);
  const bytes = f32s(e.dim);
  for (let first = 0; first < count; first += ROWS) {
    const rows = min(ROWS, count - first);
    const offset = <usize>first * bytes;
    means(e, at.b, spread, x + offset, rows, scratch);
    writeEstimates(e, c, onData - c * at.b, onData, rows, out + offset, scratch);
  }
}

/** s = a^2 + b^2 h^2. */
export function spreadOf(e: Empirical, at: Coefficients): f64 {
  return at.a * at.a + at.b * at.b * (e.bandwidth * e.bandwidth);
}

/** c of `empiricalEstimate`. */
export function stretch(e: Empirical, at: Coefficients, onNoise: f64, onData: f64): f64 {
  return (onNoise + at.b * onData * (e.bandwidth * e.bandwidth)) / spreadOf(e, at);
}

/** log p_t(x) = log (1/n) sum_i N(x; b y_i, s I) of every row, f64. */
export function empiricalLogDensity(
  e: Empirical,
  at: Coefficients,
  x: usize,
  count: i32,
  out: usize,
  scratch: usize
): void {
  const spread = spreadOf(e, at);
  const norm = log64(<f64>e.points) + 0.5 * <f64>e.dim * (LOG_TWO_PI + log64(spread));
  for (let first = 0; first < count; first += ROWS) {
    const rows = min(ROWS, count - first);
    means(e, at.b, spread, x + f32s(e.dim) * <usize>first, rows, scratch);
    for (let i = 0; i < rows; i++, out += 8) {
      const state = rowState(e, scratch, i);
      const softmax = state + f64s(2 * e.dim);
      let square: f64 = 0;
      for (let p = state, end = state + f64s(e.dim); p < end; p += 8) square += load<f64>(p) * load<f64>(p);
      const logSum = load<f64>(softmax) + log64(load<f64>(softmax, 8));
      store<f64>(out, logSum - (0.5 * square) / spread - norm);
    }
  }
}

/** Address of what the scratch holds for one row. */
export function rowState(e: Empirical, scratch: usize, i: i32): usize {
  return scratch + f64s(blockPoints(e) * (e.dim + 1)) + f64s(i * (2 * e.dim + 3));
}

/**
 * For each row x - b o, the weighted sums of y - o and of |y - o|^2, and that of the weights, relative to the largest weight.
 */
export function means(e: Empirical, b: f64, spread: f64, x: usize, rows: i32, scratch: usize): void {
  const d = e.dim;
  for (let i = 0; i < rows; i++) {
    const state = rowState(e, scratch, i);
    centred(e, b, x + f32s(i * d), 1, state);
    memory.fill(state + f64s(d), 0, f64s(d + 3));
    store<f64>(state + f64s(2 * d), -Infinity);
  }
  const most = blockPoints(e);
  for (let first = 0; first < e.points; first += most) {
    const points = min(most, e.points - first);
    centred(e, 1, e.data + f32s(first) * <usize>d, points, scratch);
    const halfSquares = e.halfSquares + f64s(first);
    for (let i = 0; i < rows; i++) {
      addBlock(scratch, points, d, halfSquares, b, spread, rowState(e, scratch, i), scratch + f64s(most * d));
    }
  }
}

/** One block's part in the sums of one row: a softmax that holds no more than the largest exponent and the sums so far. */
function addBlock(
  block: usize,
  points: i32,
  d: i32,
  halfSquares: usize,
  b: f64,
  spread: f64,
  state: usize,
  weights: usize
): void {
  const sum = state + f64s(d);
  const softmax = sum + f64s(d);
  const before = load<f64>(softmax);
  matvec(block, points, d, state, weights);
  const largest = max(before, exponents(weights, points, halfSquares, b, b / spread));
  let total = load<f64>(softmax, 8);
  let squares = load<f64>(softmax, 16);
  if (largest > before) {
    const fade = exp64(before - largest);
    scale(sum, d, fade);
    total *= fade;
    squares *= fade;
  }
  total += weigh(weights, points, largest);
  squares += 2.0 * dotWide(weights, halfSquares, points);
  addTransposed(block, points, d, weights, sum);
  store<f64>(softmax, largest);
  store<f64>(softmax, total, 8);
  store<f64>(softmax, squares, 16);
}

/**
 * The logarithms factor (<x, y> - b |y|^2 / 2) of the weights, in the place of the inner products; returns the largest,
 * for which NaN counts for nothing. Of an odd number, one more is written: of a point that has no weight.
 */
export function exponents(inner: usize, points: i32, halfSquares: usize, b: f64, factor: f64): f64 {
  const bs = f64x2.splat(b);
  const factors = f64x2.splat(factor);
  let most = f64x2.splat(-Infinity);
  let i: usize = 0;
  const end = f64s(points);
  for (; i < end; i += 16) {
    const off = f64x2.sub(v128.load(inner + i), f64x2.mul(bs, v128.load(halfSquares + i)));
    const exponents = f64x2.mul(factors, off);
    v128.store(inner + i, exponents);
    if (i + 8 == end) {
      store<f64>(inner + i, -Infinity, 8);
      most = f64x2.pmax(most, v128.load64_splat(inner + i));
    } else {
      most = f64x2.pmax(most, exponents);
    }
  }
  return Softmax.larger(most);
}

/** out = c (x - b o) + pull (m(x) - o) + onData o, rounded to f32. */
function writeEstimates(
  e: Empirical,
  c: f64,
  pull: f64,
  onData: f64,
  rows: i32,
  out: usize,
  scratch: usize
): void {
  const d = e.dim;
  for (let i = 0; i < rows; i++) {
    const x = rowState(e, scratch, i);
    const sum = x + f64s(d);
    const total = load<f64>(sum + f64s(d), 8);
    for (let j: usize = 0; j < f64s(d); j += 8, out += 4) {
      const about = c * load<f64>(x + j) + (pull * load<f64>(sum + j)) / total;
      store<f32>(out, <f32>(about + onData * load<f64>(e.centre + j)));
    }
  }
}
