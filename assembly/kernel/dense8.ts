import { quads } from "../math/integers";
import { padded } from "../math/vector";
import { f32s } from "../memory";
import { activateTile } from "./activation";
import { dense } from "./dense";
import { columns8, unpack8 } from "./pack8";
import { Tile8 } from "./tile8";

/**
 * out = activation(x W^T + bias) for x (rows, k) of `quantize`, W (n, k) of `pack8`, out (rows, n).
 *
 * @param bias byte address of padded(n) floats, 0 = none
 * @param out padded(n) floats a row, the pad included
 */
export function dense8(
  x: usize,
  rows: i32,
  k: i32,
  n: i32,
  packed: usize,
  columns: usize,
  bias: usize,
  activation: i32,
  out: usize
): void {
  const width = padded(n);
  const row = f32s(width);
  // Panel by panel: one stays in the first-level cache while all rows pass by it.
  for (let left = width; left > 0; left -= 8) {
    if (left > 4) panel(true, x, rows, k, packed, columns, f32s(columns8(n)), bias, activation, out, row);
    else panel(false, x, rows, k, packed, columns, f32s(columns8(n)), bias, activation, out, row);
    packed += 8 * quads(k);
    columns += 32;
    out += 32;
    if (bias) bias += 32;
  }
}

function panel(
  wide: bool,
  x: usize,
  rows: i32,
  k: i32,
  packed: usize,
  units: usize,
  total: usize,
  bias: usize,
  activation: i32,
  out: usize,
  row: usize
): void {
  const bytes = quads(k);
  const vectors = wide ? 2 : 1;
  for (; rows >= 4; rows -= 4) {
    const spans = x + 4 * bytes;
    Tile8.columns8(false, true, wide, x, bytes, packed, spans, 16, units, total, bias, out, row);
    activateTile(out, row, 4, vectors, activation);
    x = spans + 32;
    out += 4 * row;
  }
  for (; rows > 0; rows--) {
    const spans = x + bytes;
    Tile8.columns8(false, false, wide, x, bytes, packed, spans, 4, units, total, bias, out, row);
    activateTile(out, 0, 1, vectors, activation);
    x = spans + 8;
    out += row;
  }
}

/**
 * out = x W^T for x (rows, k) of f32, padded(k) floats apart, and the weights as f32 again: what tangents go through.
 *
 * @param scratch for one panel of `dense`
 */
export function denseUnpacked(
  x: usize,
  rows: i32,
  k: i32,
  n: i32,
  packed: usize,
  columns: usize,
  scratch: usize,
  out: usize
): void {
  const row = padded(n);
  for (let from = 0; from < n; from += 8) {
    const count = min(8, n - from);
    unpack8(packed, columns, n, k, false, from, count, true, scratch);
    dense(x, padded(k), rows, k, count, scratch, 0, 0, out + f32s(from), row);
  }
}
