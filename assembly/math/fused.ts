/** Products and sums in one: where the two builds of the core differ. */
export class Fused {
  /**
   * x y + z per lane. The product is rounded and then the sum, the same bits everywhere; the relaxed build leaves it to
   * the machine, most of which round once.
   */
  // @ts-ignore: decorator
  @inline
  static multiplyAdd(x: v128, y: v128, z: v128): v128 {
    if (ASC_FEATURE_RELAXED_SIMD) return f32x4.relaxed_madd(x, y, z);
    return f32x4.add(f32x4.mul(x, y), z);
  }

  /** z - x y per lane, rounded likewise. */
  // @ts-ignore: decorator
  @inline
  static subtractProduct(x: v128, y: v128, z: v128): v128 {
    if (ASC_FEATURE_RELAXED_SIMD) return f32x4.relaxed_nmadd(x, y, z);
    return f32x4.sub(z, f32x4.mul(x, y));
  }
}
