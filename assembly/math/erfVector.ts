import { Fused } from "./fused";
import { Vector } from "./vector";

// Constants in memory, as in vector.ts.
const TAIL = memory.data<f32>(
  [
    9.430973052978516, // D, from a^3 down, after a^4
    41.04208755493164,
    95.18040466308594,
    104.14585876464844,
    0.9963544011116028, // N, from a^3 down
    9.512011528015137,
    38.09812545776367,
    83.09617614746094,
    0.3989413380622864 // C
  ],
  16
);

const BELL = memory.data<f32>(
  [
    13.28, // e^(-a^2 / 2) is 0 from 13.25 on
    49152.0, // 1.5 * 2^15: adding it rounds to a multiple of 2^-8
    -0.5
  ],
  16
);

const ERF = memory.data<f32>(
  [
    -0.0006020491127856076, // the polynomial in x^2, from x^10 down
    0.004998927935957909,
    -0.026770485565066338,
    0.11281921714544296,
    -0.3761250376701355,
    0.12837915122509003,
    0.875, // up to here
    1.4142135623730951,
    1.0
  ],
  16
);

/** The error function and the two factors of its complement, of four f32 lanes; a NaN stays NaN. */
export class ErrorFunction {
  /** |x|, cut off where e^(-x^2 / 2) is 0: the domain of the factors. */
  // @ts-ignore: decorator
  @inline
  static bounded(x: v128): v128 {
    return f32x4.pmin(f32x4.abs(x), v128.load32_splat(BELL));
  }

  /**
   * w e^(-a^2 / 2) for 0 <= a <= 13.28. A rounded square would cost a^2 / 4 ulp, so it is taken apart: a = h + l with h a
   * multiple of 2^-8, which has 12 bits and an exact square, and a^2 = h^2 + l (a + h).
   *
   * Within 2 ulp up to 13.24, 0 from 13.25 on.
   */
  // @ts-ignore: decorator
  @inline
  static timesBell(w: v128, a: v128): v128 {
    const magic = v128.load32_splat(BELL, 4);
    const minusHalf = v128.load32_splat(BELL, 8);
    const h = f32x4.sub(f32x4.add(a, magic), magic);
    const rest = f32x4.mul(f32x4.sub(a, h), f32x4.mul(f32x4.add(a, h), minusHalf));
    return Vector.timesExpOfSum(w, f32x4.mul(h, f32x4.mul(h, minusHalf)), rest);
  }

  /**
   * a e^(a^2 / 2) Phi(-a) for 0 <= a <= 13.28, with Phi the distribution function of N(0, 1). Times the bell it is
   * a erfc(a / sqrt 2) / 2, and keeps its relative accuracy however small that is.
   *
   *     C a D(a) / (a D(a) + N(a)),   D of degree 4 and N of degree 3
   *
   * without a negative coefficient; what a D is rounded by cancels where N is small. Relative error 2.1e-8, by Remez'
   * algorithm on the problem linearized in the denominator, in 50 digits, for the C at which it is least, the
   * coefficients rounded one after another. Within 4 ulp.
   */
  // @ts-ignore: decorator
  @inline
  static tail(a: v128): v128 {
    let d = f32x4.add(a, v128.load32_splat(TAIL));
    d = Fused.multiplyAdd(d, a, v128.load32_splat(TAIL, 4));
    d = Fused.multiplyAdd(d, a, v128.load32_splat(TAIL, 8));
    d = Fused.multiplyAdd(d, a, v128.load32_splat(TAIL, 12));
    d = f32x4.mul(d, a);
    let n = Fused.multiplyAdd(v128.load32_splat(TAIL, 16), a, v128.load32_splat(TAIL, 20));
    n = Fused.multiplyAdd(n, a, v128.load32_splat(TAIL, 24));
    n = Fused.multiplyAdd(n, a, v128.load32_splat(TAIL, 28));
    return f32x4.mul(v128.load32_splat(TAIL, 32), f32x4.div(d, f32x4.add(d, n)));
  }

  /**
   * erf x per lane: x + x P(x^2) below 0.875, P a minimax polynomial of degree 5 (within 1.5e-8 of erf(x) / x - 1,
   * found like those of `erf64`), and 1 - erfc |x| above, where erfc is less than a quarter.
   *
   * Within 2 ulp. Odd to the bit, +-1 at the infinities.
   */
  // @ts-ignore: decorator
  @inline
  static erf(x: v128): v128 {
    const size = f32x4.abs(x);
    const z = f32x4.mul(x, x);
    let p = Fused.multiplyAdd(v128.load32_splat(ERF), z, v128.load32_splat(ERF, 4));
    p = Fused.multiplyAdd(p, z, v128.load32_splat(ERF, 8));
    p = Fused.multiplyAdd(p, z, v128.load32_splat(ERF, 12));
    p = Fused.multiplyAdd(p, z, v128.load32_splat(ERF, 16));
    p = Fused.multiplyAdd(p, z, v128.load32_splat(ERF, 20));
    const small = Fused.multiplyAdd(p, x, x);
    const a = f32x4.pmax(
      ErrorFunction.bounded(f32x4.mul(x, v128.load32_splat(ERF, 28))),
      v128.load32_splat(ERF, 32)
    );
    const half = ErrorFunction.timesBell(f32x4.div(ErrorFunction.tail(a), a), a);
    const large = f32x4.sub(v128.load32_splat(ERF, 32), f32x4.add(half, half));
    const sign = v128.xor(x, size);
    return v128.bitselect(small, v128.or(large, sign), f32x4.lt(size, v128.load32_splat(ERF, 24)));
  }
}
