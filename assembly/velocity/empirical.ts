import { alloc } from "../memory";
import { exp64 } from "../math/exp";
import { Coefficients } from "../schedule/schedule";
import { EMPIRICAL, Velocity } from "./record";

/** The data set's points, each smoothed by N(0, bandwidth^2 I). */
@unmanaged
export class Empirical extends Velocity {
  points: i32;
  data: usize; // n x d, f32, below the record in the arena
  halfSquares: usize; // n, f64: |y|^2 / 2 of each point
  bandwidth: f64;
}

/** A record over points that stay where they are; 0 where memory cannot grow. */
export function newEmpirical(schedule: i32, dim: i32, points: i32, data: usize, bandwidth: f64): usize {
  const address = alloc(offsetof<Empirical>());
  const halfSquares = alloc((<usize>points) << 3);
  if (!address || !halfSquares) return 0;
  const empirical = changetype<Empirical>(address);
  empirical.kind = EMPIRICAL;
  empirical.schedule = schedule;
  empirical.dim = dim;
  empirical.points = points;
  empirical.data = data;
  empirical.halfSquares = halfSquares;
  empirical.bandwidth = bandwidth;
  for (let i = 0; i < points; i++) {
    let sum: f64 = 0;
    for (const end = data + ((<usize>dim) << 2); data < end; data += 4) {
      sum += <f64>load<f32>(data) * <f64>load<f32>(data);
    }
    store<f64>(halfSquares + ((<usize>i) << 3), 0.5 * sum);
  }
  return address;
}

// Scratch, f64: sum d

export function empiricalScratch(e: Empirical): u32 {
  return e.dim * 8;
}

/**
 * v(t, x) = c x + (b' - c b) m(x),   c = (a a' + b b' h^2) / s,   s = a^2 + b^2 h^2,
 *
 * where m(x) is the mean of the points y weighted by exp(-|x - b y|^2 / (2 s)). |x|^2 is common to all weights and
 * drops out of them: what is left, b (<x, y> - b |y|^2 / 2) / s, needs one inner product for each point.
 *
 * In f64 (at the data end s is as small as h^2, and the logarithms of the weights are as large as 1 / h^2), the
 * state and the points in f32. Cost per row O(n d); memory independent of the number of points.
 */
export function empiricalVelocity(
  e: Empirical,
  at: Coefficients,
  x: usize,
  count: i32,
  out: usize,
  scratch: usize
): void {
  const squared = e.bandwidth * e.bandwidth;
  const spread = at.a * at.a + at.b * at.b * squared;
  const c = (at.aDa + at.b * at.db * squared) / spread;
  const pull = at.db - c * at.b;
  const row = (<usize>e.dim) << 2;
  for (let i = 0; i < count; i++) {
    const total = weigh(e, at.b, spread, x, scratch);
    for (let j: usize = 0; j < row; j += 4) {
      const mean = load<f64>(scratch + 2 * j) / total;
      store<f32>(out + j, <f32>(c * <f64>load<f32>(x + j) + pull * mean));
    }
    x += row;
    out += row;
  }
}

/** sum = sum_i w_i y_i relative to the largest weight; returns sum_i w_i. */
function weigh(e: Empirical, b: f64, spread: f64, x: usize, sum: usize): f64 {
  const row = (<usize>e.dim) << 2;
  let largest = -Infinity;
  let total: f64 = 0;
  let y = e.data;
  memory.fill(sum, 0, 2 * row);
  for (let i = 0; i < e.points; i++, y += row) {
    let product: f64 = 0;
    for (let j: usize = 0; j < row; j += 4) product += <f64>load<f32>(x + j) * <f64>load<f32>(y + j);
    const logWeight = (b * (product - b * load<f64>(e.halfSquares + ((<usize>i) << 3)))) / spread;
    let weight: f64 = 1;
    if (logWeight > largest) {
      const fade = exp64(largest - logWeight);
      for (let j: usize = 0; j < row; j += 4) store<f64>(sum + 2 * j, load<f64>(sum + 2 * j) * fade);
      total *= fade;
      largest = logWeight;
    } else {
      weight = exp64(logWeight - largest);
    }
    total += weight;
    if (weight == 0) continue;
    for (let j: usize = 0; j < row; j += 4) {
      store<f64>(sum + 2 * j, load<f64>(sum + 2 * j) + weight * <f64>load<f32>(y + j));
    }
  }
  return total;
}
