import { padded } from "../math/vector";
import { f32s } from "../memory";
import { dense } from "./dense";
import { copy } from "./move";

/** Windows that are gathered at a time: whole register tiles of both builds, and their inputs stay near. */
export const WINDOWS: i32 = 24;

/**
 * A convolution: out = activation(x W^T + bias) of every window of an image, its pixels gathered side by side, 0 outside.
 *
 * x (rows, height width, channels), pixels padded(channels) floats apart; W (n, kernel kernel channels) packed by `packDense`;
 * out (rows, height' width', n) with height' = (height + 2 padding - kernel) / stride + 1, and the width alike.
 *
 * @param gathered room for WINDOWS x kernel x kernel x channels floats
 */
export function conv(
  x: usize,
  rows: i32,
  height: i32,
  width: i32,
  channels: i32,
  n: i32,
  kernel: i32,
  stride: i32,
  padding: i32,
  packed: usize,
  bias: usize,
  activation: i32,
  gathered: usize,
  out: usize
): void {
  const across = (width + 2 * padding - kernel) / stride + 1;
  const windows = windowsOf(height, width, kernel, stride, padding);
  const k = kernel * kernel * channels;
  const pixel = f32s(padded(channels));
  for (let i = 0; i < rows; i++, x += <usize>(height * width) * pixel) {
    for (let first = 0; first < windows; first += WINDOWS) {
      const count = min(WINDOWS, windows - first);
      let to = gathered;
      for (let j = first; j < first + count; j++, to += f32s(k)) {
        const top = (j / across) * stride - padding;
        const left = (j % across) * stride - padding;
        gather(x, height, width, channels, pixel, top, left, kernel, to);
      }
      dense(gathered, k, count, k, n, packed, bias, activation, out, padded(n));
      out += <usize>count * f32s(padded(n));
    }
  }
}

/** How many windows an image has. */
export function windowsOf(height: i32, width: i32, kernel: i32, stride: i32, padding: i32): i32 {
  return ((height + 2 * padding - kernel) / stride + 1) * ((width + 2 * padding - kernel) / stride + 1);
}

/** The pixels of one window. */
function gather(
  x: usize,
  height: i32,
  width: i32,
  channels: i32,
  pixel: usize,
  top: i32,
  left: i32,
  kernel: i32,
  out: usize
): void {
  const bytes = f32s(channels);
  for (let i = top; i < top + kernel; i++) {
    for (let j = left; j < left + kernel; j++, out += bytes) {
      if (i >= 0 && i < height && j >= 0 && j < width)
        copy(x + <usize>(i * width + j) * pixel, channels, out);
      else memory.fill(out, 0, bytes);
    }
  }
}
