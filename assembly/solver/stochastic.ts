import { f32s } from "../memory";
import { normalsAt } from "../random/normal";
import { Velocity } from "../velocity/record";
import { drift } from "../velocity/velocity";
import { Trajectory } from "./trajectory";

const STREAM: u32 = 1; // of the source's noise there is stream 0

/**
 * One step of Euler and Maruyama's method for dX = (v + eps s) dt + sqrt(2 eps) dW with the score s, whose marginals are
 * those of the flow for every eps >= 0. One evaluation a step. The noise depends on the seed, the sample's index, the
 * step and the coordinate alone.
 *
 * Parameters, f64: eps, the seed's lower and upper word, the index of the first sample.
 *
 * @see Albergo, Boffi & Vanden-Eijnden, "Stochastic Interpolants", 2023.
 */
export function stochasticStep(s: Trajectory, from: f64, to: f64): void {
  const h = to - from;
  const epsilon = load<f64>(s.parameters);
  drift(s.velocity, from, epsilon, s.x, s.count, s.slopes, s.scratch);
  const dim = changetype<Velocity>(s.velocity).dim;
  const seedLo = <u32>load<f64>(s.parameters, 8);
  const seedHi = <u32>load<f64>(s.parameters, 16);
  const first = <u32>load<f64>(s.parameters, 24);
  normalsAt(seedLo, seedHi, STREAM, <u32>s.done, first, s.count, dim, s.point);
  const ahead = <f32>h;
  const spread = <f32>sqrt(2.0 * epsilon * h);
  for (let i: usize = 0, end = f32s(s.count) * <usize>dim; i < end; i += 4) {
    const move = ahead * load<f32>(s.slopes + i) + spread * load<f32>(s.point + i);
    store<f32>(s.x + i, load<f32>(s.x + i) + move);
  }
}
