import { Softmax, weigh } from "../kernel/softmax";
import { Doubles } from "../math/doubles";
import { f64s } from "../memory";
import { Mixture } from "./mixture";
import { Tables } from "./mixtureTables";

/**
 * `mixtureRow` for round components in two dimensions, where a point is one vector: what takes most of the time elsewhere
 * is a few operations, and what leads there would take most of it.
 */
export function planeRow(m: Mixture, t: Tables, x: usize, out: usize): f64 {
  const point = f64x2.promote_low_f32x4(v128.load64_zero(x));
  const end = f64s(m.components);
  const b = f64x2.splat(t.b);
  const half = f64x2.splat(0.5);
  let most = f64x2.splat(-Infinity);
  for (let i: usize = 0; i < end; i += 16) {
    const next: usize = i + 8 < end ? 16 : 0; // an odd last component is taken twice, and the second one is nothing
    const off0 = f64x2.sub(point, f64x2.mul(b, v128.load(m.means + 2 * i)));
    const off1 = f64x2.sub(point, f64x2.mul(b, v128.load(m.means + 2 * i + next)));
    const squares = Doubles.sums(f64x2.mul(off0, off0), f64x2.mul(off1, off1));
    const scaled = f64x2.mul(f64x2.mul(half, squares), v128.load(t.precisions + i));
    const exponents = f64x2.sub(v128.load(t.logNorms + i), scaled);
    v128.store(t.weights + i, exponents);
    most = f64x2.pmax(most, exponents);
  }
  const total = weigh(t.weights, m.components, Softmax.larger(most));
  let common = f64x2.splat(0);
  let sum = f64x2.splat(0);
  for (let i: usize = 0; i < end; i += 16) {
    const next: usize = i + 8 < end ? 16 : 0;
    const weights = v128.load(t.weights + i);
    common = f64x2.add(common, f64x2.mul(weights, v128.load(t.shrinks + i)));
    const pulls = f64x2.mul(weights, v128.load(t.pulls + i));
    const first = f64x2.mul(v128.shuffle<u64>(pulls, pulls, 0, 0), v128.load(m.means + 2 * i));
    const second = f64x2.mul(v128.shuffle<u64>(pulls, pulls, 1, 1), v128.load(m.means + 2 * i + next));
    sum = f64x2.add(sum, f64x2.add(first, second));
  }
  sum = f64x2.add(f64x2.mul(f64x2.splat(Doubles.sum(common)), point), sum);
  const value = f64x2.mul(sum, f64x2.splat(1.0 / total));
  v128.store(t.x, point);
  v128.store(t.sum, value);
  store<f64>(out, f64x2.extract_lane(f32x4.demote_f64x2_zero(value), 0));
  return total;
}
