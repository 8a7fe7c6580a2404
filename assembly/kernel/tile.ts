import { Fused } from "../math/fused";
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
  /**
   * 4 rows x 8 columns: 8 accumulators, and enough other registers for 2 vectors of `right` and 1 of `left`; or 6 rows,
   * whose 12 accumulators leave just those, for machines that multiply and add at once.
   */
  // @ts-ignore: decorator
  @inline
  static columns8(
    six: bool,
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
    let a4 = six ? Tile.start(bias, perRow, 16, 0) : a0;
    let b4 = six ? Tile.start(bias, perRow, 16, 16) : a0;
    let a5 = six ? Tile.start(bias, perRow, 20, 0) : a0;
    let b5 = six ? Tile.start(bias, perRow, 20, 16) : a0;
    let left1 = left + leftRow;
    let left2 = left1 + leftRow;
    let left3 = left2 + leftRow;
    let left4 = left3 + leftRow;
    let left5 = left4 + leftRow;
    for (const end = left + f32s(k); left < end; left += 4) {
      const ra = v128.load(right);
      const rb = v128.load(right, 16);
      const l0 = v128.load32_splat(left);
      a0 = Fused.multiplyAdd(l0, ra, a0);
      b0 = Fused.multiplyAdd(l0, rb, b0);
      const l1 = v128.load32_splat(left1);
      a1 = Fused.multiplyAdd(l1, ra, a1);
      b1 = Fused.multiplyAdd(l1, rb, b1);
      const l2 = v128.load32_splat(left2);
      a2 = Fused.multiplyAdd(l2, ra, a2);
      b2 = Fused.multiplyAdd(l2, rb, b2);
      const l3 = v128.load32_splat(left3);
      a3 = Fused.multiplyAdd(l3, ra, a3);
      b3 = Fused.multiplyAdd(l3, rb, b3);
      left1 += 4;
      left2 += 4;
      left3 += 4;
      if (six) {
        const l4 = v128.load32_splat(left4);
        a4 = Fused.multiplyAdd(l4, ra, a4);
        b4 = Fused.multiplyAdd(l4, rb, b4);
        const l5 = v128.load32_splat(left5);
        a5 = Fused.multiplyAdd(l5, ra, a5);
        b5 = Fused.multiplyAdd(l5, rb, b5);
        left4 += 4;
        left5 += 4;
      }
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
    if (six) {
      out += outRow;
      v128.store(out, a4);
      v128.store(out, b4, 16);
      out += outRow;
      v128.store(out, a5);
      v128.store(out, b5, 16);
    }
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
      a0 = Fused.multiplyAdd(v128.load32_splat(left), r, a0);
      a1 = Fused.multiplyAdd(v128.load32_splat(left1), r, a1);
      a2 = Fused.multiplyAdd(v128.load32_splat(left2), r, a2);
      a3 = Fused.multiplyAdd(v128.load32_splat(left3), r, a3);
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
