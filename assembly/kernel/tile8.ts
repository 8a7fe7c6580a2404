import { Integers } from "../math/integers";

/**
 * Register tiles of the products of small integers: the 32-bit sums stay in registers over all inputs, and are exact. Then
 *
 *     out = bias + low total + sum (unit step)
 *
 * in this order, each operation rounded, where the activations are about low + step q, the weights unit w, and total is the
 * sum of unit w. So a number does not depend on the tile that it is found in.
 *
 * `left` and `right` are laid out as quantize.ts and pack8.ts draw them. Activations are the left operand and weights the
 * right one or, `mixing`, the other way round; then what belongs to an output goes down the rows.
 */
export class Tile8 {
  /**
   * 4 rows x 8 columns, or 4 where not `wide`; or 1 row.
   *
   * @param bytes of the integers of one row
   * @param spans the steps of the activations; their lows lie `gap` bytes on
   * @param units of the weights; their totals lie `total` bytes on
   * @param bias 0 = none
   */
  // @ts-ignore: decorator
  @inline
  static columns8(
    mixing: bool,
    four: bool,
    wide: bool,
    left: usize,
    bytes: usize,
    right: usize,
    spans: usize,
    gap: usize,
    units: usize,
    total: usize,
    bias: usize,
    out: usize,
    outRow: usize
  ): void {
    const zero = i32x4.splat(0);
    let a0 = zero;
    let b0 = zero;
    let a1 = zero;
    let b1 = zero;
    let a2 = zero;
    let b2 = zero;
    let a3 = zero;
    let b3 = zero;
    const step: usize = four ? 16 : 4;
    for (const end = left + (four ? 4 * bytes : bytes); left < end; left += step) {
      const ra = v128.load(right);
      const rb = v128.load(right, 16);
      const l0 = v128.load32_splat(left);
      a0 = Tile8.add(mixing, l0, ra, a0);
      b0 = Tile8.add(mixing, l0, rb, b0);
      if (four) {
        const l1 = v128.load32_splat(left, 4);
        a1 = Tile8.add(mixing, l1, ra, a1);
        b1 = Tile8.add(mixing, l1, rb, b1);
        const l2 = v128.load32_splat(left, 8);
        a2 = Tile8.add(mixing, l2, ra, a2);
        b2 = Tile8.add(mixing, l2, rb, b2);
        const l3 = v128.load32_splat(left, 12);
        a3 = Tile8.add(mixing, l3, ra, a3);
        b3 = Tile8.add(mixing, l3, rb, b3);
      }
      right += 32;
    }
    Tile8.half(mixing, four, a0, a1, a2, a3, spans, gap, units, total, bias, out, outRow);
    if (!wide) return;
    // The next four columns: of the weights, or of the activations.
    if (mixing) spans += 16;
    else units += 16;
    if (bias && !mixing) bias += 16;
    Tile8.half(mixing, four, b0, b1, b2, b3, spans, gap, units, total, bias, out + 16, outRow);
  }

  // @ts-ignore: decorator
  @inline
  private static add(mixing: bool, left: v128, right: v128, sum: v128): v128 {
    return mixing ? Integers.addProducts(left, right, sum) : Integers.addProducts(right, left, sum);
  }

  // @ts-ignore: decorator
  @inline
  private static half(
    mixing: bool,
    four: bool,
    sum0: v128,
    sum1: v128,
    sum2: v128,
    sum3: v128,
    spans: usize,
    gap: usize,
    units: usize,
    total: usize,
    bias: usize,
    out: usize,
    outRow: usize
  ): void {
    v128.store(out, Tile8.float(mixing, 0, sum0, spans, gap, units, total, bias));
    if (!four) return;
    out += outRow;
    v128.store(out, Tile8.float(mixing, 4, sum1, spans, gap, units, total, bias));
    out += outRow;
    v128.store(out, Tile8.float(mixing, 8, sum2, spans, gap, units, total, bias));
    out += outRow;
    v128.store(out, Tile8.float(mixing, 12, sum3, spans, gap, units, total, bias));
  }

  /** `row` in bytes of f32. */
  // @ts-ignore: decorator
  @inline
  private static float(
    mixing: bool,
    row: usize,
    sum: v128,
    spans: usize,
    gap: usize,
    units: usize,
    total: usize,
    bias: usize
  ): v128 {
    const step = Tile8.lanes(mixing, spans, row);
    const low = Tile8.lanes(mixing, spans + gap, row);
    const unit = Tile8.lanes(!mixing, units, row);
    const sums = Tile8.lanes(!mixing, units + total, row);
    const start = bias ? Tile8.lanes(!mixing, bias, row) : f32x4.splat(0);
    const base = f32x4.add(start, f32x4.mul(low, sums));
    return f32x4.add(base, f32x4.mul(f32x4.convert_i32x4_s(sum), f32x4.mul(unit, step)));
  }

  /** What belongs to the columns, or the number of the row. */
  // @ts-ignore: decorator
  @inline
  private static lanes(perColumn: bool, values: usize, row: usize): v128 {
    return perColumn ? v128.load(values) : v128.load32_splat(values + row);
  }
}
