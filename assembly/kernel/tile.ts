import { f32s } from "../memory";

/**
 * Register tiles of out = bias + left right: the accumulators stay in registers for the whole sum over k.
 *
 * Every element, whatever tile computes it, is one f32 accumulator that starts at its bias and adds
 * left[k] * right[k] for k ascending, a multiplication and then an addition: equal bits in any batch.
 *
 * `left` is row-major and read one float at a time; `right` advances by `step` bytes for each k, where it offers
 * 8 columns side by side (the next 8 lie `gap` bytes on). The bias is per column, or per row where `perRow`; 0 = none.
 */
export class Tile {
  /** 4 rows x 8 columns: 8 accumulators, and enough other registers for 2 vectors of `right` and 1 of `left`. */
  // @ts-ignore: decorator
  @inline
  static columns8(
    left: usize,
    leftRow: usize,
    k: i32,
    right: usize,
    step: usize,
    bias: usize,
    perRow: bool,
    out: usize,
    outRow: usize
  ): void {
    let a0 = Tile.start(bias, perRow, 0, 0);
    let b0 = Tile.start(bias, perRow, 0, 16);
    let a1 = Tile.start(bias, perRow, 4, 0);
    let b1 = Tile.start(bias, perRow, 4, 16);
    let a2 = Tile.start(bias, perRow, 8, 0);
    let b2 = Tile.start(bias, perRow, 8, 16);
    let a3 = Tile.start(bias, perRow, 12, 0);
    let b3 = Tile.start(bias, perRow, 12, 16);
    let left1 = left + leftRow;
    let left2 = left1 + leftRow;
    let left3 = left2 + leftRow;
    for (const end = left + f32s(k); left < end; left += 4) {
      const ra = v128.load(right);
      const rb = v128.load(right, 16);
      const l0 = v128.load32_splat(left);
      a0 = f32x4.add(a0, f32x4.mul(l0, ra));
      b0 = f32x4.add(b0, f32x4.mul(l0, rb));
      const l1 = v128.load32_splat(left1);
      a1 = f32x4.add(a1, f32x4.mul(l1, ra));
      b1 = f32x4.add(b1, f32x4.mul(l1, rb));
      const l2 = v128.load32_splat(left2);
      a2 = f32x4.add(a2, f32x4.mul(l2, ra));
      b2 = f32x4.add(b2, f32x4.mul(l2, rb));
      const l3 = v128.load32_splat(left3);
      a3 = f32x4.add(a3, f32x4.mul(l3, ra));
      b3 = f32x4.add(b3, f32x4.mul(l3, rb));
      left1 += 4;
      left2 += 4;
      left3 += 4;
      right += step;
    }
    v128.store(out, a0);
    v128.store(out, b0, 16);
    out += outRow;
    v128.store(out, a1);
    v128.store(out, b1, 16);
    out += outRow;
    v128.store(out, a2);
    v128.store(out, b2, 16);
    out += outRow;
    v128.store(out, a3);
    v128.store(out, b3, 16);
  }

  /** 4 rows x 4 columns, where the width ends in half a group. */
  // @ts-ignore: decorator
  @inline
  static columns4(
    left: usize,
    leftRow: usize,
    k: i32,
    right: usize,
    step: usize,
    bias: usize,
    perRow: bool,
    out: usize,
    outRow: usize
  ): void {
    let a0 = Tile.start(bias, perRow, 0, 0);
    let a1 = Tile.start(bias, perRow, 4, 0);
    let a2 = Tile.start(bias, perRow, 8, 0);
    let a3 = Tile.start(bias, perRow, 12, 0);
    let left1 = left + leftRow;
    let left2 = left1 + leftRow;
    let left3 = left2 + leftRow;
    for (const end = left + f32s(k); left < end; left += 4) {
      const r = v128.load(right);
      a0 = f32x4.add(a0, f32x4.mul(v128.load32_splat(left), r));
      a1 = f32x4.add(a1, f32x4.mul(v128.load32_splat(left1), r));
      a2 = f32x4.add(a2, f32x4.mul(v128.load32_splat(left2), r));
      a3 = f32x4.add(a3, f32x4.mul(v128.load32_splat(left3), r));
      left1 += 4;
      left2 += 4;
      left3 += 4;
      right += step;
    }
    v128.store(out, a0);
    v128.store(out + outRow, a1);
    v128.store(out + 2 * outRow, a2);
    v128.store(out + 3 * outRow, a3);
  }

  /** The start of an accumulator: the bias of its row or of its columns, each so many bytes on. */
  // @ts-ignore: decorator
  @inline
  static start(bias: usize, perRow: bool, row: usize, column: usize): v128 {
    if (bias == 0) return f32x4.splat(0);
    return perRow ? v128.load32_splat(bias + row) : v128.load(bias + column);
  }
}
