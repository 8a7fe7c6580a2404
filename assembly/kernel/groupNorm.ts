import { f32s } from "../memory";
import { padded } from "../math/vector";

// Sums go down the tokens, four channels at a time, and then over the channels of each group: any width of a group will do.
// Everything that a row needs is a number for each channel; `scratch` holds four such rows of padded(width) floats.

const PLAIN: i32 = 0;
const SQUARE: i32 = 1;
const PRODUCT: i32 = 2;

class Sums {
  /** Sums over the tokens: of y, of (x - mean)^2 or of (x - mean) y. Every other token has an accumulator of its own. */
  // @ts-ignore: decorator
  @inline
  static columns(kind: i32, x: usize, y: usize, means: usize, tokens: i32, token: usize, sums: usize): void {
    for (let at: usize = 0; at < token; at += 16) {
      const mean = v128.load(means + at);
      let even = f32x4.splat(0);
      let odd = f32x4.splat(0);
      let p = x + at;
      let q = y + at;
      for (const end = p + <usize>(tokens & ~1) * token; p < end; p += 2 * token, q += 2 * token) {
        even = f32x4.add(even, Sums.term(kind, p, q, mean));
        odd = f32x4.add(odd, Sums.term(kind, p + token, q + token, mean));
      }
      if (tokens & 1) even = f32x4.add(even, Sums.term(kind, p, q, mean));
      v128.store(sums + at, f32x4.add(even, odd));
    }
  }

  // @ts-ignore: decorator
  @inline
  private static term(kind: i32, x: usize, y: usize, mean: v128): v128 {
    if (kind == PLAIN) return v128.load(y);
    const centred = f32x4.sub(v128.load(x), mean);
    return f32x4.mul(centred, kind == SQUARE ? centred : v128.load(y));
  }
}

/**
 * out = (x - mean) / sqrt(variance + epsilon) over all tokens and each of `groups` runs of width / groups channels, then
 * * (1 + scale) + shift.
 *
 * x and out (rows, tokens, width), tokens padded(width) floats apart, out may be x; shift and scale (width) each or 0 = absent.
 */
export function groupNorm(
  x: usize,
  rows: i32,
  tokens: i32,
  width: i32,
  groups: i32,
  epsilon: f32,
  shift: usize,
  scale: usize,
  scratch: usize,
  out: usize
): void {
  const token = f32s(padded(width));
  const row = <usize>tokens * token;
  const means = scratch;
  const gains = means + token;
  for (let i = 0; i < rows; i++, x += row, out += row) {
    moments(x, tokens, width, groups, epsilon, means, gains);
    for (let at: usize = 0; at < token; at += 16) {
      const mean = v128.load(means + at);
      let gain = v128.load(gains + at);
      if (scale) gain = f32x4.mul(gain, f32x4.add(f32x4.splat(1), v128.load(scale + at)));
      let start = f32x4.splat(0);
      if (shift) start = v128.load(shift + at);
      for (let p = at; p < row; p += token) {
        const centred = f32x4.sub(v128.load(x + p), mean);
        v128.store(out + p, f32x4.add(f32x4.mul(centred, gain), start));
      }
    }
  }
}

/**
 * The tangents of `groupNorm` at x: with d = sqrt(variance + epsilon) and n = (x - mean) / d,
 *
 *     dy = (1 + scale) (dx - mean(dx) - n mean(n dx)) / d,
 *
 * all means over a group. dx and dy (rows, k, tokens, width), dy may be dx.
 */
export function groupNormTangent(
  x: usize,
  rows: i32,
  tokens: i32,
  width: i32,
  groups: i32,
  k: i32,
  epsilon: f32,
  scale: usize,
  scratch: usize,
  dx: usize,
  dy: usize
): void {
  const token = f32s(padded(width));
  const row = <usize>tokens * token;
  const means = scratch;
  const inverses = means + token;
  const levels = inverses + token;
  const tilts = levels + token;
  for (let i = 0; i < rows * k; i++, dx += row, dy += row) {
    const p = x + <usize>(i / k) * row;
    if (i % k == 0) moments(p, tokens, width, groups, epsilon, means, inverses);
    Sums.columns(PLAIN, dx, dx, means, tokens, token, levels);
    share(levels, tokens, width, groups);
    Sums.columns(PRODUCT, p, dx, means, tokens, token, tilts);
    share(tilts, tokens, width, groups);
    for (let at: usize = 0; at < token; at += 16) {
      const mean = v128.load(means + at);
      const inverse = v128.load(inverses + at);
      const level = v128.load(levels + at);
      const tilt = f32x4.mul(v128.load(tilts + at), f32x4.mul(inverse, inverse));
      let gain = inverse;
      if (scale) gain = f32x4.mul(gain, f32x4.add(f32x4.splat(1), v128.load(scale + at)));
      for (let q = at; q < row; q += token) {
        const centred = f32x4.sub(v128.load(p + q), mean);
        const rest = f32x4.sub(f32x4.sub(v128.load(dx + q), level), f32x4.mul(centred, tilt));
        v128.store(dy + q, f32x4.mul(rest, gain));
      }
    }
  }
}

/** Of every channel, the mean of its group and 1 / sqrt(variance + epsilon). */
function moments(
  x: usize,
  tokens: i32,
  width: i32,
  groups: i32,
  epsilon: f32,
  means: usize,
  inverses: usize
): void {
  const token = f32s(padded(width));
  Sums.columns(PLAIN, x, x, means, tokens, token, means);
  share(means, tokens, width, groups);
  Sums.columns(SQUARE, x, x, means, tokens, token, inverses);
  share(inverses, tokens, width, groups);
  for (let at: usize = 0; at < f32s(width); at += 4) {
    store<f32>(inverses + at, 1.0 / sqrt<f32>(load<f32>(inverses + at) + epsilon));
  }
}

/** The mean over each group in place of the sums of its channels. */
function share(sums: usize, tokens: i32, width: i32, groups: i32): void {
  const size = width / groups;
  for (let end = sums + f32s(width); sums < end; sums += f32s(size)) {
    let sum: f32 = 0;
    for (let j = 0; j < size; j++) sum += load<f32>(sums + f32s(j));
    for (let j = 0; j < size; j++) store<f32>(sums + f32s(j), sum / <f32>(size * tokens));
  }
}
