import { f32s } from "../memory";
import { padded } from "../math/vector";

// An image (H, W, C), channels last, against its patches: token (row of patch) * (W / p) + (column of patch),
// within a patch ((y * p) + x) * C + c. One line of a patch, p * C floats, is contiguous in both.

/** Images (rows, H W C) to patches (rows, tokens, p p C); rows and tokens are padded to whole vectors. */
export function patches(
  x: usize,
  rows: i32,
  height: i32,
  width: i32,
  channels: i32,
  p: i32,
  out: usize
): void {
  move(x, rows, height, width, channels, p, out, false);
}

/** The inverse of `patches`: x (rows, tokens, p p C) to images (rows, H W C). */
export function unpatch(
  x: usize,
  rows: i32,
  height: i32,
  width: i32,
  channels: i32,
  p: i32,
  out: usize
): void {
  move(out, rows, height, width, channels, p, x, true);
}

function move(
  image: usize,
  rows: i32,
  height: i32,
  width: i32,
  channels: i32,
  p: i32,
  tokens: usize,
  toImage: bool
): void {
  const line = f32s(p * channels);
  const tokenBytes = f32s(padded(p * p * channels));
  const imageBytes = f32s(padded(height * width * channels));
  const imageLine = f32s(width * channels);
  for (let i = 0; i < rows; i++, image += imageBytes) {
    for (let top = 0; top < height; top += p) {
      for (let left = 0; left < width; left += p, tokens += tokenBytes) {
        let pixel = image + <usize>top * imageLine + f32s(left * channels);
        for (let y = 0; y < p; y++, pixel += imageLine) {
          const within = tokens + <usize>y * line;
          if (toImage) memory.copy(pixel, within, line);
          else memory.copy(within, pixel, line);
        }
      }
    }
  }
}
