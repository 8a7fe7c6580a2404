// Small integers in vectors: four 8-bit neighbours to a lane where the machine has their product, else two 16-bit ones.

/** Whether a build runs networks with 8-bit weights. The others leave the room to what everybody needs. */
export const INTEGERS: bool = isDefined(INT8);

/** Whether it multiplies 8-bit numbers, or widens them to 16 bits. The sums are the same. */
export const BYTES: bool = ASC_FEATURE_RELAXED_SIMD;

/** Bytes of a small integer in memory. */
export const INTEGER: usize = BYTES ? 1 : 2;

/** Bytes of `n` small integers in whole quads. */
export function quads(n: i32): usize {
  return <usize>((n + 3) & ~3) * INTEGER;
}

export class Integers {
  /**
   * sum + the products of the neighbours in each lane. Exact on every machine, for signed `x` and `y` of 0..127: no sum of
   * two products leaves 16 bits, and what the relaxed instruction leaves open is a `y` of 8 bits.
   */
  // @ts-ignore: decorator
  @inline
  static addProducts(x: v128, y: v128, sum: v128): v128 {
    if (BYTES) return i32x4.relaxed_dot_i8x16_i7x16_add_s(x, y, sum);
    return i32x4.add(sum, i32x4.dot_i16x8_s(x, y));
  }

  /** Integers of 0..127, four to a vector, as a quad of each of a, b, c and d in turn; 16 INTEGER bytes. */
  // @ts-ignore: decorator
  @inline
  static storeQuads(out: usize, a: v128, b: v128, c: v128, d: v128): void {
    const ab = i16x8.narrow_i32x4_s(a, b);
    const cd = i16x8.narrow_i32x4_s(c, d);
    if (BYTES) {
      v128.store(out, i8x16.narrow_i16x8_s(ab, cd));
    } else {
      v128.store(out, i8x16.shuffle(ab, cd, 0, 1, 2, 3, 8, 9, 10, 11, 16, 17, 18, 19, 24, 25, 26, 27));
      v128.store(out, i8x16.shuffle(ab, cd, 4, 5, 6, 7, 12, 13, 14, 15, 20, 21, 22, 23, 28, 29, 30, 31), 16);
    }
  }

  /** The same with the four integers of a lane as neighbours; the second half lies 32 bytes on where they take two bytes. */
  // @ts-ignore: decorator
  @inline
  static storeLanes(out: usize, a: v128, b: v128, c: v128, d: v128): void {
    // Of two integers below 2^7 in a lane, one moves up.
    const ab = v128.or(a, i32x4.shl(b, BYTES ? 8 : 16));
    const cd = v128.or(c, i32x4.shl(d, BYTES ? 8 : 16));
    if (BYTES) {
      v128.store(out, v128.or(ab, i32x4.shl(cd, 16)));
    } else {
      v128.store(out, ab);
      v128.store(out, cd, 32);
    }
  }
}
