import { addTransposed, matvec } from "../kernel/matvec";
import { dotWide, wide } from "../kernel/wide";
import { exp64 } from "../math/exp";
import { f32s, f64s, saturated } from "../memory";
import { Coefficients } from "../schedule/record";
import {
  alongOf,
  Mixture,
  mixtureExponent,
  mixtureRow,
  mixtureScratch,
  prepareMixture,
  softmaxOf
} from "./mixture";

// Scratch: that of the velocity | f64: g d | q d | mean of g d | mean of q d | u d | turned d | sums k x d

export function mixtureTangentScratch(m: Mixture, k: i32): u32 {
  return saturated(<u64>mixtureScratch(m) + <u64>m.dim * (<u64>k + 6) * 8);
}

/**
 * The velocity F and its derivative along k directions u of every row,
 *
 *     J u = sum_j r_j [ C_j u + g_j <q_j, u> ] - F <q, u>,   q = sum_j r_j q_j,
 *
 * where g_j = b' m_j + C_j (x - b m_j) is what component j alone would give, C_j = U_j^T diag(c_j) U_j its derivative,
 * and q_j = -U_j^T diag(1 / s_j) U_j (x - b m_j) the gradient of the logarithm of its posterior weight.
 * Cost per row: that of the velocity twice, and O(K d) for each direction (with axes O(K d^2)).
 *
 * @param directions (count, k, dim) f32
 * @param tangents (count, k, dim) f32
 */
export function mixtureTangent(
  m: Mixture,
  at: Coefficients,
  x: usize,
  count: i32,
  directions: usize,
  k: i32,
  out: usize,
  tangents: usize,
  scratch: usize
): void {
  const d = m.dim;
  const row = f32s(d);
  const sums = extraOf(m, scratch) + f64s(6 * d);
  prepareMixture(m, at, at.aDa, at.db, scratch);
  for (let i = 0; i < count; i++, x += row, out += row) {
    mixtureRow(m, at.b, at.db, x, out, scratch);
    memory.fill(sums, 0, f64s(k) * <usize>d);
    components(m, at, x, directions, k, scratch);
    for (let j = 0; j < k; j++, directions += row, tangents += row) {
      const u = extraOf(m, scratch) + f64s(4 * d);
      wide(directions, d, u);
      const common = dotWide(meanOfQ(m, scratch), u, d);
      const sum = sums + f64s(j) * <usize>d;
      for (let c: usize = 0, end = f64s(d); c < end; c += 8) {
        const value = load<f64>(sum + c) - load<f64>(meanOfG(m, scratch) + c) * common;
        store<f32>(tangents + (c >> 1), <f32>value);
      }
    }
  }
}

/** The velocity and its exact divergence, the trace of the matrix of `mixtureTangent`: f64, (count). */
export function mixtureDivergence(
  m: Mixture,
  at: Coefficients,
  x: usize,
  count: i32,
  out: usize,
  divergences: usize,
  scratch: usize
): void {
  const d = m.dim;
  prepareMixture(m, at, at.aDa, at.db, scratch);
  for (let i = 0; i < count; i++, x += f32s(d), out += f32s(d), divergences += 8) {
    mixtureRow(m, at.b, at.db, x, out, scratch);
    const sum = components(m, at, x, 0, 0, scratch);
    store<f64>(divergences, sum - dotWide(meanOfG(m, scratch), meanOfQ(m, scratch), d));
  }
}

function extraOf(m: Mixture, scratch: usize): usize {
  return scratch + <usize>mixtureScratch(m);
}

function meanOfG(m: Mixture, scratch: usize): usize {
  return extraOf(m, scratch) + f64s(2 * m.dim);
}

function meanOfQ(m: Mixture, scratch: usize): usize {
  return extraOf(m, scratch) + f64s(3 * m.dim);
}

/**
 * Sums over the components of one row, weighted by their posterior probabilities: the means of g and q, and
 * C_j u + g_j <q_j, u> for each direction u. Returns that of tr C_j + <g_j, q_j>.
 */
function components(m: Mixture, at: Coefficients, x: usize, directions: usize, k: i32, scratch: usize): f64 {
  const d = m.dim;
  const g = extraOf(m, scratch);
  const q = g + f64s(d);
  const softmax = softmaxOf(m, scratch);
  const largest = load<f64>(softmax);
  const total = load<f64>(softmax, 8);
  let trace: f64 = 0;
  memory.fill(meanOfG(m, scratch), 0, f64s(2 * d));
  for (let j = 0; j < m.components; j++) {
    const weight = exp64(mixtureExponent(m, at.b, j, x, scratch) - largest) / total;
    if (weight == 0) continue;
    const factors = scratch + f64s(j * d);
    const precisions = factors + f64s(m.components * d);
    const mean = m.means + f64s(j * d);
    memory.fill(g, 0, f64s(2 * d));
    addTurnedBack(m, j, factors, 1, scratch, g);
    addTurnedBack(m, j, precisions, -1, scratch, q);
    for (let c: usize = 0, end = f64s(d); c < end; c += 8) {
      store<f64>(g + c, load<f64>(g + c) + at.db * load<f64>(mean + c));
      trace += weight * (load<f64>(factors + c) + load<f64>(g + c) * load<f64>(q + c));
    }
    add(weight, g, d, meanOfG(m, scratch));
    add(weight, q, d, meanOfQ(m, scratch));
    for (let n = 0; n < k; n++) addDirection(m, j, weight, directions + f32s(n * d), n, scratch);
  }
  return trace;
}

/** out += sign U_j^T diag(factors) y, with y where `mixtureExponent` left it. */
function addTurnedBack(m: Mixture, j: i32, factors: usize, sign: f64, scratch: usize, out: usize): void {
  const d = m.dim;
  const y = alongOf(m, scratch);
  const turned = extraOf(m, scratch) + f64s(5 * d);
  const place = m.axes ? turned : out;
  for (let c: usize = 0, end = f64s(d); c < end; c += 8) {
    store<f64>(place + c, sign * load<f64>(factors + c) * load<f64>(y + c));
  }
  if (m.axes) addTransposed(m.axes + f64s(j * d) * <usize>d, d, d, turned, out);
}

/** sums_n += weight (C_j u + g_j <q_j, u>). */
function addDirection(m: Mixture, j: i32, weight: f64, direction: usize, n: i32, scratch: usize): void {
  const d = m.dim;
  const g = extraOf(m, scratch);
  const u = g + f64s(4 * d);
  const turned = u + f64s(d);
  const sum = turned + f64s(d) + f64s(n) * <usize>d;
  const factors = scratch + f64s(j * d);
  const axes = m.axes + f64s(j * d) * <usize>d;
  wide(direction, d, u);
  add(weight * dotWide(g + f64s(d), u, d), g, d, sum);
  if (m.axes) matvec(axes, d, d, u, turned);
  const along = m.axes ? turned : u;
  const place = m.axes ? turned : sum;
  for (let c: usize = 0, end = f64s(d); c < end; c += 8) {
    const own = weight * load<f64>(factors + c) * load<f64>(along + c);
    store<f64>(place + c, m.axes ? own : load<f64>(sum + c) + own);
  }
  if (m.axes) addTransposed(axes, d, d, turned, sum);
}

/** out += factor x, f64. */
function add(factor: f64, x: usize, d: i32, out: usize): void {
  for (const end = x + f64s(d); x < end; x += 8, out += 8) {
    store<f64>(out, load<f64>(out) + factor * load<f64>(x));
  }
}
