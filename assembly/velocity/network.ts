import { padded } from "../math/vector";
import { alloc, f32s } from "../memory";
import { Coefficients } from "../schedule/record";
import { scheduleAt } from "../schedule/schedule";
import { run } from "./program";
import { NETWORK, Velocity } from "./record";

/** A network as two programs: one for what depends on the time alone, one for the rows. */
@unmanaged
export class Network extends Velocity {
  timeProgram: usize;
  timeLength: i32;
  stateProgram: usize;
  stateLength: i32;
  bytesPerRow: i32;
  output: i32;
  prediction: i32;
  until: f64;
}

const DENOISER: i32 = 1;
export const TILE_BYTES: i32 = 131072; // beside one layer's weights, half of a small second-level cache

const coefficients = memory.data(32, 16);

/** A record over programs that stay where they are; 0 where memory cannot grow. */
export function newNetwork(
  schedule: usize,
  dim: i32,
  timeProgram: usize,
  timeLength: i32,
  stateProgram: usize,
  stateLength: i32,
  bytesPerRow: i32,
  output: i32,
  prediction: i32,
  until: f64
): usize {
  const address = alloc(offsetof<Network>());
  if (!address) return 0;
  const network = changetype<Network>(address);
  network.kind = NETWORK;
  network.schedule = schedule;
  network.dim = dim;
  network.timeProgram = timeProgram;
  network.timeLength = timeLength;
  network.stateProgram = stateProgram;
  network.stateLength = stateLength;
  network.bytesPerRow = bytesPerRow;
  network.output = output;
  network.prediction = prediction;
  network.until = until;
  return address;
}

/** Rows of a tile: as many whole register tiles as fit in TILE_BYTES, at least one row. */
function tileRows(n: Network, count: i32): i32 {
  const fitting = TILE_BYTES / n.bytesPerRow;
  const height = ASC_FEATURE_RELAXED_SIMD ? 6 : 4;
  return min(count, fitting < height ? max(fitting, 1) : fitting - (fitting % height));
}

export function networkScratch(n: Network, count: i32): u32 {
  return tileRows(n, count) * n.bytesPerRow;
}

/** What a network's output N becomes: p x + q N. */
@unmanaged
export class Reading {
  p: f32;
  q: f32;
}

const reading = memory.data(8, 16);

/** The coefficients of the time that a denoiser is divided at: min(t, until), in static memory. */
export function heldAt(n: Network, t: f64): Coefficients {
  scheduleAt(n.schedule, n.prediction == DENOISER ? min(t, n.until) : t, coefficients);
  return changetype<Coefficients>(coefficients);
}

/**
 * How a network says its velocity: it is the output N itself, or, where the output is a denoiser E[X_1 | X_t = x],
 *
 *     v(t, x) = p x + q N(t, x),   p = a'/a, q = b' - b a'/a, both at min(t, until).
 */
export function velocityReading(n: Network, t: f64): Reading {
  const r = changetype<Reading>(reading);
  r.p = 0;
  r.q = 1;
  if (n.prediction == DENOISER) {
    const at = heldAt(n, t);
    const slope = at.aDa / (at.a * at.a);
    r.p = <f32>slope;
    r.q = <f32>(at.db - slope * at.b);
  }
  return r;
}

/**
 * How a network says (onNoise / a) E[Z | X_t = x] + onData E[X_1 | X_t = x]. Of a denoiser E[X_1] is the output, and
 * E[Z] / a = (x - b N) / a^2, at min(t, until) where the division would enlarge the output's error. Of a velocity both
 * solve a a' E[Z] / a + b' E[X_1] = N and a^2 E[Z] / a + b E[X_1] = x; at a = a a' = 0 the data are x itself.
 */
function estimateReading(n: Network, t: f64, onNoise: f64, onData: f64): Reading {
  const r = changetype<Reading>(reading);
  scheduleAt(n.schedule, t, coefficients);
  let at = changetype<Coefficients>(coefficients);
  if (n.prediction == DENOISER) {
    if (t > n.until && !(abs(onNoise) <= at.a * at.a)) at = heldAt(n, t);
    const slope = onNoise == 0 ? 0 : onNoise / (at.a * at.a);
    r.p = <f32>slope;
    r.q = <f32>(onData - slope * at.b);
    return r;
  }
  const square = at.a * at.a;
  const determinant = square * at.db - at.aDa * at.b;
  const solvable = determinant > 0;
  r.p = solvable ? <f32>((onNoise * at.db - onData * at.aDa) / determinant) : <f32>onData;
  r.q = solvable ? <f32>((square * onData - onNoise * at.b) / determinant) : 0;
  return r;
}

/** The velocity of every row. */
export function networkVelocity(n: Network, t: f64, x: usize, count: i32, out: usize, scratch: usize): void {
  predict(n, t, velocityReading(n, t), x, count, out, scratch);
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
  predict(n, t, estimateReading(n, t, onNoise, onData), x, count, out, scratch);
}

function predict(n: Network, t: f64, r: Reading, x: usize, count: i32, out: usize, scratch: usize): void {
  runTime(n, t);
  const most = tileRows(n, count);
  const bytes = f32s(n.dim);
  for (let first = 0; first < count; first += most) {
    const rows = min(most, count - first);
    const from = x + <usize>first * bytes;
    run(n.stateProgram, n.stateLength, scratch, rows, t, from);
    read(n, r, from, rows, scratch + <usize>n.output * <usize>rows, out + <usize>first * bytes);
  }
}

/** What depends on the time alone. */
export function runTime(n: Network, t: f64): void {
  run(n.timeProgram, n.timeLength, 0, 1, t, 0);
}

/** Padded rows of the network's output N, or of its tangents, to dense rows of p x + q N. */
export function read(n: Network, r: Reading, x: usize, rows: i32, output: usize, out: usize): void {
  const bytes = f32s(n.dim);
  const row = f32s(padded(n.dim));
  const whole = bytes & ~15;
  const p = r.p;
  const q = r.q;
  for (let i = 0; i < rows; i++, x += bytes, output += row, out += bytes) {
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
