import { addTransposed, matvec } from "../kernel/matvec";
import { dotWide, wide } from "../kernel/wide";
import { f32s, f64s, saturated } from "../memory";
import { Coefficients } from "../schedule/record";
import { Mixture } from "./mixture";
import { mixtureRow } from "./mixtureEstimate";
import { mixtureScratch, prepareMixture, Tables } from "./mixtureTables";

// Scratch: that of the velocity | f64: off K x d | U_k u K x d | factors K x d | mean of q d | u d | sum d

export function mixtureTangentScratch(m: Mixture): u32 {
  const extra = (3 * <u64>m.components + 3) * <u64>m.dim;
  return saturated(<u64>mixtureScratch(m) + extra * 8);
}

/** Where the scratch of the velocity ends. */
function extraOf(m: Mixture, scratch: usize): usize {
  return scratch + <usize>mixtureScratch(m);
}

/**
 * The velocity F and its derivative along k directions u of every row,
 *
 *     J u = sum_j r_j [ C_j u + kappa (q_j - q) <q_j - q, u> ],   q = sum_j r_j q_j,   kappa = a^2 b' / b - a a',
 *
 * where C_j = U_j^T diag(c_j) U_j is the derivative of what component j alone would give, g_j = b' m_j + C_j (x - b m_j), and
 * q_j = -U_j^T diag(1 / s_j) U_j (x - b m_j) the gradient of the logarithm of its posterior weight: as c_j is
 * b' / b - kappa / s_j, g_j = (b' / b) x + kappa q_j, and sum_j r_j (g_j - F) <q_j - q, u> is their covariance. Nothing in it grows
 * with |x| where one component has all the weight.
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
  const kappa = kappaOf(at);
  const t = prepareMixture(m, at, at.aDa, at.db, scratch);
  for (let i = 0; i < count; i++, x += row, out += row) {
    const unit = 1.0 / mixtureRow(m, t, x, out);
    components(m, t, unit, kappa);
    for (let j = 0; j < k; j++, directions += row, tangents += row) {
      direction(m, t, unit, kappa, directions, tangents);
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
  const kappa = kappaOf(at);
  const t = prepareMixture(m, at, at.aDa, at.db, scratch);
  for (let i = 0; i < count; i++, x += f32s(m.dim), out += f32s(m.dim), divergences += 8) {
    store<f64>(divergences, components(m, t, 1.0 / mixtureRow(m, t, x, out), kappa));
  }
}

/** kappa of `mixtureTangent`; 0 before the means can be told from the rounding of x, where all q_j are equal. */
function kappaOf(at: Coefficients): f64 {
  return at.b > 1e-14 ? (at.a * at.a * at.db) / at.b - at.aDa : 0;
}

function table(m: Mixture, t: Tables, i: i32): usize {
  return extraOf(m, t.scratch) + f64s(i * m.components) * <usize>m.dim;
}

/** The posterior probability of component j; `unit` is 1 by the sum of the weights. */
function shareOf(t: Tables, j: i32, unit: f64): f64 {
  return load<f64>(t.weights + f64s(j)) * unit;
}

/** The q_j - q of one row, of components that have a share in it. Returns the trace of J. */
function components(m: Mixture, t: Tables, unit: f64, kappa: f64): f64 {
  const d = m.dim;
  const off = table(m, t, 0);
  const turned = table(m, t, 1);
  const mean = table(m, t, 3);
  const end = f64s(d);
  let trace: f64 = 0;
  memory.fill(mean, 0, end);
  for (let j = 0; j < m.components; j++) {
    const share = shareOf(t, j, unit);
    if (share == 0) continue;
    const first = f64s(j) * <usize>d;
    const own = off + first;
    const slopes = m.axes ? turned : own;
    let sum: f64 = 0;
    for (let i: usize = 0; i < end; i += 8) {
      const c = first + i;
      const entry = m.round ? f64s(j) : c;
      const x = load<f64>(t.local + (m.axes ? c : i));
      store<f64>(slopes + i, load<f64>(t.precisions + entry) * (t.b * load<f64>(m.turned + c) - x));
      sum += load<f64>(t.shrinks + entry);
    }
    trace += share * sum;
    if (m.axes) {
      memory.fill(own, 0, end);
      addTransposed(m.axes + first * <usize>d, d, d, turned, own);
    }
    for (let i: usize = 0; i < end; i += 8) {
      store<f64>(mean + i, load<f64>(mean + i) + share * load<f64>(own + i));
    }
  }
  let spread: f64 = 0;
  for (let j = 0; j < m.components; j++) {
    const share = shareOf(t, j, unit);
    if (share == 0) continue;
    const own = off + f64s(j) * <usize>d;
    let sum: f64 = 0;
    for (let i: usize = 0; i < end; i += 8) {
      const away = load<f64>(own + i) - load<f64>(mean + i);
      store<f64>(own + i, away);
      sum += away * away;
    }
    spread += share * sum;
  }
  return trace + kappa * spread;
}

/** J u of the row whose q_j - q are known. */
function direction(m: Mixture, t: Tables, unit: f64, kappa: f64, from: usize, tangent: usize): void {
  const d = m.dim;
  const off = table(m, t, 0);
  const turned = table(m, t, 1);
  const factors = table(m, t, 2);
  const u = table(m, t, 3) + f64s(d);
  const sum = u + f64s(d);
  wide(from, d, u);
  memory.fill(sum, 0, f64s(d));
  if (m.axes) matvec(m.axes, m.components * d, d, u, turned);
  for (let j = 0; j < m.components; j++) {
    const share = shareOf(t, j, unit);
    const first = f64s(j) * <usize>d;
    const along = m.axes ? turned + first : u;
    const inner = share != 0 ? share * kappa * dotWide(off + first, u, d) : 0;
    for (let i: usize = 0, end = f64s(d); i < end; i += 8) {
      const c = first + i;
      let own: f64 = 0;
      let away: f64 = 0;
      if (share != 0) {
        own = share * load<f64>(t.shrinks + (m.round ? f64s(j) : c)) * load<f64>(along + i);
        away = inner * load<f64>(off + c);
      }
      if (m.axes) store<f64>(factors + c, own);
      else away += own;
      store<f64>(sum + i, load<f64>(sum + i) + away);
    }
  }
  if (m.axes) addTransposed(m.axes, m.components * d, d, factors, sum);
  for (let i: usize = 0, end = f64s(d); i < end; i += 8)
    store<f32>(tangent + (i >> 1), <f32>load<f64>(sum + i));
}
