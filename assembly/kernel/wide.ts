// Vectors of f32 taken to f64 and worked on there.

import { f32s, f64s } from "../memory";

/** n f32 numbers as f64. */
export function wide(x: usize, n: i32, out: usize): void {
  const end = x + f32s(n);
  for (; x + 4 < end; x += 8, out += 16) {
    v128.store(out, f64x2.promote_low_f32x4(v128.load64_zero(x)));
  }
  if (x < end) store<f64>(out, <f64>load<f32>(x));
}

/** <x, y> of f64 vectors, summed in order. */
export function dotWide(x: usize, y: usize, d: i32): f64 {
  let sum: f64 = 0;
  for (const end = x + f64s(d); x < end; x += 8, y += 8) sum += load<f64>(x) * load<f64>(y);
  return sum;
}

/** <x, y> of f32 vectors, in f64, summed in order. */
export function dotFloats(x: usize, y: usize, d: i32): f64 {
  let sum: f64 = 0;
  for (const end = x + f32s(d); x < end; x += 4, y += 4) sum += <f64>load<f32>(x) * <f64>load<f32>(y);
  return sum;
}
