import { addTransposed, matvec } from "../kernel/matvec";
import { dotWide, wide } from "../kernel/wide";
import { f32s, f64s, saturated } from "../memory";
import { Coefficients } from "../schedule/record";
import { Mixture } from "./mixture";
import { mixtureRow } from "./mixtureEstimate";
import { mixtureScratch, prepareMixture, Tables } from "./mixtureTables";

// Scratch: that of the velocity | f64: g K x d | q K x d | U_k u K x d | factors K x d | mean of q d | u d | sum d

export function mixtureTangentScratch(m: Mixture): u32 {
  const extra = (4 * <u64>m.components + 3) * <u64>m.dim;
  return saturated(<u64>mixtureScratch(m) + extra * 8);
}

/** Where the scratch of the velocity ends. */
function extraOf(m: Mixture, scratch: usize): usize {
  return scratch + <usize>mixtureScratch(m);
}

/**
 * The velocity F and its derivative along k directions u of every row,
 *
 *     J u = sum_j r_j [ C_j u + g_j <q_j, u> ] - F <q, u>,   q = sum_j r_j q_j,
 *
 * where g_j = b' m_j + C_j (x - b m_j) is what component j alone would give, C_j = U_j^T diag(c_j) U_j its derivative,
 * and q_j = -U_j^T diag(1 / s_j) U_j (x - b m_j) the gradient of the logarithm of its posterior weight. Both are held
 * as U_j g_j and U_j q_j.
 * Cost per row: that of the velocity twice, and again for each direction.
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
  const row = f32s(m.dim);
  const t = prepareMixture(m, at, at.aDa, at.db, scratch);
  for (let i = 0; i < count; i++, x += row, out += row) {
    const total = mixtureRow(m, t, x, out);
    components(m, t, total);
    for (let j = 0; j < k; j++, directions += row, tangents += row) {
      direction(m, t, total, directions, tangents);
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
  const t = prepareMixture(m, at, at.aDa, at.db, scratch);
  for (let i = 0; i < count; i++, x += f32s(m.dim), out += f32s(m.dim), divergences += 8) {
    const total = mixtureRow(m, t, x, out);
    const sum = components(m, t, total);
    store<f64>(divergences, sum - dotWide(t.sum, meanOfQ(m, t), m.dim));
  }
}

function table(m: Mixture, t: Tables, i: i32): usize {
  return extraOf(m, t.scratch) + f64s(i * m.components) * <usize>m.dim;
}

function meanOfQ(m: Mixture, t: Tables): usize {
  return table(m, t, 4);
}

/**
 * The g_j and q_j of one row, and the mean of q_j under the posterior. Returns the mean of tr C_j + <g_j, q_j>.
 */
function components(m: Mixture, t: Tables, total: f64): f64 {
  const d = m.dim;
  const g = table(m, t, 0);
  const q = table(m, t, 1);
  const factors = table(m, t, 3);
  const mean = meanOfQ(m, t);
  let trace: f64 = 0;
  memory.fill(mean, 0, f64s(d));
  for (let j = 0; j < m.components; j++) {
    const share = load<f64>(t.weights + f64s(j)) / total;
    const first = f64s(j) * <usize>d;
    for (let i: usize = 0, end = f64s(d); i < end; i += 8) {
      const c = first + i;
      const entry = m.round ? f64s(j) : c;
      const x = load<f64>(t.local + (m.axes ? c : i));
      const local = load<f64>(m.turned + c);
      const pull = load<f64>(t.pulls + entry) * (m.round ? local : 1);
      const shrink = load<f64>(t.shrinks + entry);
      const own = shrink * x + pull;
      const slope = load<f64>(t.precisions + entry) * (t.b * local - x);
      store<f64>(g + c, own);
      store<f64>(q + c, slope);
      if (share != 0) trace += share * (shrink + own * slope);
      const part = share != 0 ? share * slope : 0;
      if (m.axes) store<f64>(factors + c, part);
      else store<f64>(mean + i, load<f64>(mean + i) + part);
    }
  }
  if (m.axes) addTransposed(m.axes, m.components * d, d, factors, mean);
  return trace;
}

/** J u of the row whose g_j and q_j are known. */
function direction(m: Mixture, t: Tables, total: f64, from: usize, tangent: usize): void {
  const d = m.dim;
  const g = table(m, t, 0);
  const q = table(m, t, 1);
  const turned = table(m, t, 2);
  const factors = table(m, t, 3);
  const u = meanOfQ(m, t) + f64s(d);
  const sum = u + f64s(d);
  wide(from, d, u);
  memory.fill(sum, 0, f64s(d));
  if (m.axes) matvec(m.axes, m.components * d, d, u, turned);
  for (let j = 0; j < m.components; j++) {
    const share = load<f64>(t.weights + f64s(j)) / total;
    const first = f64s(j) * <usize>d;
    const along = m.axes ? turned + first : u;
    const inner = share != 0 ? share * dotWide(q + first, along, d) : 0;
    for (let i: usize = 0, end = f64s(d); i < end; i += 8) {
      const shrink = load<f64>(t.shrinks + (m.round ? f64s(j) : first + i));
      const own = share != 0 ? share * shrink * load<f64>(along + i) + inner * load<f64>(g + first + i) : 0;
      if (m.axes) store<f64>(factors + first + i, own);
      else store<f64>(sum + i, load<f64>(sum + i) + own);
    }
  }
  if (m.axes) addTransposed(m.axes, m.components * d, d, factors, sum);
  const common = dotWide(meanOfQ(m, t), u, d);
  for (let i: usize = 0, end = f64s(d); i < end; i += 8) {
    store<f32>(tangent + (i >> 1), <f32>(load<f64>(sum + i) - load<f64>(t.sum + i) * common));
  }
}
