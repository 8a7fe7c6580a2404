import { f32s, f64s } from "../memory";
import { cos64, sin64 } from "../math/trigonometric";

/**
 * out = [sin(f_j t) for all j, then cos(f_j t) for all j], evaluated in f64 and rounded to f32.
 *
 * @param frequencies byte address of count x f64
 * @param out byte address of 2 count x f32
 */
export function features(t: f64, count: i32, frequencies: usize, out: usize): void {
  const cosines = out + f32s(count);
  for (let j = 0; j < count; j++) {
    const angle = load<f64>(frequencies + f64s(j)) * t;
    store<f32>(out + f32s(j), <f32>sin64(angle));
    store<f32>(cosines + f32s(j), <f32>cos64(angle));
  }
}
