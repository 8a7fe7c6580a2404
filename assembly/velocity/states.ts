import { padded } from "../math/vector";
import { f32s } from "../memory";

let unit: f32 = 1;

/** Sets the factor that the states and directions of the next programs are multiplied by when they are read. */
export function scaleStates(factor: f32): void {
  unit = factor;
}

/** Dense rows to padded rows, in the network's own unit. */
export function copyState(x: usize, rows: i32, dim: i32, dst: usize): void {
  copyRows(x, rows, dim, dst);
  if (unit == 1) return;
  const factor = f32x4.splat(unit);
  for (const end = dst + <usize>rows * f32s(padded(dim)); dst < end; dst += 16) {
    v128.store(dst, f32x4.mul(v128.load(dst), factor));
  }
}

function copyRows(x: usize, rows: i32, dim: i32, dst: usize): void {
  const bytes = f32s(dim);
  const row = f32s(padded(dim));
  if (row == bytes) {
    memory.copy(dst, x, <usize>rows * bytes);
    return;
  }
  for (let i = 0; i < rows; i++, x += bytes, dst += row) memory.copy(dst, x, bytes);
}
