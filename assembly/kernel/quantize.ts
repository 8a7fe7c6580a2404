import { BYTES, INTEGER, Integers, quads } from "../math/integers";
import { padded, Vector } from "../math/vector";
import { f32s } from "../memory";

// Activations in 7 bits: x is about low + step q with q in 0..127, where low is the least number of its row and step a 127th
// of the row's span. A row is a token for `dense8`, and a channel, down the tokens, for `mix8`.
//
// Rows, the left operand of `dense8`: in groups of four (the last in groups of one), the inputs in quads. With 8-bit products:
//
//   ┌───────────────────────────┬──────────┬───┬────────────────────────────────────────┐
//   │ row 0 │ row 1 │ … │ row 3 │ row 0  … │ … │ step 0 │ … │ step 3 │ low 0 │ … │ low 3 │
//   └ inputs 0..3 of each       ┴ 4..7     ┴   ┴ f32                                    ┘
//
// Without them numbers take two bytes, and the four rows have their inputs 0..1, then 2..3.
//
// Channels, the right operand of `mix8`: the same in panels of eight, with the tokens as inputs and no groups of one.

const FOUR: usize = 16; // bytes of four f32
const MAGIC: f32 = 12582912.0; // 1.5 * 2^23: what is added to it is rounded to an integer, in the low bits
const SEVENTH: f32 = 1.0 / 127.0;

class SevenBits {
  /** (x - low) / step, rounded to 0..127; of what is no number any of them. */
  // @ts-ignore: decorator
  @inline
  static of(x: v128, low: v128, inverse: v128): v128 {
    const scaled = f32x4.mul(f32x4.sub(x, low), inverse);
    return v128.and(f32x4.add(scaled, f32x4.splat(MAGIC)), i32x4.splat(127));
  }
}

/** Bytes of `rows` quantized rows of k inputs. */
export function quantizedBytes(rows: i32, k: i32): i32 {
  return rows * <i32>(quads(k) + 8);
}

/** Bytes of the quantized channels of one row (tokens, width) of a batch. */
export function quantizedChannelBytes(tokens: i32, width: i32): i32 {
  return ((width + 7) >> 3) * (8 * <i32>quads(tokens) + 64);
}

/** (rows, k) in 7 bits each row; rows of x lie padded(k) floats apart. A row that holds a NaN or an infinity has a step of NaN. */
export function quantize(x: usize, rows: i32, k: i32, out: usize): void {
  const row = f32s(padded(k));
  const group = quads(k) + 8;
  for (; rows >= 4; rows -= 4, x += 4 * row, out += 4 * group) fourRows(x, row, k, out);
  for (; rows > 0; rows--, x += row, out += group) oneRow(x, k, out);
}

function fourRows(x: usize, row: usize, k: i32, out: usize): void {
  const steps = out + 4 * quads(k);
  const x1 = x + row;
  const x2 = x1 + row;
  const x3 = x2 + row;
  const inverse = f32x4.splat(span(x, k, steps, FOUR));
  const inverse1 = f32x4.splat(span(x1, k, steps + 4, FOUR));
  const inverse2 = f32x4.splat(span(x2, k, steps + 8, FOUR));
  const inverse3 = f32x4.splat(span(x3, k, steps + 12, FOUR));
  const low = v128.load32_splat(steps, 16);
  const low1 = v128.load32_splat(steps, 20);
  const low2 = v128.load32_splat(steps, 24);
  const low3 = v128.load32_splat(steps, 28);
  for (let at: usize = 0; at < f32s(k); at += FOUR, out += FOUR * INTEGER) {
    const a = SevenBits.of(v128.load(x + at), low, inverse);
    const b = SevenBits.of(v128.load(x1 + at), low1, inverse1);
    const c = SevenBits.of(v128.load(x2 + at), low2, inverse2);
    Integers.storeQuads(out, a, b, c, SevenBits.of(v128.load(x3 + at), low3, inverse3));
  }
}

function oneRow(x: usize, k: i32, out: usize): void {
  const step = out + quads(k);
  const inverse = f32x4.splat(span(x, k, step, 4));
  const low = v128.load32_splat(step, 4);
  for (let at: usize = 0; at < f32s(k); at += FOUR, out += 4 * INTEGER) {
    const a = SevenBits.of(v128.load(x + at), low, inverse);
    const pairs = i16x8.narrow_i32x4_s(a, a);
    if (BYTES) store<f32>(out, f32x4.extract_lane(i8x16.narrow_i16x8_s(pairs, pairs), 0));
    else store<i64>(out, i64x2.extract_lane(pairs, 0));
  }
}

/** Stores the step of a row and, `gap` bytes on, its least number; returns how many steps there are to 1. */
function span(x: usize, k: i32, step: usize, gap: usize): f32 {
  const whole = f32s(k & ~3);
  // The lanes past the end repeat the first number.
  const rest = v128.bitselect(v128.load(x + whole), v128.load32_splat(x), Vector.firstLanes(k & 3));
  let low = rest;
  let high = rest;
  let sum = rest;
  for (const end = x + whole; x < end; x += FOUR) {
    const v = v128.load(x);
    low = f32x4.pmin(low, v);
    high = f32x4.pmax(high, v);
    sum = f32x4.add(sum, v);
  }
  const bottom = min4(low);
  const width = -min4(f32x4.neg(high)) - bottom;
  // No comparison finds a NaN, and a sum does.
  store<f32>(step, width * SEVENTH + Vector.sum(sum) * 0);
  store<f32>(step + gap, bottom);
  return width > 0 ? <f32>127.0 / width : 0;
}

/** The least of four lanes. */
function min4(x: v128): f32 {
  const pairs = f32x4.pmin(x, i8x16.shuffle(x, x, 8, 9, 10, 11, 12, 13, 14, 15, 0, 1, 2, 3, 4, 5, 6, 7));
  const a = f32x4.extract_lane(pairs, 0);
  const b = f32x4.extract_lane(pairs, 1);
  return b < a ? b : a;
}

/** x (rows, tokens, width) in 7 bits each channel; tokens of x lie padded(width) floats apart. */
export function quantizeChannels(x: usize, rows: i32, tokens: i32, width: i32, out: usize): void {
  const token = f32s(padded(width));
  const panel: usize = 8 * quads(tokens) + 64;
  for (let i = 0; i < rows; i++, x += <usize>tokens * token) {
    for (let at: usize = 0; at < token; at += 2 * FOUR, out += panel) {
      fourChannels(x + at, tokens, token, out, 0);
      if (at + FOUR < token) fourChannels(x + at + FOUR, tokens, token, out, FOUR);
    }
  }
}

/** One half of a panel. */
function fourChannels(x: usize, tokens: i32, token: usize, panel: usize, half: usize): void {
  let low = v128.load(x);
  let high = low;
  let sum = low;
  const end = x + <usize>tokens * token;
  for (let at = x + token; at < end; at += token) {
    const v = v128.load(at);
    low = f32x4.pmin(low, v);
    high = f32x4.pmax(high, v);
    sum = f32x4.add(sum, v);
  }
  const zero = f32x4.splat(0);
  const width = f32x4.sub(high, low);
  const steps = panel + 8 * quads(tokens) + half;
  v128.store(steps, f32x4.add(f32x4.mul(width, f32x4.splat(SEVENTH)), f32x4.mul(sum, zero)));
  v128.store(steps, low, 32);
  const inverse = v128.and(f32x4.div(f32x4.splat(127.0), width), f32x4.gt(width, zero));
  let out = panel + half;
  for (; x < end; x += 4 * token, out += 32 * INTEGER) {
    // Past the last token stand zeros, as in the weights.
    const a = SevenBits.of(v128.load(x), low, inverse);
    const b = x + token < end ? SevenBits.of(v128.load(x + token), low, inverse) : zero;
    const c = x + 2 * token < end ? SevenBits.of(v128.load(x + 2 * token), low, inverse) : zero;
    const d = x + 3 * token < end ? SevenBits.of(v128.load(x + 3 * token), low, inverse) : zero;
    Integers.storeLanes(out, a, b, c, d);
  }
}
