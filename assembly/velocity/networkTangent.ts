import { f32s, f64s, saturated } from "../memory";
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
  runTime(n, r);
  const most = tileRows(n, count, k);
  const bytes = f32s(n.dim);
  for (let first = 0; first < count; first += most) {
    const rows = min(most, count - first);
    for (let j = 0; j < k; j += GROUP) {
      const group = min(GROUP, k - j);
      const row = <usize>first * bytes;
      const at = row * <usize>k + <usize>j * bytes;
      tile(n, r, x + row, rows, directions + at, group, out + row, tangents + at, scratch);
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
  runTime(n, r);
  const most = tileRows(n, count, min(n.dim, GROUP));
  const bytes = f32s(n.dim);
  for (let first = 0; first < count; first += most) {
    const rows = min(most, count - first);
    const row = <usize>first * bytes;
    const trace = traces + f64s(first);
    memory.fill(trace, 0, f64s(rows));
    for (let j = 0; j < n.dim; j += GROUP) {
      const group = min(GROUP, n.dim - j);
      const block = (<usize>(rows * group) * bytes + 15) & ~15;
      const tangents = scratch + block;
      units(scratch, rows, group, j, n.dim);
      tile(n, r, x + row, rows, scratch, group, out + row, tangents, tangents + block);
      for (let i = 0; i < rows; i++) {
        let sum = load<f64>(trace + f64s(i));
        for (let c = 0; c < group; c++) {
          sum += <f64>load<f32>(tangents + <usize>(i * group + c) * bytes + f32s(j + c));
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

function tile(
  n: Network,
  r: Reading,
  x: usize,
  rows: i32,
  directions: usize,
  k: i32,
  out: usize,
  tangents: usize,
  scratch: usize
): void {
  const carried = scratch + <usize>rows * <usize>n.bytesPerRow;
  runTangent(n.stateProgram, n.stateLength, scratch, carried, rows, k, r.time, x, directions);
  read(n, r, x, rows, scratch + <usize>n.output * <usize>rows, out);
  read(n, r, directions, rows * k, carried + <usize>n.output * <usize>(rows * k), tangents);
}
