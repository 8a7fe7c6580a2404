// Weights e^(l_k - max l) of logarithms l, f64.

import { Doubles } from "../math/doubles";
import { f64s } from "../memory";

export const NEGLIGIBLE: f64 = -60; // e^-60 is far below the rounding of a sum that is at least 1

export class Softmax {
  /** The larger lane of a vector that began as -Infinity and grew by f64x2.pmax: NaN counts for nothing. */
  // @ts-ignore: decorator
  @inline
  static larger(most: v128): f64 {
    const low = f64x2.extract_lane(most, 0);
    const high = f64x2.extract_lane(most, 1);
    return low < high ? high : low;
  }

  /** The weights of two logarithms relative to the largest, 0 where they are negligible; NaN stays NaN. */
  // @ts-ignore: decorator
  @inline
  static weights(logs: v128, largest: v128): v128 {
    const below = f64x2.sub(logs, largest);
    const gone = f64x2.lt(below, f64x2.splat(NEGLIGIBLE)); // false of NaN
    return i64x2.all_true(gone) ? f64x2.splat(0) : v128.andnot(Doubles.exp(below), gone);
  }
}

/** n logarithms := their weights relative to the largest; returns the sum. Of an odd number, one more is written. */
export function weigh(logs: usize, n: i32, largest: f64): f64 {
  let total = f64x2.splat(0);
  for (const end = logs + f64s(n); logs < end; logs += 16) {
    const weights = Softmax.weights(v128.load(logs), f64x2.splat(largest));
    v128.store(logs, weights);
    total = f64x2.add(total, weights);
  }
  return Doubles.sum(total);
}
