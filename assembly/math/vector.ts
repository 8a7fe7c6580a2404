import { Fused } from "./fused";

// Constants in memory, one broadcast load each: as immediates they would be rebuilt from general registers for every
// vector, on the ports that the arithmetic needs.
const EXP = memory.data<f32>(
  [
    1.4426950408889634, // 1 / ln 2
    12583039.0, // 1.5 * 2^23 + 127: adding it rounds to an integer that lands, biased, in the low bits
    0.693145751953125, // 15 bits of ln 2: its product with n is exact
    1.428606765330187e-6, // the rest of ln 2
    0.0014061603524990873, // the minimax polynomial, from r^6 down
    0.008379106904105506,
    0.04166476934655611,
    0.166663641756661,
    0.5000000437116932,
    1.0,
    -88.3, // where 2^n reaches the bits of 0
    88.7 // and those of Infinity
  ],
  16
);

const TANH = memory.data<f32>(
  [
    -0.005704986993455203, // the odd minimax polynomial, from x^11 down to x^3
    0.020639087244729175,
    -0.05373971508582496,
    0.13331442198175808,
    -0.3333328194201277,
    0.625, // up to here
    2.0
  ],
  16
);

/** Elementary functions and reductions of four f32 lanes. */
export class Vector {
  /**
   * e^x per lane. x = n ln 2 + r, e^r by a minimax polynomial of degree 6 (relative error 2.6e-9).
   *
   * Within 2 ulp on [-87.3, 88.3]. 0 below -87.7 (no subnormal results), Infinity above 88.4, NaN stays NaN.
   */
  // @ts-ignore: decorator
  @inline
  static exp(x: v128): v128 {
    // pmin and pmax keep a NaN in their first operand.
    const floor = f32x4.pmax(x, v128.load32_splat(EXP, 40));
    return Vector.expInRange(f32x4.pmin(floor, v128.load32_splat(EXP, 44)));
  }

  /** `exp` for -88.3 <= x <= 88.7, where the bits of 2^n run from those of 0 to those of Infinity. */
  // @ts-ignore: decorator
  @inline
  static expInRange(x: v128): v128 {
    const biased = Vector.biased(x);
    const p = f32x4.add(v128.load32_splat(EXP, 36), Vector.expm1Reduced(Vector.reduced(x, biased)));
    return f32x4.mul(p, i32x4.shl(biased, 23));
  }

  /**
   * w e^(x + rest) for x as in `expInRange` and |rest| < 0.03, which joins where nothing is rounded away from it. As
   * (w + w (e^r - 1)) 2^n, so that the exponential's own rounding weighs little and a result below the normal numbers
   * is rounded once more and not twice.
   */
  // @ts-ignore: decorator
  @inline
  static timesExpOfSum(w: v128, x: v128, rest: v128): v128 {
    const biased = Vector.biased(x);
    const less1 = Vector.expm1Reduced(f32x4.add(Vector.reduced(x, biased), rest));
    return f32x4.mul(Fused.multiplyAdd(w, less1, w), i32x4.shl(biased, 23));
  }

  /** The integer n next to x / ln 2, as the number whose low bits are n + 127. */
  // @ts-ignore: decorator
  @inline
  private static biased(x: v128): v128 {
    return Fused.multiplyAdd(x, v128.load32_splat(EXP), v128.load32_splat(EXP, 4));
  }

  /** x - n ln 2. */
  // @ts-ignore: decorator
  @inline
  private static reduced(x: v128, biased: v128): v128 {
    const n = f32x4.sub(biased, v128.load32_splat(EXP, 4));
    const r = Fused.subtractProduct(n, v128.load32_splat(EXP, 8), x);
    return Fused.subtractProduct(n, v128.load32_splat(EXP, 12), r);
  }

  /** e^r - 1 for |r| <= 0.38. The 1 comes last, so that only one rounding is as large as those of e^r. */
  // @ts-ignore: decorator
  @inline
  private static expm1Reduced(r: v128): v128 {
    // By squares rather than by Horner's rule: as many operations, in a chain half as long.
    const square = f32x4.mul(r, r);
    const middle = Fused.multiplyAdd(v128.load32_splat(EXP, 28), r, v128.load32_splat(EXP, 32));
    let high = Fused.multiplyAdd(v128.load32_splat(EXP, 20), r, v128.load32_splat(EXP, 24));
    high = Fused.multiplyAdd(v128.load32_splat(EXP, 16), square, high);
    return Fused.multiplyAdd(square, Fused.multiplyAdd(square, high, middle), r);
  }

  /**
   * tanh x per lane: an odd minimax polynomial below 0.625, 1 - 2 / (e^(2|x|) + 1) above.
   *
   * Within 1.5 ulp. tanh(+-Infinity) = +-1, NaN stays NaN.
   */
  // @ts-ignore: decorator
  @inline
  static tanh(x: v128): v128 {
    const size = f32x4.abs(x);
    const sign = v128.xor(x, size);
    const z = f32x4.mul(x, x);
    let p = f32x4.add(f32x4.mul(v128.load32_splat(TANH), z), v128.load32_splat(TANH, 4));
    p = f32x4.add(f32x4.mul(p, z), v128.load32_splat(TANH, 8));
    p = f32x4.add(f32x4.mul(p, z), v128.load32_splat(TANH, 12));
    p = f32x4.add(f32x4.mul(p, z), v128.load32_splat(TANH, 16));
    const small = f32x4.add(x, f32x4.mul(f32x4.mul(p, z), x));
    const one = v128.load32_splat(EXP, 36);
    const e = Vector.exp(f32x4.add(size, size));
    const large = f32x4.sub(one, f32x4.div(v128.load32_splat(TANH, 24), f32x4.add(e, one)));
    return v128.bitselect(small, v128.or(large, sign), f32x4.lt(size, v128.load32_splat(TANH, 20)));
  }

  /** (l0 + l2) + (l1 + l3). */
  // @ts-ignore: decorator
  @inline
  static sum(x: v128): f32 {
    const pairs = f32x4.add(x, i8x16.shuffle(x, x, 8, 9, 10, 11, 12, 13, 14, 15, 0, 1, 2, 3, 4, 5, 6, 7));
    return f32x4.extract_lane(pairs, 0) + f32x4.extract_lane(pairs, 1);
  }

  /** (l0 + l2) + (l1 + l3) of each of four. */
  // @ts-ignore: decorator
  @inline
  static sums(a: v128, b: v128, c: v128, d: v128): v128 {
    const ab = f32x4.add(v128.shuffle<f32>(a, b, 0, 1, 4, 5), v128.shuffle<f32>(a, b, 2, 3, 6, 7));
    const cd = f32x4.add(v128.shuffle<f32>(c, d, 0, 1, 4, 5), v128.shuffle<f32>(c, d, 2, 3, 6, 7));
    return f32x4.add(v128.shuffle<f32>(ab, cd, 0, 2, 4, 6), v128.shuffle<f32>(ab, cd, 1, 3, 5, 7));
  }

  /** All bits set in the first `n` lanes, 0 <= n <= 4. */
  // @ts-ignore: decorator
  @inline
  static firstLanes(n: i32): v128 {
    return i32x4.lt_s(i32x4(0, 1, 2, 3), i32x4.splat(n));
  }
}

/** Floats of a row of `width`, padded to whole vectors. */
export function padded(width: i32): i32 {
  return (width + 3) & ~3;
}
