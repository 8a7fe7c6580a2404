// Vectors of f32 taken to f64 and worked on there.

import { Doubles } from "../math/doubles";
import { f32s, f64s } from "../memory";

/** n f32 numbers as f64. */
export function wide(x: usize, n: i32, out: usize): void {
  const end = x + f32s(n);
  for (; x + 4 < end; x += 8, out += 16) {
    v128.store(out, f64x2.promote_low_f32x4(v128.load64_zero(x)));
  }
  if (x < end) store<f64>(out, <f64>load<f32>(x));
}

/** <x, y> of f64 vectors: the products of even and of odd coordinates, each summed in order. */
export function dotWide(x: usize, y: usize, d: i32): f64 {
  const end = x + f64s(d);
  let sum = f64x2.splat(0);
  for (; x + 8 < end; x += 16, y += 16) sum = f64x2.add(sum, f64x2.mul(v128.load(x), v128.load(y)));
  if (x < end) sum = f64x2.add(sum, f64x2.mul(v128.load64_zero(x), v128.load64_zero(y)));
  return Doubles.sum(sum);
}

/** <x, y> of f32 vectors, in f64, summed in order. */
export function dotFloats(x: usize, y: usize, d: i32): f64 {
  let sum: f64 = 0;
  for (const end = x + f32s(d); x < end; x += 4, y += 4) sum += <f64>load<f32>(x) * <f64>load<f32>(y);
  return sum;
}
