import { f32s } from "../memory";

// Packed weights, the right operand of `dense`:
//
//   panel 0: columns 0..7           panel 1: columns 8..15
//   ┌──────────────────────────┐    ┌──────────────────────────┐
//   │ w[0][0] w[1][0] … w[7][0]│    │ w[8][0] … w[15][0]       │   input 0:     8 floats, 32 bytes
//   │ w[0][1] w[1][1] … w[7][1]│    │ w[8][1] …                │   input 1
//   │ …                        │    │ …                        │   …
//   └──────────────────────────┘    └──────────────────────────┘   input k - 1
//
// so that a register tile reads its weights front to back, two vectors for each input.

/** Bytes of the panels of a weight (n, k). */
export function packedBytes(k: i32, n: i32): i32 {
  return k * ((n + 7) & ~7) * 4;
}

/**
 * Packs a weight (n, k), row-major, into panels of 8 columns; columns from n on are 0.
 *
 * @param out byte address of packedBytes(k, n)
 */
export function packDense(weight: usize, n: i32, k: i32, out: usize): void {
  for (let column = 0; column < n; column += 8) {
    const lanes = min(8, n - column);
    for (let j = 0; j < k; j++, out += 32) {
      memory.fill(out, 0, 32);
      for (let lane = 0; lane < lanes; lane++) {
        const from = weight + f32s((column + lane) * k + j);
        store<f32>(out + f32s(lane), load<f32>(from));
      }
    }
  }
}
