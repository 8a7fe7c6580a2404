import { dotFloats } from "../kernel/wide";
import { f32s, f64s, saturated } from "../memory";
import { Coefficients } from "../schedule/record";
import { scheduleAt } from "../schedule/schedule";
import { Empirical, empiricalEstimate, empiricalLogDensity, empiricalScratch } from "./empirical";
import { empiricalDivergence, empiricalTangent, empiricalTangentScratch } from "./empiricalTangent";
import { Mixture } from "./mixture";
import { mixtureEstimate, mixtureLogDensity } from "./mixtureEstimate";
import { mixtureScratch } from "./mixtureTables";
import { mixtureDivergence, mixtureTangent, mixtureTangentScratch } from "./mixtureTangent";
import { networkDrift, networkEstimate, networkScratch, networkVelocity } from "./network";
import { Network } from "./networkRecord";
import { networkDivergence, networkTangent, networkTangentScratch } from "./networkTangent";
import { isEmpirical, isMixture, isNetwork, Velocity } from "./record";

const coefficients = memory.data(32, 16);

/** The schedule's coefficients at time t, in static memory: good until the next call. */
export function coefficientsAt(v: usize, t: f64): Coefficients {
  scheduleAt(changetype<Velocity>(v).schedule, t, coefficients);
  return changetype<Coefficients>(coefficients);
}

/**
 * Bytes of scratch that one evaluation on `count` rows takes.
 *
 * @param probes -1 none, 0 for the exact divergence, else the probes or directions of a row
 */
export function scratchBytes(v: usize, count: i32, probes: i32): u32 {
  const directions = max(probes, 0);
  // The tangents of `trace` before they become numbers.
  const products = directions ? <u64>count * <u64>directions * <u64>changetype<Velocity>(v).dim * 4 + 16 : 0;
  let own: u32 = 0;
  if (isMixture(v)) {
    const m = changetype<Mixture>(v);
    own = probes < 0 ? mixtureScratch(m) : mixtureTangentScratch(m);
  } else if (isEmpirical(v)) {
    const e = changetype<Empirical>(v);
    own = probes < 0 ? empiricalScratch(e, count) : empiricalTangentScratch(e, count, directions);
  } else if (isNetwork(v)) {
    const n = changetype<Network>(v);
    own = probes < 0 ? networkScratch(n, count) : networkTangentScratch(n, count, directions);
  }
  return saturated(<u64>own + products);
}

/**
 * (onNoise / a) E[Z | X_t = x] + onData E[X_1 | X_t = x] of every row, in scratch that the caller owns.
 *
 * Every estimate of an interpolant is one: the velocity is (a a', b'), the score (-1, 0), the denoiser (0, 1), the
 * noise (a, 0), and the step of the exponential Euler method from s to t, taken at s, is (a_t a_s, b_t).
 */
export function estimate(
  v: usize,
  t: f64,
  onNoise: f64,
  onData: f64,
  x: usize,
  count: i32,
  out: usize,
  scratch: usize
): void {
  estimateAt(v, t, coefficientsAt(v, t), onNoise, onData, x, count, out, scratch);
}

/** The same where the schedule's coefficients are at hand. */
function estimateAt(
  v: usize,
  t: f64,
  at: Coefficients,
  onNoise: f64,
  onData: f64,
  x: usize,
  count: i32,
  out: usize,
  scratch: usize
): void {
  if (isMixture(v)) mixtureEstimate(changetype<Mixture>(v), at, onNoise, onData, x, count, out, scratch);
  else if (isEmpirical(v))
    empiricalEstimate(changetype<Empirical>(v), at, onNoise, onData, x, count, out, scratch);
  else if (isNetwork(v)) networkEstimate(changetype<Network>(v), t, onNoise, onData, x, count, out, scratch);
}

/** `velocity` in scratch that the caller owns. */
export function evaluate(v: usize, t: f64, x: usize, count: i32, out: usize, scratch: usize): void {
  if (isNetwork(v)) {
    networkVelocity(changetype<Network>(v), t, x, count, out, scratch);
  } else {
    const at = coefficientsAt(v, t);
    estimateAt(v, t, at, at.aDa, at.db, x, count, out, scratch);
  }
}

/** v + epsilon s of every row, with the score s: what a stochastic path follows. One evaluation. */
export function drift(
  v: usize,
  t: f64,
  epsilon: f64,
  x: usize,
  count: i32,
  out: usize,
  scratch: usize
): void {
  if (isNetwork(v)) {
    networkDrift(changetype<Network>(v), t, epsilon, x, count, out, scratch);
  } else {
    const at = coefficientsAt(v, t);
    estimate(v, t, at.aDa - epsilon, at.db, x, count, out, scratch);
  }
}

/** The velocity and its derivative J u along `k` directions of every row: directions and tangents (count, k, dim) f32. */
export function tangent(
  v: usize,
  t: f64,
  x: usize,
  count: i32,
  directions: usize,
  k: i32,
  out: usize,
  tangents: usize,
  scratch: usize
): void {
  const at = coefficientsAt(v, t);
  if (isMixture(v))
    mixtureTangent(changetype<Mixture>(v), at, x, count, directions, k, out, tangents, scratch);
  else if (isEmpirical(v))
    empiricalTangent(changetype<Empirical>(v), at, x, count, directions, k, out, tangents, scratch);
  else if (isNetwork(v))
    networkTangent(changetype<Network>(v), t, x, count, directions, k, out, tangents, scratch);
}

/**
 * The velocity, and what is asked of the trace of its derivative J: with k = 0 the divergence tr J itself, (count) f64;
 * else e^T J e for each of the k probes e of a row, (count, k) f64, whose mean over random probes is the divergence.
 *
 * @param probes (count, k, dim) f32
 */
export function trace(
  v: usize,
  t: f64,
  x: usize,
  count: i32,
  probes: usize,
  k: i32,
  out: usize,
  traces: usize,
  scratch: usize
): void {
  const at = coefficientsAt(v, t);
  if (k > 0) {
    const dim = changetype<Velocity>(v).dim;
    const tangents = scratch;
    const rest = scratch + ((f32s(count * k) * <usize>dim + 15) & ~15);
    tangent(v, t, x, count, probes, k, out, tangents, rest);
    for (let i = 0; i < count * k; i++) {
      const at = f32s(i) * <usize>dim;
      store<f64>(traces + f64s(i), dotFloats(probes + at, tangents + at, dim));
    }
  } else if (isMixture(v)) {
    mixtureDivergence(changetype<Mixture>(v), at, x, count, out, traces, scratch);
  } else if (isEmpirical(v)) {
    empiricalDivergence(changetype<Empirical>(v), at, x, count, out, traces, scratch);
  } else if (isNetwork(v)) {
    networkDivergence(changetype<Network>(v), t, x, count, out, traces, scratch);
  }
}

/** log p_t(x) of every row, f64; NaN for networks, whose density is an integral along the flow. */
export function logDensityOf(v: usize, t: f64, x: usize, count: i32, out: usize, scratch: usize): void {
  const at = coefficientsAt(v, t);
  if (isMixture(v)) mixtureLogDensity(changetype<Mixture>(v), at, x, count, out, scratch);
  else if (isEmpirical(v)) empiricalLogDensity(changetype<Empirical>(v), at, x, count, out, scratch);
  else for (let i = 0; i < count; i++) store<f64>(out + f64s(i), NaN);
}
