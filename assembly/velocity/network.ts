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
const TILE_BYTES: i32 = 131072; // beside one layer's weights, half of a small second-level cache

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
  return min(count, fitting < 4 ? max(fitting, 1) : fitting & ~3);
}

export function networkScratch(n: Network, count: i32): u32 {
  return tileRows(n, count) * n.bytesPerRow;
}

/**
 * The velocity that a network predicts: its output N, or, where the output is a denoiser E[X_1 | X_t = x],
 *
 *     v(t, x) = p x + q N(t, x),   p = a'/a, q = b' - b a'/a, both at min(t, until).
 */
export function networkVelocity(n: Network, t: f64, x: usize, count: i32, out: usize, scratch: usize): void {
  run(n.timeProgram, n.timeLength, 0, 1, t, 0);
  let p: f32 = 0;
  let q: f32 = 1;
  if (n.prediction == DENOISER) {
    scheduleAt(n.schedule, min(t, n.until), coefficients);
    const at = changetype<Coefficients>(coefficients);
    const slope = at.aDa / (at.a * at.a);
    p = <f32>slope;
    q = <f32>(at.db - slope * at.b);
  }
  const most = tileRows(n, count);
  const bytes = f32s(n.dim);
  for (let first = 0; first < count; first += most) {
    const rows = min(most, count - first);
    const from = x + <usize>first * bytes;
    run(n.stateProgram, n.stateLength, scratch, rows, t, from);
    const output = scratch + <usize>n.output * <usize>rows;
    write(n, p, q, from, rows, output, out + <usize>first * bytes);
  }
}

/** Padded rows of the network's output to dense rows of velocities. */
function write(n: Network, p: f32, q: f32, x: usize, rows: i32, output: usize, out: usize): void {
  const bytes = f32s(n.dim);
  const row = f32s(padded(n.dim));
  const whole = bytes & ~15;
  const denoiser = n.prediction == DENOISER;
  for (let i = 0; i < rows; i++, x += bytes, output += row, out += bytes) {
    if (!denoiser) {
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
