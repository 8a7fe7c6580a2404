import { padded } from "../math/vector";
import { f32s } from "../memory";
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
  const token = f32s(columns);
  for (let i = 0; i < rows; i++) {
    let w = weight;
    let start = bias;
    let left = tokensOut;
    for (; left >= 4; left -= 4) {
      fourTokens(w, tokensIn, x, columns, start, out);
      activateTile(out, token, 4, columns >> 2, activation);
      w += f32s(4 * tokensIn);
      out += 4 * token;
      if (bias) start += 16;
    }
    for (; left > 0; left--) {
      oneToken(w, tokensIn, x, columns, start, out);
      activateTile(out, 0, 1, columns >> 2, activation);
      w += f32s(tokensIn);
      out += token;
      if (bias) start += 4;
    }
    x += <usize>tokensIn * token;
  }
}

/** Four tokens of the output. */
function fourTokens(w: usize, k: i32, x: usize, columns: i32, bias: usize, out: usize): void {
  const row = f32s(k);
  const step = f32s(columns);
  let left = columns;
  for (; left >= 8; left -= 8, x += 32, out += 32)
    Tile.columns8(false, w, row, k, x, step, bias, true, out, step);
  if (left) Tile.columns4(w, row, k, x, step, bias, true, out, step);
}

/** One token of the output. */
function oneToken(w: usize, k: i32, x: usize, columns: i32, bias: usize, out: usize): void {
  const step = f32s(columns);
  let left = columns;
  for (; left >= 32; left -= 32, x += 128, out += 128) Row.columns32(w, k, x, step, 32, bias, true, out);
  for (; left > 0; left -= 4, x += 16, out += 16) Row.columns4(w, k, x, step, bias, true, out);
}
