import { clockAt } from "../schedule/clock";
import { Coefficients } from "../schedule/record";
import { scheduleAt } from "../schedule/schedule";
import { guidanceAt } from "./conditions";
import { Network } from "./networkRecord";

/** How a network is asked and what its output N becomes: p x + q N(time, x / scale). */
@unmanaged
export class Reading {
  time: f64;
  scale: f64;
  p: f64;
  q: f64;
  guidance: f64; // the weight of what is told
}

export const DENOISER: i32 = 1;
const NOISE: i32 = 2;
const NOISE_FROM: f64 = 1e-3; // before it, b'/b may be infinite
const HEARD: f64 = 1e-3; // how far b must have grown for a network that tells the data by b' or b to be heard
const NEAR: f64 = 1e-4; // to an end of the time, at which the coefficients of a change of variables may be 0 / 0

const reading = memory.data(40, 16);
const own = changetype<Coefficients>(memory.data(32, 16));
const outer = changetype<Coefficients>(memory.data(32, 16));

/** Where the network stands while the flow is at time t: there, or on the clock of the schedule that it was trained on. */
function begin(n: Network, t: f64): Reading {
  const r = changetype<Reading>(reading);
  r.time = t;
  r.scale = 1;
  r.guidance = guidanceAt(n, t);
  if (n.own) {
    const clock = clockAt(n.own, n.schedule, t);
    r.time = clock.time;
    r.scale = clock.scale;
  }
  return r;
}

/** The coefficients of the schedule that the network was trained on. */
function ownAt(n: Network, time: f64): Coefficients {
  scheduleAt(n.own ? n.own : n.schedule, time, changetype<usize>(own));
  return own;
}

/**
 * How a network says its own velocity: it is the output N itself, or, where the output is a denoiser E[X_1 | X_t = x],
 *
 *     v(t, x) = p x + q N(t, x),   p = a'/a, q = b' - b a'/a, both at min(t, until),
 *
 * or, where it is the noise E[Z | X_t = x], with p = b'/b and q = a' - a b'/b, both at max(NOISE_FROM, min(t, until)).
 */
function ownVelocity(n: Network, r: Reading): void {
  r.p = 0;
  r.q = 1;
  if (!n.prediction) return;
  if (n.prediction == NOISE) {
    const at = ownAt(n, max(NOISE_FROM, min(r.time, n.until)));
    r.p = at.db / at.b;
    r.q = (at.aDa - at.a * at.a * r.p) / at.a;
    return;
  }
  const at = ownAt(n, min(r.time, n.until));
  r.p = at.aDa / (at.a * at.a);
  r.q = at.db - r.p * at.b;
}

/**
 * How a network says the flow's velocity. On another schedule than its own it is
 *
 *     v(t, x) = A x / scale + G v_own(time, x / scale),
 *
 * the change of variables X_t = scale X^own_time, with A and G by `solve`: the ends of the flow stay where they were. Where its
 * own velocity is 0 whatever the data, as at the start of a schedule with b = b' = 0, the flow's is an estimate of `silent`.
 */
export function velocityReading(n: Network, t: f64): Reading {
  const r = begin(n, t);
  ownVelocity(n, r);
  if (!n.own) return r;
  const time = r.time;
  const scale = r.scale;
  const p = r.p;
  const q = r.q;
  if (!change(n, t, r)) {
    if (own.a > 0) return estimateReading(n, t, outer.aDa, outer.db);
    change(n, max(NEAR, min(t, 1.0 - NEAR)), begin(n, max(NEAR, min(t, 1.0 - NEAR))));
    r.time = time;
    r.scale = scale;
  }
  r.p = (r.p + r.q * p) / r.scale;
  r.q *= q;
  return r;
}

/** A and G of `velocityReading` at time t, at which the reading begins; false where they cannot be told. */
function change(n: Network, t: f64, r: Reading): bool {
  scheduleAt(n.schedule, t, changetype<usize>(outer));
  return solve(ownAt(n, r.time), outer.aDa / r.scale, outer.db, r);
}

/**
 * How a network says (onNoise / a) E[Z | X_t = x] + onData E[X_1 | X_t = x]. Of a denoiser E[X_1] is the output, and
 * E[Z] / a = (x - b N) / a^2. Of a velocity, and of a denoiser past `until`, whose output is no mean of the data any more but
 * what its velocity was trained through, both are what agrees with the velocity: a a' E[Z] / a + b' E[X_1] = v and
 * a^2 E[Z] / a + b E[X_1] = x. So they are of a noise: within the times of `ownVelocity` that gives the output back.
 */
export function estimateReading(n: Network, t: f64, onNoise: f64, onData: f64): Reading {
  const r = begin(n, t);
  const noise = onNoise / r.scale;
  if (n.prediction == DENOISER && r.time <= n.until) {
    const at = ownAt(n, r.time);
    r.p = noise / (at.a * at.a);
    r.q = onData - r.p * at.b;
  } else {
    ownVelocity(n, r);
    const p = r.p;
    const q = r.q;
    if (!solve(ownAt(n, r.time), noise, onData, r)) {
      if (own.a > 0) return silent(n, t, noise, onData, r);
      // At a = a a' = 0 the data are x itself, and the noise is not told.
      r.p = onData;
      r.q = 0;
    }
    r.p += r.q * p;
    r.q *= q;
  }
  r.p /= r.scale;
  return r;
}

/**
 * `estimateReading` where a > 0 and the velocity says nothing of the data: b = b' = 0, where X_t = a Z and so E[Z] = X_t / a.
 * E[X_1] is that of a time a little later. `r` is the reading there, `noise` is on the clock of its own schedule.
 */
function silent(n: Network, t: f64, noise: f64, onData: f64, r: Reading): Reading {
  const square = own.a * own.a;
  const p = noise / (square * r.scale);
  const data = onData - (noise / square) * own.b;
  r.p = 0;
  r.q = 0;
  if (data != 0) estimateReading(n, later(n, t), 0, data);
  r.p += p;
  return r;
}

/** A time after t at which b has grown so far that the data are heard, and not so far that their mean has moved. */
function later(n: Network, t: f64): f64 {
  scheduleAt(n.schedule, t, changetype<usize>(outer));
  const least = outer.b + HEARD;
  for (let step = NEAR; t + step < 1.0; step *= 2.0) {
    scheduleAt(n.schedule, t + step, changetype<usize>(outer));
    if (outer.b >= least) return t + step;
  }
  return 1.0;
}

/** Adds `factor` times the estimate (onNoise, onData) to the reading of the velocity. */
export function driftReading(n: Network, t: f64, factor: f64, onNoise: f64, onData: f64): Reading {
  const r = velocityReading(n, t);
  const p = r.p;
  const q = r.q;
  const time = r.time;
  const scale = r.scale;
  estimateReading(n, t, onNoise, onData);
  if (r.q == 0) {
    // The network is asked for the velocity alone, which may be at another time.
    r.time = time;
    r.scale = scale;
  }
  r.p = p + factor * r.p;
  r.q = q + factor * r.q;
  return r;
}

/**
 * p and q of (onNoise / a) E[Z] + onData E[X_1] = p x + q v, where v = a' E[Z] + b' E[X_1] and x = a E[Z] + b E[X_1];
 * false where these say the same, as at a = a a' = 0.
 */
function solve(at: Coefficients, onNoise: f64, onData: f64, r: Reading): bool {
  const square = at.a * at.a;
  const determinant = square * at.db - at.aDa * at.b;
  if (!(determinant > 0)) return false;
  r.p = (onNoise * at.db - onData * at.aDa) / determinant;
  r.q = (square * onData - onNoise * at.b) / determinant;
  return true;
}
