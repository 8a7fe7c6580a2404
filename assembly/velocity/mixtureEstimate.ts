import { distances, weightedDistances } from "../kernel/distance";
import { addTransposed, matvec } from "../kernel/matvec";
import { Softmax, weigh } from "../kernel/softmax";
import { wide } from "../kernel/wide";
import { Doubles } from "../math/doubles";
import { log64 } from "../math/log";
import { f32s, f64s } from "../memory";
import { Coefficients } from "../schedule/record";
import { Mixture } from "./mixture";
import { planeRow } from "./mixturePlane";
import { prepareMixture, Tables } from "./mixtureTables";

const HALF_LOG_TWO_PI: f64 = 0.9189385332046728;

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
  const t = prepareMixture(m, at, onNoise, onData, scratch);
  const row = f32s(m.dim);
  for (let i = 0; i < count; i++, x += row, out += row) mixtureRow(m, t, x, out);
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
  const t = prepareMixture(m, at, 0, 1, scratch);
  for (let i = 0; i < count; i++, x += f32s(m.dim), out += 8) {
    const largest = exponents(m, t, x);
    const total = weigh(t.weights, m.components, largest);
    store<f64>(out, largest + log64(total) - <f64>m.dim * HALF_LOG_TWO_PI);
  }
}

/** The estimate of one row, left in f64 at `sum` too. Returns the sum of the weights, which are left at `weights`. */
export function mixtureRow(m: Mixture, t: Tables, x: usize, out: usize): f64 {
  if (m.round && m.dim == 2) return planeRow(m, t, x, out);
  const total = weigh(t.weights, m.components, exponents(m, t, x));
  if (m.round) roundSum(m, t);
  else if (m.axes) turnedSum(m, t);
  else plainSum(m, t);
  const share = 1.0 / total;
  const shares = f64x2.splat(share);
  let p = t.sum;
  const end = p + f64s(m.dim);
  for (; p + 8 < end; p += 16, out += 8) {
    const value = f64x2.mul(v128.load(p), shares);
    v128.store(p, value);
    store<f64>(out, f64x2.extract_lane(f32x4.demote_f64x2_zero(value), 0));
  }
  if (p < end) {
    const value = load<f64>(p) * share;
    store<f64>(p, value);
    store<f32>(out, <f32>value);
  }
  return total;
}

/** log w_k - sum_i (log s_ki + y_i^2 / s_ki) / 2 of every component, into `weights`; returns the largest. */
function exponents(m: Mixture, t: Tables, x: usize): f64 {
  const k = m.components;
  const row = f64s(m.dim);
  wide(x, m.dim, t.x);
  if (m.round) {
    distances(m.means, k, row, t.b, t.x, t.weights);
  } else {
    if (m.axes) matvec(m.axes, k * m.dim, m.dim, t.x, t.local);
    weightedDistances(t.precisions, m.turned, k, row, t.b, t.local, m.axes ? row : 0, t.weights);
  }
  const half = f64x2.splat(0.5);
  let most = f64x2.splat(-Infinity);
  for (let i: usize = 0, end = f64s(k); i < end; i += 16) {
    let square = f64x2.mul(half, v128.load(t.weights + i));
    if (m.round) square = f64x2.mul(square, v128.load(t.precisions + i));
    const exponent = f64x2.sub(v128.load(t.logNorms + i), square);
    v128.store(t.weights + i, exponent);
    most = f64x2.pmax(most, exponent);
  }
  return Softmax.larger(most);
}

/** sum := sum_k weight_k [ c_k x + pull_k m_k ]. */
function roundSum(m: Mixture, t: Tables): void {
  let common = f64x2.splat(0);
  for (let i: usize = 0, end = f64s(m.components); i < end; i += 16) {
    const weight = v128.load(t.weights + i);
    common = f64x2.add(common, f64x2.mul(weight, v128.load(t.shrinks + i)));
    v128.store(t.factors + i, f64x2.mul(weight, v128.load(t.pulls + i)));
  }
  const factor = f64x2.splat(Doubles.sum(common));
  for (let i: usize = 0, end = f64s(m.dim); i < end; i += 16) {
    v128.store(t.sum + i, f64x2.mul(factor, v128.load(t.x + i)));
  }
  addTransposed(m.means, m.components, m.dim, t.factors, t.sum);
}

/** sum := sum_k weight_k [ diag(c_k) x + pull_k ]. */
function plainSum(m: Mixture, t: Tables): void {
  const row = f64s(m.dim);
  clear(t.sum, row);
  for (let k = 0; k < m.components; k++) {
    const weight = load<f64>(t.weights + f64s(k));
    if (weight != 0) addLocal(weight, t, <usize>k * row, row);
  }
}

function clear(at: usize, bytes: usize): void {
  for (const end = at + bytes; at < end; at += 16) v128.store(at, f64x2.splat(0));
}

/** One component's part in the sum; of an odd number of coordinates one more is written. */
function addLocal(weight: f64, t: Tables, at: usize, row: usize): void {
  const factor = f64x2.splat(weight);
  const shrinks = t.shrinks + at;
  const pulls = t.pulls + at;
  const sum = t.sum;
  const x = t.x;
  for (let i: usize = 0; i < row; i += 16) {
    const own = f64x2.add(f64x2.mul(v128.load(shrinks + i), v128.load(x + i)), v128.load(pulls + i));
    v128.store(sum + i, f64x2.add(v128.load(sum + i), f64x2.mul(factor, own)));
  }
}

/** sum := sum_k U_k^T weight_k [ diag(c_k) U_k x + pull_k ]. */
function turnedSum(m: Mixture, t: Tables): void {
  const row = f64s(m.dim);
  for (let k = 0; k < m.components; k++) {
    const weight = load<f64>(t.weights + f64s(k));
    const at = <usize>k * row;
    for (let i = at; i < at + row; i += 8) {
      const own = load<f64>(t.shrinks + i) * load<f64>(t.local + i) + load<f64>(t.pulls + i);
      store<f64>(t.factors + i, weight != 0 ? weight * own : 0);
    }
  }
  clear(t.sum, row);
  addTransposed(m.axes, m.components * m.dim, m.dim, t.factors, t.sum);
}
