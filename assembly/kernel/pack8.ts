import { INTEGER, quads } from "../math/integers";
import { f32s } from "../memory";

// Weights of 8 bits: w is about unit q with q in -127..127 and one unit for each output. As the right operand of `dense8`,
// in panels of eight outputs with the inputs in quads (see quantize.ts for a quad):
//
//   ┌────────────────────────────────────┬───────────┬───┐
//   │ output 0 │ output 1 │ … │ output 7 │ output 0 …│ … │
//   └ inputs 0..3 of each                ┴ 4..7      ┴   ┘
//
// and as the left operand of `mix8` in groups of four outputs, the last ones alone. Inputs and outputs that are not there
// are 0. Beside either lie the units and then, for each output, the sum of its weights: f32, for whole panels.

/** Bytes of the packed weights (n, k). */
export function packedBytes8(k: i32, n: i32): i32 {
  return <i32>quads(k) * ((n + 7) & ~7);
}

/** Floats of the units, and of the sums. */
export function columns8(n: i32): i32 {
  return (n + 7) & ~7;
}

/**
 * Packs (n, k) of i8, row-major, with f32 units (n).
 *
 * @param left whether as the left operand of `mix8`
 * @param packed byte address of packedBytes8(k, n)
 * @param columns byte address of the units and sums, 2 columns8(n) floats
 */
export function pack8(
  weight: usize,
  units: usize,
  n: i32,
  k: i32,
  left: bool,
  packed: usize,
  columns: usize
): void {
  memory.fill(packed, 0, packedBytes8(k, n));
  memory.fill(columns, 0, 2 * f32s(columns8(n)));
  for (let i = 0; i < n; i++) {
    let sum: i32 = 0;
    for (let j = 0; j < k; j++, weight++) {
      const value = load<i8>(weight);
      sum += value;
      put(place8(packed, n, k, left, i, j), value);
    }
    const unit = load<f32>(units + f32s(i));
    store<f32>(columns + f32s(i), unit);
    store<f32>(columns + f32s(columns8(n) + i), unit * <f32>sum);
  }
}

function put(address: usize, value: i8): void {
  if (INTEGER == 1) store<i8>(address, value);
  else store<i16>(address, value);
}

/** Where the weight of output i and input j lies. */
function place8(packed: usize, n: i32, k: i32, left: bool, i: i32, j: i32): usize {
  const height = left ? (i < (n & ~3) ? 4 : 1) : 8;
  const first = i - (i % height);
  const perLane = 4 / <i32>INTEGER;
  const lane = (j / perLane) * height + (i - first);
  return packed + quads(k) * <usize>first + 4 * <usize>lane + INTEGER * <usize>(j % perLane);
}

/**
 * The weights of outputs from..from + count - 1 as f32 again, as (count, k), or, `across`, as a panel of `dense`: (k, 8).
 */
export function unpack8(
  packed: usize,
  columns: usize,
  n: i32,
  k: i32,
  left: bool,
  from: i32,
  count: i32,
  across: bool,
  out: usize
): void {
  for (let i = 0; i < count; i++) {
    const unit = load<f32>(columns + f32s(from + i));
    for (let j = 0; j < k; j++) {
      const at = place8(packed, n, k, left, from + i, j);
      const value: i32 = INTEGER == 1 ? load<i8>(at) : load<i16>(at);
      store<f32>(out + f32s(across ? 8 * j + i : k * i + j), unit * <f32>value);
    }
  }
}
