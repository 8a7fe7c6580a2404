import { f32s } from "../memory";
import { log64 } from "../math/log";
import { cosQuarters, sinQuarters } from "../math/trigonometric";
import { philox } from "./philox";

const block = memory.data(16, 16);

/** The word as a number of (0, 1): the middle of its cell, so that neither end is met. */
function uniform(word: u32): f64 {
  return (<f64>word + 0.5) * 2.3283064365386963e-10; // 2^-32, exact
}

/** Two independent standard normals from two words of the block, by Box and Muller's transform. */
function pair(offset: usize, out: usize, count: i32): void {
  const radius = sqrt(-2.0 * log64(uniform(load<u32>(block + offset))));
  const quarters = 4.0 * uniform(load<u32>(block + offset, 4));
  store<f32>(out, <f32>(radius * cosQuarters(quarters)));
  if (count > 1) store<f32>(out, <f32>(radius * sinQuarters(quarters)), 4);
}

/**
 * Standard normals, shape (count, dim), of the samples first, first + 1, ...: coordinate j of sample i depends on
 * the seed, the stream, the step, i and j alone. Counter (j / 4, i, step, stream), key (seedLo, seedHi).
 *
 * Computed in f64, rounded to f32. The largest magnitude is sqrt(2 ln 2^33) = 6.77.
 *
 * @param out byte address of count x dim x f32
 */
export function normalsAt(
  seedLo: u32,
  seedHi: u32,
  stream: u32,
  step: u32,
  first: u32,
  count: i32,
  dim: i32,
  out: usize
): void {
  for (let i = 0; i < count; i++) {
    for (let j = 0; j < dim; j += 4) {
      philox(j >> 2, first + i, step, stream, seedLo, seedHi, block);
      pair(0, out, dim - j);
      if (dim - j > 2) pair(8, out + 8, dim - j - 2);
      out += f32s(min(4, dim - j));
    }
  }
}

/** `normalsAt` step 0. */
export function normals(
  seedLo: u32,
  seedHi: u32,
  stream: u32,
  first: u32,
  count: i32,
  dim: i32,
  out: usize
): void {
  normalsAt(seedLo, seedHi, stream, 0, first, count, dim, out);
}
