import { alloc, saturated } from "../memory";
import { exp64 } from "../math/exp";
import { log64 } from "../math/log";
import { Coefficients } from "../schedule/schedule";
import { MIXTURE, Velocity } from "./record";

/** sum_k w_k N(m_k, U_k^T diag(l_k) U_k): arrays of f64 below the record in the arena. */
@unmanaged
export class Mixture extends Velocity {
  components: i32;
  logWeights: usize; // K
  means: usize; // K x d
  variances: usize; // K x d, eigenvalues
  axes: usize; // K x d x d, eigenvectors in rows; 0 = coordinate axes
}

/** A record over arrays that stay where they are; 0 where memory cannot grow. */
export function newMixture(
  schedule: i32,
  dim: i32,
  components: i32,
  logWeights: usize,
  means: usize,
  variances: usize,
  axes: usize
): usize {
  const address = alloc(offsetof<Mixture>());
  if (!address) return 0;
  const mixture = changetype<Mixture>(address);
  mixture.kind = MIXTURE;
  mixture.schedule = schedule;
  mixture.dim = dim;
  mixture.components = components;
  mixture.logWeights = logWeights;
  mixture.means = means;
  mixture.variances = variances;
  mixture.axes = axes;
  return address;
}

// Scratch, all f64: shrink K x d | precision K x d | logNorm K | centred d | along d | sum d

export function mixtureScratch(m: Mixture): u32 {
  const k = <u64>m.components;
  const d = <u64>m.dim;
  return saturated((2 * k * d + k + 3 * d) * 8);
}

/**
 * v(t, x) = sum_k r_k [ b' m_k + U_k^T diag(c_k) U_k (x - b m_k) ],   c_ki = (a a' + b b' l_ki) / (a^2 + b^2 l_ki),
 *
 * with r_k the posterior probability of component k given X_t = x, a softmax of
 * log w_k - sum_i (log s_ki + y_i^2 / s_ki) / 2, where s_ki = a^2 + b^2 l_ki and y = U_k (x - b m_k).
 *
 * In f64, the state in f32. Finite for 0 <= t <= 1. Cost per row: O(K d), with axes O(K d^2).
 */
export function mixtureVelocity(
  m: Mixture,
  at: Coefficients,
  x: usize,
  count: i32,
  out: usize,
  scratch: usize
): void {
  prepare(m, at, scratch);
  const row = (<usize>m.dim) << 2;
  for (let i = 0; i < count; i++, x += row, out += row) mixtureRow(m, at, x, out, scratch);
}

/** What depends on the time alone. */
function prepare(m: Mixture, at: Coefficients, scratch: usize): void {
  const d = m.dim;
  const all = (<usize>(m.components * d)) << 3;
  let shrink = scratch;
  let variances = m.variances;
  for (let k = 0; k < m.components; k++) {
    let logNorm = load<f64>(m.logWeights + ((<usize>k) << 3));
    for (let i = 0; i < d; i++, shrink += 8, variances += 8) {
      const l = load<f64>(variances);
      const spread = at.a * at.a + at.b * at.b * l;
      store<f64>(shrink, (at.aDa + at.b * at.db * l) / spread);
      store<f64>(shrink + all, 1.0 / spread);
      logNorm -= 0.5 * log64(spread);
    }
    store<f64>(scratch + 2 * all + ((<usize>k) << 3), logNorm);
  }
}

/** One row: a softmax over the components that never holds more than the running maximum and sums. */
function mixtureRow(m: Mixture, at: Coefficients, x: usize, out: usize, scratch: usize): void {
  const d = m.dim;
  const vector = (<usize>d) << 3;
  const logNorms = scratch + 2 * <usize>m.components * vector;
  const centred = logNorms + ((<usize>m.components) << 3);
  const along = m.axes ? centred + vector : centred;
  const sum = centred + 2 * vector;
  let largest = -Infinity;
  let total: f64 = 0;
  memory.fill(sum, 0, vector);
  for (let k = 0; k < m.components; k++) {
    const mean = m.means + <usize>k * vector;
    const shrink = scratch + <usize>k * vector;
    const precision = shrink + <usize>m.components * vector;
    const axes = m.axes ? m.axes + <usize>k * <usize>d * vector : 0;
    for (let j: usize = 0, p = x; j < vector; j += 8, p += 4) {
      store<f64>(centred + j, <f64>load<f32>(p) - at.b * load<f64>(mean + j));
    }
    if (axes) rotate(axes, centred, along, d);
    let distance: f64 = 0;
    for (let j: usize = 0; j < vector; j += 8) {
      const y = load<f64>(along + j);
      distance += y * y * load<f64>(precision + j);
      store<f64>(along + j, y * load<f64>(shrink + j));
    }
    const logPosterior = load<f64>(logNorms + ((<usize>k) << 3)) - 0.5 * distance;
    let weight: f64 = 1;
    if (logPosterior > largest) {
      const fade = exp64(largest - logPosterior);
      for (let j: usize = 0; j < vector; j += 8) store<f64>(sum + j, load<f64>(sum + j) * fade);
      total *= fade;
      largest = logPosterior;
    } else {
      weight = exp64(logPosterior - largest);
    }
    total += weight;
    for (let j: usize = 0; j < vector; j += 8) {
      const rest: f64 = axes ? 0 : load<f64>(along + j);
      store<f64>(sum + j, load<f64>(sum + j) + weight * (at.db * load<f64>(mean + j) + rest));
    }
    if (axes) rotateBack(axes, along, weight, sum, d);
  }
  for (let j: usize = 0; j < vector; j += 8, out += 4) store<f32>(out, <f32>(load<f64>(sum + j) / total));
}

/** out = U x, for f64 U (d, d). */
function rotate(u: usize, x: usize, out: usize, d: i32): void {
  const vector = (<usize>d) << 3;
  for (const end = out + vector; out < end; out += 8) {
    let sum: f64 = 0;
    for (let j: usize = 0; j < vector; j += 8, u += 8) sum += load<f64>(u) * load<f64>(x + j);
    store<f64>(out, sum);
  }
}

/** out += weight U^T x. */
function rotateBack(u: usize, x: usize, weight: f64, out: usize, d: i32): void {
  const vector = (<usize>d) << 3;
  for (const end = x + vector; x < end; x += 8) {
    const factor = weight * load<f64>(x);
    for (let j: usize = 0; j < vector; j += 8, u += 8) {
      store<f64>(out + j, load<f64>(out + j) + factor * load<f64>(u));
    }
  }
}
