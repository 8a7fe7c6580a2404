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
    const clamped = f32x4.pmin(f32x4.pmax(x, f32x4.splat(-88.3)), f32x4.splat(88.7));
    return Vector.expInRange(clamped);
  }

  /** `exp` for -88.3 <= x <= 88.7, where the bits of 2^n run from those of 0 to those of Infinity. */
  // @ts-ignore: decorator
  @inline
  static expInRange(x: v128): v128 {
    // 1.5 * 2^23 + 127: adding it rounds to an integer that lands, biased, in the low bits.
    const magic = f32x4.splat(12583039.0);
    const biased = f32x4.add(f32x4.mul(x, f32x4.splat(1.4426950408889634)), magic);
    const n = f32x4.sub(biased, magic);
    let r = f32x4.sub(x, f32x4.mul(n, f32x4.splat(0.693145751953125))); // 15 bits of ln 2: the product is exact
    r = f32x4.sub(r, f32x4.mul(n, f32x4.splat(1.428606765330187e-6)));
    let p = f32x4.splat(0.0014061603524990873);
    p = f32x4.add(f32x4.mul(p, r), f32x4.splat(0.008379106904105506));
    p = f32x4.add(f32x4.mul(p, r), f32x4.splat(0.04166476934655611));
    p = f32x4.add(f32x4.mul(p, r), f32x4.splat(0.166663641756661));
    p = f32x4.add(f32x4.mul(p, r), f32x4.splat(0.5000000437116932));
    p = f32x4.add(f32x4.mul(p, r), f32x4.splat(1.0));
    p = f32x4.add(f32x4.mul(p, r), f32x4.splat(1.0));
    return f32x4.mul(p, i32x4.shl(biased, 23));
  }

  /**
   * tanh x per lane: an odd minimax polynomial below 0.625, 1 - 2 / (e^(2|x|) + 1) above.
   *
   * Within 3 ulp. tanh(+-Infinity) = +-1, NaN stays NaN.
   */
  // @ts-ignore: decorator
  @inline
  static tanh(x: v128): v128 {
    const sign = v128.and(x, i32x4.splat(0x80000000));
    const size = v128.xor(x, sign);
    const z = f32x4.mul(x, x);
    let p = f32x4.splat(-0.005704986993455203);
    p = f32x4.add(f32x4.mul(p, z), f32x4.splat(0.020639087244729175));
    p = f32x4.add(f32x4.mul(p, z), f32x4.splat(-0.05373971508582496));
    p = f32x4.add(f32x4.mul(p, z), f32x4.splat(0.13331442198175808));
    p = f32x4.add(f32x4.mul(p, z), f32x4.splat(-0.3333328194201277));
    const small = f32x4.add(x, f32x4.mul(f32x4.mul(p, z), x));
    const one = f32x4.splat(1);
    const e = Vector.exp(f32x4.add(size, size));
    const large = f32x4.sub(one, f32x4.div(f32x4.splat(2), f32x4.add(e, one)));
    return v128.bitselect(small, v128.or(large, sign), f32x4.lt(size, f32x4.splat(0.625)));
  }

  /** (l0 + l2) + (l1 + l3). */
  // @ts-ignore: decorator
  @inline
  static sum(x: v128): f32 {
    const pairs = f32x4.add(x, i8x16.shuffle(x, x, 8, 9, 10, 11, 12, 13, 14, 15, 0, 1, 2, 3, 4, 5, 6, 7));
    return f32x4.extract_lane(pairs, 0) + f32x4.extract_lane(pairs, 1);
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
