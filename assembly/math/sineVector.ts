import { Doubles } from "./doubles";

// Constants in memory, one broadcast load each (vector.ts says why).
const REDUCTION = memory.data<f64>(
  [
    0.6366197723675814, // 2 / pi
    6755399441055744.0, // 1.5 * 2^52: adding it rounds to an integer that lands in the low bits
    1.5707963267341256, // pi / 2 in three parts of 33 bits, as in trigonometric.ts
    6.077100506303966e-11,
    2.0222662487111665e-21
  ],
  16
);

const SERIES = memory.data<f64>(
  [
    -2.505210838544172e-8, // -1 / 11! up to -1 / 3!
    2.7557319223985893e-6,
    -0.0001984126984126984,
    0.008333333333333333,
    -0.16666666666666666,
    2.08767569878681e-9, // 1 / 12! down to -1 / 2!
    -2.755731922398589e-7,
    2.48015873015873e-5,
    -0.001388888888888889,
    0.041666666666666664,
    -0.5,
    1.0
  ],
  16
);

const LIMIT: f32 = 1.6e6; // where the products with the parts of pi / 2 are no longer exact

/**
 * out = sin(x + quadrants pi / 2) of n f32, n even, in f64 and rounded once: within 0.51 ulp for |x| < 1.6e6, NaN beyond; NaN
 * stays NaN. `out` may be x.
 *
 * x = n pi / 2 + r, then the series of the sine or the cosine of r, to 4e-12 of the result.
 *
 * @param quadrants 0 for the sine, 1 for the cosine, 2 for the sine's negative
 */
export function sines(x: usize, n: i32, quadrants: i64, out: usize): void {
  for (const end = x + ((<usize>n) << 2); x < end; x += 8, out += 8) {
    const floats = v128.load64_zero(x);
    const known = f32x4.lt(f32x4.abs(floats), f32x4.splat(LIMIT));
    const value = f64x2.promote_low_f32x4(floats);
    const shifted = f64x2.add(
      f64x2.mul(value, Doubles.constant(0, REDUCTION)),
      Doubles.constant(1, REDUCTION)
    );
    const turns = f64x2.sub(shifted, Doubles.constant(1, REDUCTION));
    let r = f64x2.sub(value, f64x2.mul(turns, Doubles.constant(2, REDUCTION)));
    r = f64x2.sub(r, f64x2.mul(turns, Doubles.constant(3, REDUCTION)));
    r = f64x2.sub(r, f64x2.mul(turns, Doubles.constant(4, REDUCTION)));
    const z = f64x2.mul(r, r);
    let sine = Doubles.constant(0, SERIES);
    for (let i = 1; i < 5; i++) sine = f64x2.add(f64x2.mul(sine, z), Doubles.constant(i, SERIES));
    sine = f64x2.add(r, f64x2.mul(f64x2.mul(r, z), sine));
    let cosine = Doubles.constant(5, SERIES);
    for (let i = 6; i < 12; i++) cosine = f64x2.add(f64x2.mul(cosine, z), Doubles.constant(i, SERIES));
    const quadrant = i64x2.add(shifted, i64x2.splat(quadrants));
    const odd = i64x2.shr_s(i64x2.shl(quadrant, 63), 63);
    const sign = v128.and(i64x2.shl(quadrant, 62), i64x2.splat(i64.MIN_VALUE));
    const y = f32x4.demote_f64x2_zero(v128.xor(v128.bitselect(cosine, sine, odd), sign));
    store<i64>(out, i64x2.extract_lane(v128.bitselect(y, f32x4.splat(NaN), known), 0));
  }
}
