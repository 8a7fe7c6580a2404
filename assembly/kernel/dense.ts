import { FUSES } from "../math/fused";
import { padded } from "../math/vector";
import { f32s } from "../memory";
import { activateTile } from "./activation";
import { Panels } from "./panels";
import { Row } from "./row";
import { Tile } from "./tile";

const STEP: usize = 32; // bytes of one input in a panel

/**
 * out = activation(x W^T + bias) for x (rows, k), W (n, k) packed by `packDense`, out (rows, n).
 *
 * Writes padded(n) floats of each row of `out`, the pad included: strideOut >= padded(n). `out` must not overlap x.
 *
 * @param strideX floats from row to row of x
 * @param bias byte address of padded(n) floats, 0 = none
 * @param strideOut floats from row to row of out
 */
export function dense(
  x: usize,
  strideX: i32,
  rows: i32,
  k: i32,
  n: i32,
  packed: usize,
  bias: usize,
  activation: i32,
  out: usize,
  strideOut: i32
): void {
  const rowX = f32s(strideX);
  const rowOut = f32s(strideOut);
  const columns = padded(n);
  // What is left of sixes goes by fours, and what is left of those one by one.
  const sixes = FUSES ? rows / 6 : 0;
  if (sixes) rowsBySix(x, rowX, sixes, k, columns, packed, bias, activation, out, rowOut);
  const done = 6 * sixes;
  const fours = (rows - done) >> 2;
  const x4 = x + <usize>done * rowX;
  const out4 = out + <usize>done * rowOut;
  if (fours) rowsByFour(x4, rowX, fours, k, columns, packed, bias, activation, out4, rowOut);
  for (let i = done + (fours << 2); i < rows; i++) {
    const outi = out + <usize>i * rowOut;
    oneRow(x + <usize>i * rowX, k, columns, packed, bias, outi);
    activateTile(outi, 0, 1, columns >> 2, activation);
  }
}

/** Panel by panel: one stays in the first-level cache while all rows pass by it. */
function rowsByFour(
  x: usize,
  rowX: usize,
  fours: i32,
  k: i32,
  columns: i32,
  panel: usize,
  bias: usize,
  activation: i32,
  out: usize,
  rowOut: usize
): void {
  for (let left = columns; left > 0; left -= 8) {
    let xi = x;
    let outi = out;
    for (let i = 0; i < fours; i++) {
      if (left >= 8) {
        Tile.columns8(false, xi, rowX, k, panel, STEP, bias, false, outi, rowOut);
        activateTile(outi, rowOut, 4, 2, activation);
      } else {
        Tile.columns4(xi, rowX, k, panel, STEP, bias, false, outi, rowOut);
        activateTile(outi, rowOut, 4, 1, activation);
      }
      xi += 4 * rowX;
      outi += 4 * rowOut;
    }
    panel += <usize>k * STEP;
    out += 32;
    if (bias) bias += 32;
  }
}

/** The same with six rows to a tile, in the relaxed build. */
function rowsBySix(
  x: usize,
  rowX: usize,
  sixes: i32,
  k: i32,
  columns: i32,
  panel: usize,
  bias: usize,
  activation: i32,
  out: usize,
  rowOut: usize
): void {
  for (let left = columns; left > 0; left -= 8) {
    let xi = x;
    let outi = out;
    for (let i = 0; i < sixes; i++) {
      if (left >= 8) {
        Tile.columns8(true, xi, rowX, k, panel, STEP, bias, false, outi, rowOut);
        activateTile(outi, rowOut, 6, 2, activation);
      } else {
        Tile.columns4(xi, rowX, k, panel, STEP, bias, false, outi, rowOut);
        Row.columns4(xi + 4 * rowX, k, panel, STEP, bias, false, outi + 4 * rowOut);
        Row.columns4(xi + 5 * rowX, k, panel, STEP, bias, false, outi + 5 * rowOut);
        activateTile(outi, rowOut, 6, 1, activation);
      }
      xi += 6 * rowX;
      outi += 6 * rowOut;
    }
    panel += <usize>k * STEP;
    out += 32;
    if (bias) bias += 32;
  }
}

/** Four panels at a time, then half panels. */
function oneRow(x: usize, k: i32, columns: i32, panel: usize, bias: usize, out: usize): void {
  const gap = <usize>k * STEP;
  let left = columns;
  for (; left >= 32; left -= 32) {
    Panels.row32(x, k, panel, gap, bias, out);
    panel += 4 * gap;
    out += 128;
    if (bias) bias += 128;
  }
  for (; left > 0; left -= 8) {
    Row.columns4(x, k, panel, STEP, bias, false, out);
    if (left > 4) Row.columns4(x, k, panel + 16, STEP, bias ? bias + 16 : 0, false, out + 16);
    panel += gap;
    out += 32;
    if (bias) bias += 32;
  }
}
