import { INTEGERS } from "./integers";

/**
 * Whether products and sums are left to the machine: in the relaxed build. The build for 8-bit weights takes their exact
 * products from the same set of instructions, and rounds everything else as the plain one does.
 */
export const FUSES: bool = ASC_FEATURE_RELAXED_SIMD && !INTEGERS;

/** Products and sums in one: where the builds of the core differ. */
export class Fused {
  /**
   * x y + z per lane. The product is rounded and then the sum, the same bits everywhere; the relaxed build leaves it to
   * the machine, most of which round once.
   */
  // @ts-ignore: decorator
  @inline
  static multiplyAdd(x: v128, y: v128, z: v128): v128 {
    if (FUSES) return f32x4.relaxed_madd(x, y, z);
    return f32x4.add(f32x4.mul(x, y), z);
  }

  /** z - x y per lane, rounded likewise. */
  // @ts-ignore: decorator
  @inline
  static subtractProduct(x: v128, y: v128, z: v128): v128 {
    if (FUSES) return f32x4.relaxed_nmadd(x, y, z);
    return f32x4.sub(z, f32x4.mul(x, y));
  }
}
