// What a mixture's estimates are made of at one time, the same for all rows.

import { Doubles } from "../math/doubles";
import { log64 } from "../math/log";
import { allocations, f64s, saturated } from "../memory";
import { Coefficients } from "../schedule/record";
import { even, Mixture } from "./mixture";

/**
 * The tables of the mixture that was last prepared, and of which estimate: with s_ki = a^2 + b^2 l_ki,
 *
 *     precision = 1 / s_ki,   shrink = c_ki = (onNoise + onData b l_ki) / s_ki,   pull = (onData - b c_ki) U_k m_k,
 *
 * a number for each component and coordinate; of round components one for each component, and pull without the mean.
 */
@unmanaged
export class Tables {
  mixture: Mixture;
  scratch: usize;
  allocations: u32; // when it was prepared: what is not allocated is nobody else's
  a: f64;
  b: f64;
  onNoise: f64;
  onData: f64;
  logNorms: usize; // K: log w_k - sum_i log s_ki / 2
  weights: usize; // K: of the row, relative to the largest
  precisions: usize;
  shrinks: usize;
  pulls: usize;
  factors: usize; // K x d with axes, K where all is round: of the vectors whose sum is the row's estimate
  local: usize; // with axes K x d: U_k x, else x
  x: usize; // d
  sum: usize; // d: the estimate
}

const tables = changetype<Tables>(memory.data(offsetof<Tables>(), 16));
const SMALLEST_NORMAL: f64 = 2.2250738585072014e-308;

/** Numbers in a table, padded so that vectors of two pass over the last. */
function entries(m: Mixture): u64 {
  return even(m.round ? <u64>m.components : <u64>m.components * <u64>m.dim);
}

/** Numbers in an array of one for each component: `distances` writes four at a time. */
function room(m: Mixture): u64 {
  return (<u64>m.components + 3) & ~3;
}

/** Bytes of the scratch: logNorms | weights | precisions | shrinks | pulls | x | sum | factors | local. */
export function mixtureScratch(m: Mixture): u32 {
  const factors = m.round || m.axes ? entries(m) : 0;
  const local = m.axes ? entries(m) : 0;
  const numbers = 2 * room(m) + 3 * entries(m) + factors + local + 2 * even(m.dim);
  return saturated(numbers * 8);
}

/** The tables, which are filled unless they are those of the estimate before: two stages of a solver may share their time. */
export function prepareMixture(
  m: Mixture,
  at: Coefficients,
  onNoise: f64,
  onData: f64,
  scratch: usize
): Tables {
  const t = tables;
  const same =
    t.mixture == m &&
    t.scratch == scratch &&
    t.allocations == allocations() &&
    t.a == at.a &&
    t.b == at.b &&
    t.onNoise == onNoise &&
    t.onData == onData;
  if (!same) fillTables(m, at, onNoise, onData, scratch);
  return t;
}

function fillTables(m: Mixture, at: Coefficients, onNoise: f64, onData: f64, scratch: usize): void {
  const t = tables;
  t.mixture = m;
  t.scratch = scratch;
  t.allocations = allocations();
  t.a = at.a;
  t.b = at.b;
  t.onNoise = onNoise;
  t.onData = onData;
  const each = (<usize>room(m)) << 3;
  const table = (<usize>entries(m)) << 3;
  const row = (<usize>even(m.dim)) << 3;
  t.logNorms = scratch;
  t.weights = scratch += each;
  t.precisions = scratch += each;
  t.shrinks = scratch += table;
  t.pulls = scratch += table;
  t.x = scratch += table;
  t.sum = scratch += row;
  t.factors = scratch += row;
  t.local = m.axes ? scratch + table : t.x;
  fillEntries(m, t);
  if (!m.round) fullNorms(m, t);
  if (m.components & 1) store<f64>(t.logNorms + f64s(m.components), -Infinity);
}

/** The tables; of round components the logNorms too. */
function fillEntries(m: Mixture, t: Tables): void {
  const variances = m.round ? m.spheres : m.variances;
  const end = f64s(m.components) * (m.round ? 1 : <usize>m.dim);
  const a2 = f64x2.splat(t.a * t.a);
  const b2 = f64x2.splat(t.b * t.b);
  const bData = f64x2.splat(t.b * t.onData);
  const halfDim = f64x2.splat(0.5 * <f64>m.dim);
  for (let i: usize = 0; i < end; i += 16) {
    // Beyond an odd number of them there may be anything: what is there must be finite, for it is multiplied by 0.
    const l = i + 8 < end ? v128.load(variances + i) : v128.load64_splat(variances + i);
    // What is below the smallest normal number counts as that, so that it has an inverse and a logarithm.
    const spread = f64x2.pmax(f64x2.add(a2, f64x2.mul(b2, l)), f64x2.splat(SMALLEST_NORMAL));
    const precision = f64x2.div(f64x2.splat(1), spread);
    const shrink = f64x2.mul(f64x2.add(f64x2.splat(t.onNoise), f64x2.mul(bData, l)), precision);
    let pull = f64x2.sub(f64x2.splat(t.onData), f64x2.mul(f64x2.splat(t.b), shrink));
    if (m.round) {
      const logs = f64x2.mul(halfDim, Doubles.log(spread, i64x2.splat(0)));
      v128.store(t.logNorms + i, f64x2.sub(v128.load(m.logWeights + i), logs));
    } else {
      pull = f64x2.mul(pull, v128.load(m.turned + i));
    }
    v128.store(t.precisions + i, precision);
    v128.store(t.shrinks + i, shrink);
    v128.store(t.pulls + i, pull);
  }
}

const SMALL: f64 = 1e-150; // the product of two numbers between these is one that a double holds
const LARGE: f64 = 1e150;

/** The logNorms by one logarithm of many spreads: of their product, which is begun anew where it grows out of bounds. */
function fullNorms(m: Mixture, t: Tables): void {
  let l = m.variances;
  for (let k: usize = 0, ends = f64s(m.components); k < ends; k += 8) {
    let logs: f64 = 0;
    let product: f64 = 1;
    for (const end = l + f64s(m.dim); l < end; l += 8) {
      const spread = t.a * t.a + t.b * t.b * load<f64>(l);
      if (product < SMALL || product > LARGE || spread < SMALL || spread > LARGE) {
        logs += log64(product);
        product = 1;
      }
      product *= spread;
    }
    store<f64>(t.logNorms + k, load<f64>(m.logWeights + k) - 0.5 * (logs + log64(product)));
  }
}
