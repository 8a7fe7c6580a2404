import { f32s, f64s, saturated } from "../memory";
import { alike, listen } from "./conditions";
import { read, runTime, TILE_BYTES } from "./network";
import { Network } from "./networkRecord";
import { runTangent } from "./programTangent";
import { Reading, velocityReading } from "./reading";

const GROUP: i32 = 16; // directions of a row that are carried at a time

/** Rows of a tile that carries `k` directions of each; one where a row has more directions than a group. */
function tileRows(n: Network, count: i32, k: i32): i32 {
  return k > GROUP ? 1 : min(count, max(1, TILE_BYTES / n.bytesPerRow / (1 + k)));
}

/** Bytes for `k` directions of each row, or with k = 0 for the exact divergence. */
export function networkTangentScratch(n: Network, count: i32, k: i32): u32 {
  const group = min(k ? k : n.dim, GROUP);
  const rows = k ? tileRows(n, count, k) : tileRows(n, count, group);
  const buffers = <u64>rows * <u64>(1 + group) * <u64>n.bytesPerRow;
  // Of the divergence also the directions, their tangents and a velocity.
  const own = k ? 0 : <u64>f32s(n.dim) * <u64>rows * <u64>(2 * group) + 32;
  return saturated(buffers + own);
}

/** The velocity of every row and its derivative along k > 0 directions of each: (count, k, dim). */
export function networkTangent(
  n: Network,
  t: f64,
  x: usize,
  count: i32,
  directions: usize,
  k: i32,
  out: usize,
  tangents: usize,
  scratch: usize
): void {
  const r = velocityReading(n, t);
  for (let first = 0; first < count;) {
    const rows = alike(n, first, count);
    const row = <usize>first * f32s(n.dim);
    const at = row * <usize>k;
    if (r.guidance != 1) {
      listen(n, first, true);
      tangentPass(n, r, x + row, rows, directions + at, k, out + row, tangents + at, 1, scratch);
    }
    if (r.guidance != 0) {
      listen(n, first, false);
      tangentPass(n, r, x + row, rows, directions + at, k, out + row, tangents + at, r.guidance, scratch);
    }
    first += rows;
  }
}

function tangentPass(
  n: Network,
  r: Reading,
  x: usize,
  count: i32,
  directions: usize,
  k: i32,
  out: usize,
  tangents: usize,
  weight: f64,
  scratch: usize
): void {
  runTime(n, r);
  const most = tileRows(n, count, k);
  const bytes = f32s(n.dim);
  for (let first = 0; first < count; first += most) {
    const rows = min(most, count - first);
    const row = <usize>first * bytes;
    for (let j = 0; j < k; j += GROUP) {
      const group = min(GROUP, k - j);
      const at = row * <usize>k + <usize>j * bytes;
      carry(n, r, x + row, rows, directions + at, group, scratch);
      // The velocity comes with every group of directions.
      if (j + group == k) readVelocity(n, r, x + row, rows, out + row, weight, scratch);
      readTangents(n, r, rows, directions + at, group, tangents + at, weight, scratch);
    }
  }
}

/** The velocity of every row and the trace of its derivative, a group of coordinate directions at a time. */
export function networkDivergence(
  n: Network,
  t: f64,
  x: usize,
  count: i32,
  out: usize,
  traces: usize,
  scratch: usize
): void {
  const r = velocityReading(n, t);
  for (let first = 0; first < count;) {
    const rows = alike(n, first, count);
    const row = <usize>first * f32s(n.dim);
    if (r.guidance != 1) {
      listen(n, first, true);
      divergencePass(n, r, x + row, rows, out + row, traces + f64s(first), 1, scratch);
    }
    if (r.guidance != 0) {
      listen(n, first, false);
      divergencePass(n, r, x + row, rows, out + row, traces + f64s(first), r.guidance, scratch);
    }
    first += rows;
  }
}

function divergencePass(
  n: Network,
  r: Reading,
  x: usize,
  count: i32,
  out: usize,
  traces: usize,
  weight: f64,
  scratch: usize
): void {
  runTime(n, r);
  const most = tileRows(n, count, min(n.dim, GROUP));
  const bytes = f32s(n.dim);
  for (let first = 0; first < count; first += most) {
    const rows = min(most, count - first);
    const row = <usize>first * bytes;
    const trace = traces + f64s(first);
    for (let i = 0; i < rows; i++) {
      const before = weight == 1 ? 0 : (1 - weight) * load<f64>(trace + f64s(i));
      store<f64>(trace + f64s(i), before);
    }
    for (let j = 0; j < n.dim; j += GROUP) {
      const group = min(GROUP, n.dim - j);
      const block = (<usize>(rows * group) * bytes + 15) & ~15;
      const tangents = scratch + block;
      const rest = tangents + block;
      units(scratch, rows, group, j, n.dim);
      carry(n, r, x + row, rows, scratch, group, rest);
      if (j + group == n.dim) readVelocity(n, r, x + row, rows, out + row, weight, rest);
      readTangents(n, r, rows, scratch, group, tangents, 1, rest);
      for (let i = 0; i < rows; i++) {
        let sum = load<f64>(trace + f64s(i));
        for (let c = 0; c < group; c++) {
          sum += weight * <f64>load<f32>(tangents + <usize>(i * group + c) * bytes + f32s(j + c));
        }
        store<f64>(trace + f64s(i), sum);
      }
    }
  }
}

/** The coordinate directions from `first` on, for every row. */
function units(out: usize, rows: i32, group: i32, first: i32, dim: i32): void {
  const bytes = f32s(dim);
  memory.fill(out, 0, <usize>(rows * group) * bytes);
  for (let i = 0; i < rows * group; i++) {
    store<f32>(out + <usize>i * bytes + f32s(first + (i % group)), 1);
  }
}

/** Runs the network on a tile of rows with k directions of each. */
function carry(n: Network, r: Reading, x: usize, rows: i32, directions: usize, k: i32, scratch: usize): void {
  const carried = scratch + <usize>rows * <usize>n.bytesPerRow;
  runTangent(n.stateProgram, n.stateLength, scratch, carried, rows, k, r.time, x, directions);
}

function readVelocity(
  n: Network,
  r: Reading,
  x: usize,
  rows: i32,
  out: usize,
  weight: f64,
  scratch: usize
): void {
  read(n, r, x, rows, scratch + <usize>n.output * <usize>rows, out, weight);
}

function readTangents(
  n: Network,
  r: Reading,
  rows: i32,
  directions: usize,
  k: i32,
  tangents: usize,
  weight: f64,
  scratch: usize
): void {
  const carried = scratch + <usize>rows * <usize>n.bytesPerRow;
  read(n, r, directions, rows * k, carried + <usize>n.output * <usize>(rows * k), tangents, weight);
}
