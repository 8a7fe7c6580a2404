import { exp64 } from "../math/exp";
import { log64 } from "../math/log";
import { f64s } from "../memory";
import {
  add,
  beginRow,
  DIVERGED,
  OK,
  report,
  Rows,
  slopeOf,
  stateOf,
  STEP_LIMIT,
  TOLERANCE,
  takeRowSlope,
  weigh,
  yOf
} from "./rows";

// Embedded Runge-Kutta pairs whose last stage is the first of the next step. Parameters, f64:
//
//   a (stages x stages) | b | c | b - b^ | coefficients of theta .. theta^4 of each weight inside a step (stages x 4)
//   | order of the error estimate, plus one | rtol | atol

/** The vector b, c or b - b^. */
function vector(r: Rows, i: i32): usize {
  return r.parameters + f64s((r.stages + i) * r.stages);
}

function inside(r: Rows): usize {
  return vector(r, 3);
}

function scalar(r: Rows, i: i32): f64 {
  return load<f64>(inside(r) + f64s(4 * r.stages + i));
}

const SAFETY: f64 = 0.9;
const LEAST_FACTOR: f64 = 0.2;
const MOST_FACTOR: f64 = 10;
// Exponents of the controller, over the order: Hairer, Norsett & Wanner, "Solving ODEs II", IV.2.
const NOW: f64 = 0.7;
const BEFORE: f64 = 0.4;
const SMALLEST: f64 = 1e-9; // step, as a part of the whole way

const ONE = memory.data<f64>([1]);
const weights = memory.data(64, 16);

/** rms of e_i / (atol + rtol max(|y_i|, |z_i|)) over all that is integrated. */
function norm(r: Rows, e: usize, y: usize, z: usize): f64 {
  const rtol = scalar(r, 1);
  const atol = scalar(r, 2);
  let sum: f64 = 0;
  for (let i: usize = 0, end = f64s(r.size); i < end; i += 8) {
    const scale = atol + rtol * max(abs(load<f64>(y + i)), abs(load<f64>(z + i)));
    const part = load<f64>(e + i) / scale;
    sum += part * part;
  }
  return sqrt(sum / <f64>r.size);
}

function power(x: f64, exponent: f64): f64 {
  return exp64(exponent * log64(x));
}

function endOf(r: Rows): f64 {
  return load<f64>(r.outputs + f64s(r.outputCount));
}

/** The first slope, and a first step that an Euler step shows to be neither too long nor needlessly short. */
export function beginAdaptive(r: Rows): void {
  const state = stateOf(r);
  const y = yOf(state);
  const z = y + f64s(r.size);
  const k0 = slopeOf(r, state, 0);
  const k1 = slopeOf(r, state, 1);
  beginRow(r, state);
  const t = load<f64>(state);
  const way = endOf(r) - t;
  const sign: f64 = way < 0 ? -1 : 1;
  takeRowSlope(r, state, 0, t, y);
  const size = norm(r, y, y, y);
  const speed = norm(r, k0, y, y);
  const probe = min(size < 1e-5 || speed < 1e-5 ? 1e-6 : (0.01 * size) / speed, abs(way));
  weigh(r, state, y, sign * probe, ONE, 1, z);
  takeRowSlope(r, state, 1, t + sign * probe, z);
  for (let i: usize = 0, end = f64s(r.size); i < end; i += 8) {
    store<f64>(z + i, load<f64>(k1 + i) - load<f64>(k0 + i));
  }
  const steep = max(speed, norm(r, z, y, y) / probe);
  const guess = steep <= 1e-15 ? max(1e-6, probe * 1e-3) : power(0.01 / steep, 1.0 / scalar(r, 0));
  const h = min(min(100.0 * probe, guess), abs(way));
  store<f64>(state, sign * (h > 0 ? h : 0.01 * abs(way)), 8); // NaN where the row is: the first step will say so
  store<f64>(state, 1e-4, 16);
}

/**
 * Tries one step of an embedded pair. It is taken where the norm `err` of the difference of its two orders is at most 1;
 * a row whose step would be shorter than 1e-9 of the way stops. The next is longer by 0.9 err^(-0.7 / q) err_before^(0.4 / q), or shorter by 0.9 err^(-1 / q) after a refusal.
 */
export function adaptiveStep(r: Rows): void {
  const state = stateOf(r);
  const y = yOf(state);
  const z = y + f64s(r.size);
  const error = slopeOf(r, state, r.stages);
  const t = load<f64>(state);
  const end = endOf(r);
  const least = SMALLEST * abs(end - load<f64>(r.outputs));
  const refusedBefore = load<f64>(state, 24) == 0 && load<i32>(report(r, 3)) > 0;
  let h = load<f64>(state, 8);
  const last = abs(h) > 0.999999 * abs(end - t); // no sliver is left for a step of its own
  if (last) h = end - t;
  const next = last ? end : t + h;
  if (load<f64>(state, 24) != 0) {
    memory.copy(slopeOf(r, state, 0), slopeOf(r, state, r.stages - 1), f64s(r.size));
  }
  for (let i = 1; i < r.stages; i++) {
    const c = load<f64>(vector(r, 1) + f64s(i));
    weigh(r, state, y, h, r.parameters + f64s(i * r.stages), i, z);
    takeRowSlope(r, state, i, c == 1.0 ? next : t + c * h, z);
  }
  memory.fill(error, 0, f64s(r.size));
  weigh(r, state, error, h, vector(r, 2), r.stages, error);
  const err = norm(r, error, y, z);
  const order = scalar(r, 0);
  if (err <= 1.0 || (last && abs(h) <= least && err < Infinity)) {
    const growth =
      err == 0
        ? MOST_FACTOR
        : SAFETY * power(err, -NOW / order) * power(load<f64>(state, 16), BEFORE / order);
    store<f64>(state, next);
    store<f64>(state, h * max(LEAST_FACTOR, min(refusedBefore ? 1.0 : MOST_FACTOR, growth)), 8);
    store<f64>(state, max(err, 1e-4), 16);
    store<f64>(state, h, 24);
    exchange(y, z, r.size);
    add(report(r, 2), 1);
  } else {
    const shrink = err < Infinity ? max(LEAST_FACTOR, SAFETY * power(err, -1.0 / order)) : LEAST_FACTOR;
    store<f64>(state, h * shrink, 8);
    store<f64>(state, 0, 24);
    add(report(r, 3), 1);
    if (abs(h) > least) return limitSteps(r, state, end);
    // A step that short cannot be any shorter: the row stays where it is.
    if (err < Infinity) store<i32>(report(r, 0), TOLERANCE);
    else {
      store<i32>(report(r, 0), DIVERGED);
      for (let i = 0; i < r.size; i++) store<f64>(y + f64s(i), NaN);
    }
  }
  limitSteps(r, state, end);
}

function limitSteps(r: Rows, state: usize, end: f64): void {
  const tries = load<i32>(report(r, 2)) + load<i32>(report(r, 3));
  const going = load<i32>(report(r, 0)) == OK && load<f64>(state) != end;
  if (tries >= r.maxSteps && going) store<i32>(report(r, 0), STEP_LIMIT);
}

function exchange(y: usize, z: usize, size: i32): void {
  for (const end = y + f64s(size); y < end; y += 8, z += 8) {
    const old = load<f64>(y);
    store<f64>(y, load<f64>(z));
    store<f64>(z, old);
  }
}

/**
 * The row at a time inside the step last taken, into the place of the error:
 *
 *     y(t_before + theta h) = y_before + h sum_i b_i(theta) k_i.
 */
export function insideStep(r: Rows, time: f64): usize {
  const state = stateOf(r);
  const out = slopeOf(r, state, r.stages);
  const h = load<f64>(state, 24);
  const theta = 1.0 - (load<f64>(state) - time) / h;
  for (let i = 0; i < r.stages; i++) {
    const p = inside(r) + f64s(4 * i);
    const slope = load<f64>(p, 16) + theta * load<f64>(p, 24);
    store<f64>(weights + f64s(i), theta * (load<f64>(p) + theta * (load<f64>(p, 8) + theta * slope)));
  }
  weigh(r, state, yOf(state) + f64s(r.size), h, weights, r.stages, out);
  return out;
}
