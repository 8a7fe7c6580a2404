// Constants in memory, one broadcast load each (vector.ts says why).
const EXP = memory.data<f64>(
  [
    1.4426950408889634, // 1 / ln 2
    6755399441056767.0, // 1.5 * 2^52 + 1023: adding it rounds to an integer that lands, biased, in the low bits
    0.6931471803691238, // the upper 33 bits of ln 2: their product with n is exact for |n| < 2^20
    1.9082149292705877e-10, // the rest of ln 2
    0.5, // 1 / 2! up to 1 / 13!
    0.16666666666666666,
    0.041666666666666664,
    0.008333333333333333,
    0.001388888888888889,
    0.0001984126984126984,
    0.0000248015873015873,
    0.0000027557319223985893,
    2.755731922398589e-7,
    2.505210838544172e-8,
    2.08767569878681e-9,
    1.6059043836821613e-10,
    1.0
  ],
  16
);

const LOG = memory.data<f64>(
  [
    0.6666666666666666, // 2 / 3, 2 / 5, up to 2 / 21
    0.4,
    0.2857142857142857,
    0.2222222222222222,
    0.18181818181818182,
    0.15384615384615385,
    0.13333333333333333,
    0.11764705882352941,
    0.10526315789473684,
    0.09523809523809523,
    2.0,
    6755399441055744.0 // 1.5 * 2^52
  ],
  16
);

const BITS = memory.data<u64>(
  [
    0x3fe6a09e667f3bcd, // of sqrt(1/2)
    0x000fffffffffffff, // the fraction of a number
    0x4338000000000000 // of 1.5 * 2^52: a whole number added to the bits is added to the number
  ],
  16
);

/** Elementary functions of two f64 lanes. Polynomials are taken by squares: their chains are a third of Horner's rule's. */
export class Doubles {
  /** Number i of a table, in both lanes. */
  // @ts-ignore: decorator
  @inline
  static constant(i: i32, table: usize): v128 {
    return v128.load64_splat(table + ((<usize>i) << 3));
  }

  /** n + 1023 in the low bits of each lane, for n = x / ln 2 rounded; the number is n + 1.5 * 2^52 + 1023. */
  // @ts-ignore: decorator
  @inline
  static binary(x: v128): v128 {
    return f64x2.add(f64x2.mul(x, Doubles.constant(0, EXP)), Doubles.constant(1, EXP));
  }

  /** e^x 2^-n, for |x - n ln 2| <= ln 2 / 2 and the n of `binary`: Taylor's series to degree 13 (next term below 2^-57). */
  // @ts-ignore: decorator
  @inline
  static expFraction(x: v128, binary: v128): v128 {
    const n = f64x2.sub(binary, Doubles.constant(1, EXP));
    const hi = f64x2.sub(x, f64x2.mul(n, Doubles.constant(2, EXP)));
    const lo = f64x2.mul(n, Doubles.constant(3, EXP));
    const r = f64x2.sub(hi, lo);
    const r2 = f64x2.mul(r, r);
    const r4 = f64x2.mul(r2, r2);
    const p0 = f64x2.add(Doubles.constant(4, EXP), f64x2.mul(Doubles.constant(5, EXP), r));
    const p1 = f64x2.add(Doubles.constant(6, EXP), f64x2.mul(Doubles.constant(7, EXP), r));
    const p2 = f64x2.add(Doubles.constant(8, EXP), f64x2.mul(Doubles.constant(9, EXP), r));
    const p3 = f64x2.add(Doubles.constant(10, EXP), f64x2.mul(Doubles.constant(11, EXP), r));
    const p4 = f64x2.add(Doubles.constant(12, EXP), f64x2.mul(Doubles.constant(13, EXP), r));
    const p5 = f64x2.add(Doubles.constant(14, EXP), f64x2.mul(Doubles.constant(15, EXP), r));
    const q0 = f64x2.add(p0, f64x2.mul(p1, r2));
    const q1 = f64x2.add(p2, f64x2.mul(p3, r2));
    const q2 = f64x2.add(p4, f64x2.mul(p5, r2));
    const p = f64x2.add(q0, f64x2.mul(f64x2.add(q1, f64x2.mul(q2, r4)), r4));
    // r lost the low bits of hi - lo; they return with the quadratic part, before the last two roundings.
    return f64x2.add(Doubles.constant(16, EXP), f64x2.add(hi, f64x2.sub(f64x2.mul(r2, p), lo)));
  }

  /** e^x per lane for -708 <= x <= 709, within 1 ulp; NaN stays NaN, and beyond the result is any number. */
  // @ts-ignore: decorator
  @inline
  static exp(x: v128): v128 {
    const binary = Doubles.binary(x);
    return f64x2.mul(Doubles.expFraction(x, binary), i64x2.shl(binary, 52));
  }

  /**
   * log x + n ln 2 per lane, for positive normal x and whole n, within 1 ulp. x = 2^k m, f = m - 1, s = f / (2 + f), and
   *
   *     log m = 2 artanh(s) = 2 s + 2 s^3 / 3 + 2 s^5 / 5 + ...    (|s| < 0.172: degree 21 reaches 2^-57)
   *
   * written as f - (f^2/2 - s (f^2/2 + R(s^2))), so that the leading term f is exact.
   */
  // @ts-ignore: decorator
  @inline
  static log(x: v128, n: v128): v128 {
    const shifted = i64x2.sub(x, Doubles.constant(0, BITS));
    const fraction = v128.and(shifted, Doubles.constant(1, BITS));
    const m = i64x2.add(fraction, Doubles.constant(0, BITS));
    const k = i64x2.add(i64x2.add(i64x2.shr_s(shifted, 52), n), Doubles.constant(2, BITS));
    const e = f64x2.sub(k, Doubles.constant(11, LOG));
    const f = f64x2.sub(m, Doubles.constant(16, EXP));
    const s = f64x2.div(f, f64x2.add(Doubles.constant(10, LOG), f));
    const half = f64x2.mul(f64x2.mul(Doubles.constant(4, EXP), f), f);
    const z = f64x2.mul(s, s);
    const z2 = f64x2.mul(z, z);
    const z4 = f64x2.mul(z2, z2);
    const p0 = f64x2.add(Doubles.constant(0, LOG), f64x2.mul(Doubles.constant(1, LOG), z));
    const p1 = f64x2.add(Doubles.constant(2, LOG), f64x2.mul(Doubles.constant(3, LOG), z));
    const p2 = f64x2.add(Doubles.constant(4, LOG), f64x2.mul(Doubles.constant(5, LOG), z));
    const p3 = f64x2.add(Doubles.constant(6, LOG), f64x2.mul(Doubles.constant(7, LOG), z));
    const p4 = f64x2.add(Doubles.constant(8, LOG), f64x2.mul(Doubles.constant(9, LOG), z));
    const q0 = f64x2.add(p0, f64x2.mul(p1, z2));
    const q1 = f64x2.add(p2, f64x2.mul(p3, z2));
    const p = f64x2.add(q0, f64x2.mul(f64x2.add(q1, f64x2.mul(p4, z4)), z4));
    const rest = f64x2.add(
      f64x2.mul(s, f64x2.add(half, f64x2.mul(z, p))),
      f64x2.mul(e, Doubles.constant(3, EXP))
    );
    const below = f64x2.sub(f64x2.sub(half, rest), f);
    return f64x2.sub(f64x2.mul(e, Doubles.constant(2, EXP)), below);
  }

  /** The sum of the lanes of each. */
  // @ts-ignore: decorator
  @inline
  static sums(x: v128, y: v128): v128 {
    return f64x2.add(v128.shuffle<u64>(x, y, 0, 2), v128.shuffle<u64>(x, y, 1, 3));
  }

  /** The sum of the lanes. */
  // @ts-ignore: decorator
  @inline
  static sum(x: v128): f64 {
    return f64x2.extract_lane(x, 0) + f64x2.extract_lane(x, 1);
  }
}
