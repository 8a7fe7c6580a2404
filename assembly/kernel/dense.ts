import { padded } from "../math/vector";
import { activateTile } from "./activation";
import { Row } from "./row";
import { Tile } from "./tile";

const STEP: usize = 32; // bytes of one input in a panel

function tile4x8(x: usize, rowX: usize, k: i32, panel: usize, bias: usize, out: usize, rowOut: usize): void {
  Tile.rows4columns8(x, rowX, k, panel, STEP, bias, false, out, rowOut);
}

function tile4x4(x: usize, rowX: usize, k: i32, panel: usize, bias: usize, out: usize, rowOut: usize): void {
  Tile.rows4columns4(x, rowX, k, panel, STEP, bias, false, out, rowOut);
}

function tile1x32(x: usize, k: i32, panel: usize, bias: usize, out: usize): void {
  Row.columns32(x, k, panel, STEP, (<usize>k) << 5, bias, false, out);
}

function tile1x4(x: usize, k: i32, panel: usize, bias: usize, out: usize): void {
  Row.columns4(x, k, panel, STEP, bias, false, out);
}

/**
 * out = activation(x W^T + bias) for x (rows, k), W (n, k) packed by `packDense`, out (rows, n).
 *
 * Writes padded(n) floats of each row of `out`, the pad included: strideOut >= padded(n). `out` must not overlap x.
 * A panel stays in the first-level cache while all rows pass by it.
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
  const rowX = (<usize>strideX) << 2;
  const rowOut = (<usize>strideOut) << 2;
  const panelBytes = (<usize>k) << 5;
  const columns = padded(n);
  const quads = rows & ~3;
  for (let column = 0; column < columns;) {
    // Single rows take four panels at a time where there are four.
    const width = min(columns - column, 32);
    let xi = x;
    let outi = out + ((<usize>column) << 2);
    const biasHere = bias ? bias + ((<usize>column) << 2) : 0;
    for (let c = 0; c < width; c += 8) {
      const panel = packed + <usize>(c >> 3) * panelBytes;
      const offset = (<usize>c) << 2;
      const biasPanel = biasHere ? biasHere + offset : 0;
      const wide = width - c >= 8;
      xi = x;
      outi = out + ((<usize>(column + c)) << 2);
      for (let i = 0; i < quads; i += 4) {
        if (wide) tile4x8(xi, rowX, k, panel, biasPanel, outi, rowOut);
        else tile4x4(xi, rowX, k, panel, biasPanel, outi, rowOut);
        activateTile(outi, rowOut, 4, wide ? 2 : 1, activation);
        xi += 4 * rowX;
        outi += 4 * rowOut;
      }
    }
    xi = x + <usize>quads * rowX;
    outi = out + <usize>quads * rowOut + ((<usize>column) << 2);
    for (let i = quads; i < rows; i++) {
      if (width == 32) tile1x32(xi, k, packed, biasHere, outi);
      else {
        for (let c = 0; c < width; c += 4) {
          const half = packed + <usize>(c >> 3) * panelBytes + ((<usize>(c & 4)) << 2);
          const offset = (<usize>c) << 2;
          tile1x4(xi, k, half, biasHere ? biasHere + offset : 0, outi + offset);
        }
      }
      activateTile(outi, 0, 1, width >> 2, activation);
      xi += rowX;
      outi += rowOut;
    }
    column += width;
    packed += 4 * panelBytes;
  }
}
