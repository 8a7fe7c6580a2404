import { Fused } from "../math/fused";
import { f32s } from "../memory";
import { Tile } from "./tile";

/** The tiles of `Tile` for one row: the same sums, in the same order. */
export class Row {
  /** 1 row x 32 columns: four groups at once, because each addition waits for the one before it in its chain. */
  // @ts-ignore: decorator
  @inline
  static columns32(
    left: usize,
    k: i32,
    right: usize,
    step: usize,
    gap: usize,
    bias: usize,
    perRow: bool,
    out: usize
  ): void {
    let a0 = Tile.start(bias, perRow, 0, 0);
    let b0 = Tile.start(bias, perRow, 0, 16);
    let a1 = Tile.start(bias, perRow, 0, 32);
    let b1 = Tile.start(bias, perRow, 0, 48);
    let a2 = Tile.start(bias, perRow, 0, 64);
    let b2 = Tile.start(bias, perRow, 0, 80);
    let a3 = Tile.start(bias, perRow, 0, 96);
    let b3 = Tile.start(bias, perRow, 0, 112);
    let right1 = right + gap;
    let right2 = right1 + gap;
    let right3 = right2 + gap;
    for (const end = left + f32s(k); left < end; left += 4) {
      const l0 = v128.load32_splat(left);
      a0 = Fused.multiplyAdd(l0, v128.load(right), a0);
      b0 = Fused.multiplyAdd(l0, v128.load(right, 16), b0);
      right += step;
      a1 = Fused.multiplyAdd(l0, v128.load(right1), a1);
      b1 = Fused.multiplyAdd(l0, v128.load(right1, 16), b1);
      right1 += step;
      a2 = Fused.multiplyAdd(l0, v128.load(right2), a2);
      b2 = Fused.multiplyAdd(l0, v128.load(right2, 16), b2);
      right2 += step;
      a3 = Fused.multiplyAdd(l0, v128.load(right3), a3);
      b3 = Fused.multiplyAdd(l0, v128.load(right3, 16), b3);
      right3 += step;
    }
    v128.store(out, a0);
    v128.store(out, b0, 16);
    v128.store(out, a1, 32);
    v128.store(out, b1, 48);
    v128.store(out, a2, 64);
    v128.store(out, b2, 80);
    v128.store(out, a3, 96);
    v128.store(out, b3, 112);
  }

  /** 1 row x 4 columns. */
  // @ts-ignore: decorator
  @inline
  static columns4(
    left: usize,
    k: i32,
    right: usize,
    step: usize,
    bias: usize,
    perRow: bool,
    out: usize
  ): void {
    let a = Tile.start(bias, perRow, 0, 0);
    for (const end = left + f32s(k); left < end; left += 4, right += step) {
      a = Fused.multiplyAdd(v128.load32_splat(left), v128.load(right), a);
    }
    v128.store(out, a);
  }
}
