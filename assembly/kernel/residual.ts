import { f32s } from "../memory";
import { padded } from "../math/vector";

/**
 * out = x + gate y: x, y and out (count, width), rows padded(width) floats apart; gate (width), or 0 for a gate of 1.
 * `out` may be x or y.
 */
export function residual(x: usize, y: usize, count: i32, width: i32, gate: usize, out: usize): void {
  const row = f32s(padded(width));
  for (let i = 0; i < count; i++, x += row, y += row, out += row) {
    for (let offset: usize = 0; offset < row; offset += 16) {
      let step = v128.load(y + offset);
      if (gate) step = f32x4.mul(step, v128.load(gate + offset));
      v128.store(out + offset, f32x4.add(v128.load(x + offset), step));
    }
  }
}
