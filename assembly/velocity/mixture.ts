import { addTransposed, matvec, scale } from "../kernel/matvec";
import { exp64 } from "../math/exp";
import { log64 } from "../math/log";
import { alloc, f32s, f64s, saturated } from "../memory";
import { Coefficients } from "../schedule/record";
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

const HALF_LOG_TWO_PI: f64 = 0.9189385332046728;

/** A record over arrays that stay where they are; 0 where memory cannot grow. */
export function newMixture(
  schedule: usize,
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

// Scratch, all f64: shrink K x d | precision K x d | logNorm K | largest | total | centred d | along d | sum d

export function mixtureScratch(m: Mixture): u32 {
  const k = <u64>m.components;
  const d = <u64>m.dim;
  return saturated((2 * k * d + k + 2 + 3 * d) * 8);
}

/** Address of the largest exponent of the row last computed, and of the sum of its weights relative to the largest. */
export function softmaxOf(m: Mixture, scratch: usize): usize {
  return scratch + f64s((2 * m.dim + 1) * m.components);
}

/**
 * (onNoise / a) E[Z | X_t = x] + onData E[X_1 | X_t = x]
 *     = sum_k r_k [ onData m_k + U_k^T diag(c_k) U_k (x - b m_k) ],   c_ki = (onNoise + onData b l_ki) / (a^2 + b^2 l_ki),
 *
 * with r_k the posterior probability of component k given X_t = x, a softmax of
 * log w_k - sum_i (log s_ki + y_i^2 / s_ki) / 2, where s_ki = a^2 + b^2 l_ki and y = U_k (x - b m_k).
 *
 * In f64, the state in f32. Finite for 0 <= t <= 1. Cost per row: O(K d), with axes O(K d^2).
 */
export function mixtureEstimate(
  m: Mixture,
  at: Coefficients,
  onNoise: f64,
  onData: f64,
  x: usize,
  count: i32,
  out: usize,
  scratch: usize
): void {
  prepareMixture(m, at, onNoise, onData, scratch);
  const row = f32s(m.dim);
  for (let i = 0; i < count; i++, x += row, out += row) mixtureRow(m, at.b, onData, x, out, scratch);
}

/** log p_t(x) = log sum_k w_k N(x; b m_k, s_k) of every row, f64. */
export function mixtureLogDensity(
  m: Mixture,
  at: Coefficients,
  x: usize,
  count: i32,
  out: usize,
  scratch: usize
): void {
  prepareMixture(m, at, 0, 1, scratch);
  for (let i = 0; i < count; i++, x += f32s(m.dim), out += 8) {
    let largest = -Infinity;
    let total: f64 = 0;
    for (let k = 0; k < m.components; k++) {
      const exponent = mixtureExponent(m, at.b, k, x, scratch);
      total =
        exponent > largest ? total * exp64(largest - exponent) + 1.0 : total + exp64(exponent - largest);
      largest = max(largest, exponent);
    }
    store<f64>(out, largest + log64(total) - <f64>m.dim * HALF_LOG_TWO_PI);
  }
}

/** What depends on the time alone. */
export function prepareMixture(
  m: Mixture,
  at: Coefficients,
  onNoise: f64,
  onData: f64,
  scratch: usize
): void {
  const d = m.dim;
  const all = f64s(m.components * d);
  let shrink = scratch;
  let variances = m.variances;
  for (let k = 0; k < m.components; k++) {
    let logNorm = load<f64>(m.logWeights + f64s(k));
    // Of an isotropic component all variances are one: then once is enough.
    let last: f64 = NaN;
    let factor: f64 = 0;
    let precision: f64 = 0;
    let halfLog: f64 = 0;
    for (let i = 0; i < d; i++, shrink += 8, variances += 8) {
      const l = load<f64>(variances);
      if (l != last) {
        const spread = at.a * at.a + at.b * at.b * l;
        factor = (onNoise + at.b * onData * l) / spread;
        precision = 1.0 / spread;
        halfLog = 0.5 * log64(spread);
        last = l;
      }
      store<f64>(shrink, factor);
      store<f64>(shrink + all, precision);
      logNorm -= halfLog;
    }
    store<f64>(scratch + 2 * all + f64s(k), logNorm);
  }
}

/** One row: a softmax over the components that holds no more than the largest exponent and the sums so far. */
export function mixtureRow(m: Mixture, b: f64, onData: f64, x: usize, out: usize, scratch: usize): void {
  const d = m.dim;
  const softmax = softmaxOf(m, scratch);
  const along = alongOf(m, scratch);
  const sum = along + f64s(d);
  let largest = -Infinity;
  let total: f64 = 0;
  memory.fill(sum, 0, f64s(d));
  for (let k = 0; k < m.components; k++) {
    const exponent = mixtureExponent(m, b, k, x, scratch);
    let weight: f64 = 1;
    if (exponent > largest) {
      const fade = exp64(largest - exponent);
      scale(sum, d, fade);
      total *= fade;
      largest = exponent;
    } else {
      weight = exp64(exponent - largest);
    }
    total += weight;
    if (weight != 0) addComponent(m, onData, k, weight, scratch, along, sum);
  }
  store<f64>(softmax, largest);
  store<f64>(softmax, total, 8);
  for (let p = sum, end = sum + f64s(d); p < end; p += 8, out += 4) {
    store<f32>(out, <f32>(load<f64>(p) / total));
  }
}

/** Where `mixtureExponent` leaves y = U_k (x - b m_k). */
export function alongOf(m: Mixture, scratch: usize): usize {
  return softmaxOf(m, scratch) + 16 + f64s(m.dim);
}

/** log w_k - sum_i (log s_ki + y_i^2 / s_ki) / 2 of y = U_k (x - b m_k), which is left at `alongOf`. */
export function mixtureExponent(m: Mixture, b: f64, k: i32, x: usize, scratch: usize): f64 {
  const d = m.dim;
  let along = alongOf(m, scratch);
  const centred = m.axes ? along - f64s(d) : along;
  let mean = m.means + f64s(k * d);
  for (let p = centred, end = centred + f64s(d); p < end; p += 8, mean += 8, x += 4) {
    store<f64>(p, <f64>load<f32>(x) - b * load<f64>(mean));
  }
  if (m.axes) matvec(m.axes + f64s(k * d) * <usize>d, d, d, centred, along);
  let precision = scratch + f64s((m.components + k) * d);
  let sum: f64 = 0;
  for (const end = along + f64s(d); along < end; along += 8, precision += 8) {
    const y = load<f64>(along);
    sum += y * y * load<f64>(precision);
  }
  return load<f64>(scratch + f64s(2 * m.components * d + k)) - 0.5 * sum;
}

/** sum += weight (onData m_k + U_k^T diag(c_k) y), with y in `along`, which is overwritten. */
function addComponent(
  m: Mixture,
  onData: f64,
  k: i32,
  weight: f64,
  scratch: usize,
  along: usize,
  sum: usize
): void {
  const d = m.dim;
  const shrink = scratch + f64s(k * d);
  const mean = m.means + f64s(k * d);
  const turned = m.axes != 0;
  for (let j: usize = 0, end = f64s(d); j < end; j += 8) {
    const own = weight * load<f64>(shrink + j) * load<f64>(along + j);
    store<f64>(along + j, own);
    const common = load<f64>(sum + j) + weight * onData * load<f64>(mean + j);
    store<f64>(sum + j, turned ? common : common + own);
  }
  if (turned) addTransposed(m.axes + f64s(k * d) * <usize>d, d, d, along, sum);
}
