import { quads } from "../math/integers";
import { padded } from "../math/vector";
import { f32s } from "../memory";
import { activateTile } from "./activation";
import { mix } from "./mix";
import { columns8, unpack8 } from "./pack8";
import { Tile8 } from "./tile8";

/**
 * out = activation(W x + bias 1^T) for every row: the dense map along the tokens, for each channel alone.
 *
 * x (rows, tokensIn, width) of `quantizeChannels`, W (tokensOut, tokensIn) of `pack8`, as its left operand, bias (tokensOut)
 * or 0, out (rows, tokensOut, width); tokens lie padded(width) floats apart.
 */
export function mix8(
  x: usize,
  rows: i32,
  tokensIn: i32,
  tokensOut: i32,
  width: i32,
  packed: usize,
  columns: usize,
  bias: usize,
  activation: i32,
  out: usize
): void {
  const bytes = quads(tokensIn);
  const total = f32s(columns8(tokensOut));
  const lanes = padded(width);
  const token = f32s(lanes);
  for (let i = 0; i < rows; i++, out += <usize>tokensOut * token) {
    for (let from = 0; from < lanes; from += 8, x += 8 * bytes + 64) {
      const to = out + f32s(from);
      if (lanes - from > 4)
        tokens(true, x, bytes, tokensOut, packed, columns, total, bias, activation, to, token);
      else tokens(false, x, bytes, tokensOut, packed, columns, total, bias, activation, to, token);
    }
  }
}

/** All tokens of the output, of one panel of channels. */
function tokens(
  wide: bool,
  x: usize,
  bytes: usize,
  left: i32,
  packed: usize,
  units: usize,
  total: usize,
  bias: usize,
  activation: i32,
  out: usize,
  token: usize
): void {
  const spans = x + 8 * bytes;
  const vectors = wide ? 2 : 1;
  for (; left >= 4; left -= 4) {
    Tile8.columns8(true, true, wide, packed, bytes, x, spans, 32, units, total, bias, out, token);
    activateTile(out, token, 4, vectors, activation);
    packed += 4 * bytes;
    units += 16;
    if (bias) bias += 16;
    out += 4 * token;
  }
  for (; left > 0; left--) {
    Tile8.columns8(true, false, wide, packed, bytes, x, spans, 32, units, total, bias, out, token);
    activateTile(out, 0, 1, vectors, activation);
    packed += bytes;
    units += 4;
    if (bias) bias += 4;
    out += token;
  }
}

/** The same of f32, with the weights as f32 again: what tangents go through. `scratch` for tokensOut x tokensIn floats. */
export function mixUnpacked(
  x: usize,
  rows: i32,
  tokensIn: i32,
  tokensOut: i32,
  width: i32,
  packed: usize,
  columns: usize,
  scratch: usize,
  out: usize
): void {
  unpack8(packed, columns, tokensOut, tokensIn, true, 0, tokensOut, false, scratch);
  mix(x, rows, tokensIn, tokensOut, width, scratch, 0, 0, out);
}
