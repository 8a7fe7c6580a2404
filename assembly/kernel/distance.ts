// Squared distances of one point from many, all in f64.

import { Doubles } from "../math/doubles";

class Squares {
  /** s + (x - b y)^2 per lane. */
  // @ts-ignore: decorator
  @inline
  static add(s: v128, x: v128, b: v128, y: v128): v128 {
    const off = f64x2.sub(x, f64x2.mul(b, y));
    return f64x2.add(s, f64x2.mul(off, off));
  }

  /** s + p (x - b y)^2 per lane. */
  // @ts-ignore: decorator
  @inline
  static addWeighted(s: v128, p: v128, x: v128, b: v128, y: v128): v128 {
    const off = f64x2.sub(x, f64x2.mul(b, y));
    return f64x2.add(s, f64x2.mul(f64x2.mul(off, off), p));
  }
}

/**
 * out_k = |x - b y_k|^2 of the rows y_k (rows, d), `row` bytes each, four rows side by side: there must be room for a
 * number of them that is a multiple of four, and in the place of those that are not there comes the last.
 */
export function distances(y: usize, rows: i32, row: usize, b: f64, x: usize, out: usize): void {
  const factor = f64x2.splat(b);
  for (; rows > 0; rows -= 4, y += 4 * row, out += 32) {
    let s0 = f64x2.splat(0);
    let s1 = f64x2.splat(0);
    let s2 = f64x2.splat(0);
    let s3 = f64x2.splat(0);
    let y0 = y;
    let y1 = rows > 1 ? y + row : y;
    let y2 = rows > 2 ? y1 + row : y1;
    let y3 = rows > 3 ? y2 + row : y2;
    let p = x;
    const end = y + row;
    for (; y0 + 8 < end; y0 += 16, y1 += 16, y2 += 16, y3 += 16, p += 16) {
      const v = v128.load(p);
      s0 = Squares.add(s0, v, factor, v128.load(y0));
      s1 = Squares.add(s1, v, factor, v128.load(y1));
      s2 = Squares.add(s2, v, factor, v128.load(y2));
      s3 = Squares.add(s3, v, factor, v128.load(y3));
    }
    if (y0 < end) {
      const v = v128.load64_zero(p);
      s0 = Squares.add(s0, v, factor, v128.load64_zero(y0));
      s1 = Squares.add(s1, v, factor, v128.load64_zero(y1));
      s2 = Squares.add(s2, v, factor, v128.load64_zero(y2));
      s3 = Squares.add(s3, v, factor, v128.load64_zero(y3));
    }
    v128.store(out, Doubles.sums(s0, s1));
    v128.store(out, Doubles.sums(s2, s3), 16);
  }
}

/**
 * out_k = sum_i p_ki (x_ki - b y_ki)^2 of the rows p_k, y_k and x_k, `row` bytes each and two side by side; `step` is the
 * bytes from a row x_k to the next, 0 where they are one. Of an odd number of rows the last is computed twice.
 */
export function weightedDistances(
  p: usize,
  y: usize,
  rows: i32,
  row: usize,
  b: f64,
  x: usize,
  step: usize,
  out: usize
): void {
  const factor = f64x2.splat(b);
  for (; rows > 0; rows -= 2, p += 2 * row, y += 2 * row, x += 2 * step, out += 16) {
    let s0 = f64x2.splat(0);
    let s1 = f64x2.splat(0);
    let p0 = p;
    let y0 = y;
    let x0 = x;
    let p1 = rows > 1 ? p + row : p;
    let y1 = rows > 1 ? y + row : y;
    let x1 = rows > 1 ? x + step : x;
    const end = y + row;
    for (; y0 + 8 < end; p0 += 16, p1 += 16, y0 += 16, y1 += 16, x0 += 16, x1 += 16) {
      s0 = Squares.addWeighted(s0, v128.load(p0), v128.load(x0), factor, v128.load(y0));
      s1 = Squares.addWeighted(s1, v128.load(p1), v128.load(x1), factor, v128.load(y1));
    }
    if (y0 < end) {
      s0 = Squares.addWeighted(s0, v128.load64_zero(p0), v128.load64_zero(x0), factor, v128.load64_zero(y0));
      s1 = Squares.addWeighted(s1, v128.load64_zero(p1), v128.load64_zero(x1), factor, v128.load64_zero(y1));
    }
    v128.store(out, Doubles.sums(s0, s1));
  }
}
