import { padded } from "../math/vector";
import { activateTile } from "./activation";
import { Row } from "./row";
import { Tile } from "./tile";

/**
 * out = activation(W x + bias 1^T) for every row: the dense map along the tokens, for each channel alone.
 *
 * x (rows, tokensIn, width), W (tokensOut, tokensIn) row-major, bias (tokensOut) or 0, out (rows, tokensOut, width);
 * tokens lie padded(width) floats apart. `out` must not overlap x.
 */
export function mix(
  x: usize,
  rows: i32,
  tokensIn: i32,
  tokensOut: i32,
  width: i32,
  weight: usize,
  bias: usize,
  activation: i32,
  out: usize
): void {
  const columns = padded(width);
  const step = (<usize>columns) << 2;
  for (let i = 0; i < rows; i++) {
    for (let token = 0; token < tokensOut;) {
      const count = tokensOut - token >= 4 ? 4 : 1;
      const w = weight + ((<usize>(token * tokensIn)) << 2);
      const biasHere = bias ? bias + ((<usize>token) << 2) : 0;
      if (count == 4) quad(w, tokensIn, x, step, columns, biasHere, activation, out);
      else single(w, tokensIn, x, step, columns, biasHere, activation, out);
      token += count;
      out += <usize>count * step;
    }
    x += <usize>tokensIn * step;
  }
}

/** Four tokens of the output. */
function quad(
  w: usize,
  k: i32,
  x: usize,
  step: usize,
  columns: i32,
  bias: usize,
  activation: i32,
  out: usize
): void {
  const rowW = (<usize>k) << 2;
  const start = out;
  let column = 0;
  for (; column + 8 <= columns; column += 8, x += 32, out += 32) {
    Tile.rows4columns8(w, rowW, k, x, step, bias, true, out, step);
  }
  if (column < columns) Tile.rows4columns4(w, rowW, k, x, step, bias, true, out, step);
  activateTile(start, step, 4, columns >> 2, activation);
}

/** One token of the output. */
function single(
  w: usize,
  k: i32,
  x: usize,
  step: usize,
  columns: i32,
  bias: usize,
  activation: i32,
  out: usize
): void {
  const start = out;
  let column = 0;
  for (; column + 32 <= columns; column += 32, x += 128, out += 128) {
    Row.columns32(w, k, x, step, 32, bias, true, out);
  }
  for (; column < columns; column += 4, x += 16, out += 16) {
    Row.columns4(w, k, x, step, bias, true, out);
  }
  activateTile(start, 0, 1, columns >> 2, activation);
}
