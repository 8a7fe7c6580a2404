// Products of an f64 matrix U (rows, d), row-major, with vectors. Rows are taken four at a time, so that four chains
// of additions run side by side and `x` or `out` is read once for four.

import { Doubles } from "../math/doubles";
import { f64s } from "../memory";
import { dotWide } from "./wide";

/** out = U x, for x (d) and out (rows). */
export function matvec(u: usize, rows: i32, d: i32, x: usize, out: usize): void {
  const row = f64s(d);
  for (; rows >= 4; rows -= 4, u += 4 * row, out += 32) fourDots(u, row, x, out);
  for (; rows > 0; rows--, u += row, out += 8) store<f64>(out, dotWide(u, x, d));
}

/** out += U^T x, for x (rows) and out (d). Four rows whose factors are all 0 are passed over. */
export function addTransposed(u: usize, rows: i32, d: i32, x: usize, out: usize): void {
  const row = f64s(d);
  for (; rows >= 4; rows -= 4, u += 4 * row, x += 32) {
    const any = v128.or(v128.load(x), v128.load(x, 16));
    if (v128.any_true(any)) addFour(u, row, x, out);
  }
  for (; rows > 0; rows--, u += row, x += 8) {
    const f = load<f64>(x);
    if (f != 0) addOne(u, row, f, out);
  }
}

/** x *= factor, for x (d). */
export function scale(x: usize, d: i32, factor: f64): void {
  for (const end = x + f64s(d); x < end; x += 8) store<f64>(x, load<f64>(x) * factor);
}

function fourDots(u0: usize, row: usize, x: usize, out: usize): void {
  let s0 = f64x2.splat(0);
  let s1 = f64x2.splat(0);
  let s2 = f64x2.splat(0);
  let s3 = f64x2.splat(0);
  let u1 = u0 + row;
  let u2 = u1 + row;
  let u3 = u2 + row;
  const end = u0 + row;
  for (; u0 + 8 < end; u0 += 16, u1 += 16, u2 += 16, u3 += 16, x += 16) {
    const v = v128.load(x);
    s0 = f64x2.add(s0, f64x2.mul(v128.load(u0), v));
    s1 = f64x2.add(s1, f64x2.mul(v128.load(u1), v));
    s2 = f64x2.add(s2, f64x2.mul(v128.load(u2), v));
    s3 = f64x2.add(s3, f64x2.mul(v128.load(u3), v));
  }
  if (u0 < end) {
    const v = v128.load64_zero(x);
    s0 = f64x2.add(s0, f64x2.mul(v128.load64_zero(u0), v));
    s1 = f64x2.add(s1, f64x2.mul(v128.load64_zero(u1), v));
    s2 = f64x2.add(s2, f64x2.mul(v128.load64_zero(u2), v));
    s3 = f64x2.add(s3, f64x2.mul(v128.load64_zero(u3), v));
  }
  v128.store(out, Doubles.sums(s0, s1));
  v128.store(out, Doubles.sums(s2, s3), 16);
}

function addFour(u0: usize, row: usize, x: usize, out: usize): void {
  const f0 = v128.load64_splat(x);
  const f1 = v128.load64_splat(x, 8);
  const f2 = v128.load64_splat(x, 16);
  const f3 = v128.load64_splat(x, 24);
  let u1 = u0 + row;
  let u2 = u1 + row;
  let u3 = u2 + row;
  const end = u0 + row;
  for (; u0 + 8 < end; u0 += 16, u1 += 16, u2 += 16, u3 += 16, out += 16) {
    const low = f64x2.add(f64x2.mul(f0, v128.load(u0)), f64x2.mul(f1, v128.load(u1)));
    const high = f64x2.add(f64x2.mul(f2, v128.load(u2)), f64x2.mul(f3, v128.load(u3)));
    v128.store(out, f64x2.add(v128.load(out), f64x2.add(low, high)));
  }
  if (u0 < end) {
    const low = load<f64>(x) * load<f64>(u0) + load<f64>(x, 8) * load<f64>(u1);
    const high = load<f64>(x, 16) * load<f64>(u2) + load<f64>(x, 24) * load<f64>(u3);
    store<f64>(out, load<f64>(out) + (low + high));
  }
}

function addOne(u: usize, row: usize, f: f64, out: usize): void {
  const factor = f64x2.splat(f);
  const end = u + row;
  for (; u + 8 < end; u += 16, out += 16) {
    v128.store(out, f64x2.add(v128.load(out), f64x2.mul(factor, v128.load(u))));
  }
  if (u < end) store<f64>(out, load<f64>(out) + f * load<f64>(u));
}
