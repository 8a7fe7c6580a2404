import { FUSES } from "../math/fused";
import { padded } from "../math/vector";
import { f32s } from "../memory";
import { alike, listen } from "./conditions";
import { Network } from "./networkRecord";
import { run } from "./program";
import { driftReading, estimateReading, Reading, velocityReading } from "./reading";
import { scaleStates } from "./states";

export const TILE_BYTES: i32 = 131072; // beside one layer's weights, half of a small second-level cache

/** Rows of a tile: as many whole register tiles as fit in TILE_BYTES, at least one row. */
function tileRows(n: Network, count: i32): i32 {
  const fitting = TILE_BYTES / n.bytesPerRow;
  const height = FUSES ? 6 : 4;
  return min(count, fitting < height ? max(fitting, 1) : fitting - (fitting % height));
}

export function networkScratch(n: Network, count: i32): u32 {
  return tileRows(n, count) * n.bytesPerRow;
}

/** The velocity of every row. */
export function networkVelocity(n: Network, t: f64, x: usize, count: i32, out: usize, scratch: usize): void {
  predict(n, velocityReading(n, t), x, count, out, scratch);
}

/** Any other estimate of every row. */
export function networkEstimate(
  n: Network,
  t: f64,
  onNoise: f64,
  onData: f64,
  x: usize,
  count: i32,
  out: usize,
  scratch: usize
): void {
  predict(n, estimateReading(n, t, onNoise, onData), x, count, out, scratch);
}

/** v + epsilon s of every row, with the score s. */
export function networkDrift(
  n: Network,
  t: f64,
  epsilon: f64,
  x: usize,
  count: i32,
  out: usize,
  scratch: usize
): void {
  predict(n, driftReading(n, t, epsilon, -1, 0), x, count, out, scratch);
}

/** Rows that are told the same go together: once, or, guided, without what they are told and with it. */
function predict(n: Network, r: Reading, x: usize, count: i32, out: usize, scratch: usize): void {
  for (let first = 0; first < count;) {
    const rows = alike(n, first, count);
    const from = <usize>first * f32s(n.dim);
    if (r.guidance != 1) {
      listen(n, first, true);
      pass(n, r, x + from, rows, out + from, 1, scratch);
    }
    if (r.guidance != 0) {
      listen(n, first, false);
      pass(n, r, x + from, rows, out + from, r.guidance, scratch);
    }
    first += rows;
  }
}

/** One evaluation of the network for every row; `weight` as of `read`. */
function pass(n: Network, r: Reading, x: usize, count: i32, out: usize, weight: f64, scratch: usize): void {
  runTime(n, r);
  const most = tileRows(n, count);
  const bytes = f32s(n.dim);
  for (let first = 0; first < count; first += most) {
    const rows = min(most, count - first);
    const from = x + <usize>first * bytes;
    run(n.stateProgram, n.stateLength, scratch, rows, r.time, from);
    read(n, r, from, rows, scratch + <usize>n.output * <usize>rows, out + <usize>first * bytes, weight);
  }
}

/** What depends on the time and on what is told alone: the time's own program, and the unit of the states that the other one reads. */
export function runTime(n: Network, r: Reading): void {
  run(n.timeProgram, n.timeLength, 0, 1, r.time, 0);
  scaleStates(<f32>(1.0 / r.scale));
}

/**
 * Padded rows of the network's output N, or of its tangents, to dense rows of y = p x + q N; with another weight w than 1 to
 * out + w (y - out).
 */
export function read(
  n: Network,
  r: Reading,
  x: usize,
  rows: i32,
  output: usize,
  out: usize,
  weight: f64
): void {
  const bytes = f32s(n.dim);
  const row = f32s(padded(n.dim));
  const whole = bytes & ~15;
  const p = <f32>r.p;
  const q = <f32>r.q;
  for (let i = 0; i < rows; i++, x += bytes, output += row, out += bytes) {
    if (weight != 1) {
      blend(p, q, x, output, bytes, out, <f32>weight);
      continue;
    }
    if (p == 0 && q == 1) {
      memory.copy(out, output, bytes);
      continue;
    }
    let j: usize = 0;
    for (; j < whole; j += 16) {
      const pull = f32x4.mul(f32x4.splat(p), v128.load(x + j));
      v128.store(out + j, f32x4.add(pull, f32x4.mul(f32x4.splat(q), v128.load(output + j))));
    }
    for (; j < bytes; j += 4) store<f32>(out + j, p * load<f32>(x + j) + q * load<f32>(output + j));
  }
}

/** out += w (p x + q N - out) for one row. */
function blend(p: f32, q: f32, x: usize, output: usize, bytes: usize, out: usize, w: f32): void {
  for (let j: usize = 0; j < bytes; j += 4) {
    const before = load<f32>(out + j);
    const y = p * load<f32>(x + j) + q * load<f32>(output + j);
    store<f32>(out + j, before + w * (y - before));
  }
}
