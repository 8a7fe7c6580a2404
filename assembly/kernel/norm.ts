import { f32s } from "../memory";
import { padded, Vector } from "../math/vector";

class Modulation {
  /** x (1 + scale) + shift of one vector, where there are any. */
  // @ts-ignore: decorator
  @inline
  static of(x: v128, shift: usize, scale: usize, offset: usize): v128 {
    if (scale) x = f32x4.mul(x, f32x4.add(f32x4.splat(1), v128.load(scale + offset)));
    if (shift) x = f32x4.add(x, v128.load(shift + offset));
    return x;
  }
}

/**
 * out = (x - mean) / sqrt(variance + epsilon) over the width of every token, then * (1 + scale) + shift. Without `centred` the
 * mean is 0 in both places: x / sqrt(mean(x^2) + epsilon).
 *
 * x and out (count, width), rows padded(width) floats apart, out may be x; shift and scale (width) each or 0 = absent.
 * Two passes: the variance is the mean of the squared differences.
 */
export function norm(
  x: usize,
  count: i32,
  width: i32,
  shift: usize,
  scale: usize,
  epsilon: f32,
  centred: bool,
  out: usize
): void {
  const row = f32s(padded(width));
  for (let i = 0; i < count; i++, x += row, out += row) {
    const about: f32 = centred ? sumOf(x, width) / <f32>width : 0;
    const mean = f32x4.splat(about);
    const variance = squaresAbout(about, x, width) / <f32>width;
    const inverse = f32x4.splat(1.0 / sqrt<f32>(variance + epsilon));
    for (let offset: usize = 0; offset < row; offset += 16) {
      const rest = f32x4.sub(v128.load(x + offset), mean);
      v128.store(out + offset, Modulation.of(f32x4.mul(rest, inverse), shift, scale, offset));
    }
  }
}

/** out = x (1 + scale) + shift, on the layout of `norm`. */
export function modulate(x: usize, count: i32, width: i32, shift: usize, scale: usize, out: usize): void {
  const row = f32s(padded(width));
  for (let i = 0; i < count; i++, x += row, out += row) {
    for (let offset: usize = 0; offset < row; offset += 16) {
      v128.store(out + offset, Modulation.of(v128.load(x + offset), shift, scale, offset));
    }
  }
}

/** The sum of a row: full vectors, and the lanes that are left. */
function sumOf(x: usize, width: i32): f32 {
  const whole = f32s(width & ~3);
  const last = Vector.firstLanes(width & 3);
  let sum = v128.and(v128.load(x + whole), last);
  for (const end = x + whole; x < end; x += 16) sum = f32x4.add(sum, v128.load(x));
  return Vector.sum(sum);
}

function squaresAbout(about: f32, x: usize, width: i32): f32 {
  const whole = f32s(width & ~3);
  const last = Vector.firstLanes(width & 3);
  const mean = f32x4.splat(about);
  const rest = v128.and(f32x4.sub(v128.load(x + whole), mean), last);
  let sum = f32x4.mul(rest, rest);
  for (const end = x + whole; x < end; x += 16) {
    const centred = f32x4.sub(v128.load(x), mean);
    sum = f32x4.add(sum, f32x4.mul(centred, centred));
  }
  return Vector.sum(sum);
}

/**
 * The tangents of `norm` at x: with the normalised n = (x - mean) / deviation,
 *
 *     dy = (1 + scale) (dx - mean(dx) - n mean(n dx)) / deviation,
 *
 * without mean and mean(dx) where it is not `centred`.
 * x (rows, tokens, width); dx and dy (rows, k, tokens, width), dy may be dx.
 */
export function normTangent(
  x: usize,
  rows: i32,
  tokens: i32,
  width: i32,
  k: i32,
  scale: usize,
  epsilon: f32,
  centred: bool,
  dx: usize,
  dy: usize
): void {
  const token = f32s(padded(width));
  for (let i = 0; i < rows * k; i++) {
    let p = x + <usize>(i / k) * <usize>tokens * token;
    for (let j = 0; j < tokens; j++, p += token, dx += token, dy += token) {
      const about: f32 = centred ? sumOf(p, width) / <f32>width : 0;
      const mean = f32x4.splat(about);
      const inverse: f32 = 1.0 / sqrt<f32>(squaresAbout(about, p, width) / <f32>width + epsilon);
      const level = f32x4.splat(centred ? sumOf(dx, width) / <f32>width : 0);
      const along = productAbout(about, p, dx, width) / <f32>width;
      const tilt = f32x4.splat(along * inverse * inverse);
      for (let offset: usize = 0; offset < token; offset += 16) {
        const away = f32x4.sub(v128.load(p + offset), mean);
        const rest = f32x4.sub(f32x4.sub(v128.load(dx + offset), level), f32x4.mul(away, tilt));
        v128.store(dy + offset, Modulation.of(f32x4.mul(rest, f32x4.splat(inverse)), 0, scale, offset));
      }
    }
  }
}

/** The sum of (x - mean) y over a row. */
function productAbout(about: f32, x: usize, y: usize, width: i32): f32 {
  const whole = f32s(width & ~3);
  const last = Vector.firstLanes(width & 3);
  const mean = f32x4.splat(about);
  let sum = v128.and(f32x4.mul(f32x4.sub(v128.load(x + whole), mean), v128.load(y + whole)), last);
  for (const end = x + whole; x < end; x += 16, y += 16) {
    sum = f32x4.add(sum, f32x4.mul(f32x4.sub(v128.load(x), mean), v128.load(y)));
  }
  return Vector.sum(sum);
}
