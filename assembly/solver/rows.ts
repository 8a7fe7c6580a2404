import { aligned, alloc, f32s, f64s, saturated } from "../memory";
import { startAt } from "../velocity/conditions";
import { Velocity } from "../velocity/record";
import { evaluate, scratchBytes, trace } from "../velocity/velocity";
import { channels } from "./trajectory";

/** An integration in which every row goes its own way, one row after the other. */
@unmanaged
export class Rows {
  velocity: usize;
  x: usize; // count x dim, where the rows start
  count: i32;
  outputs: usize; // f64, the time of the start and then of every output, monotone
  outputCount: i32;
  frames: usize; // outputCount x count x dim: where the rows are at those times; with one output it may be x
  method: i32;
  stages: i32;
  parameters: usize; // of the method, f64
  probes: usize; // count x k x dim, f32
  k: i32;
  maxSteps: i32; // of a row
  maxEvaluations: i32; // of a row
  output: i32; // the output that the rows are on the way to
  row: i32; // the row that is on its way
  size: i32; // numbers that are integrated: dim and the channels of the trace
  reports: usize; // count x 4 i32: status, evaluations, accepted and rejected steps
  integrals: usize; // count x channels, f64
  places: usize; // count, f64: the time that each row has come to
  states: usize; // one for each row where there are several outputs, else one for all
  point: usize; // dim f32 each: where the next slope is taken, and the velocity there
  scratch: usize;
}

// A row's state, f64: t | h to try next | error before | h last taken, 0 after a refusal | y | y before | slopes | error
// with y, the slopes and the error of `size` numbers each. Sums over slopes are f64, so that they do not add to f32's rounding.

export const OK: i32 = 0;
export const DIVERGED: i32 = 1;
export const STEP_LIMIT: i32 = 2;
export const NOT_CONVERGED: i32 = 3;
export const NFE_LIMIT: i32 = 4;
export const TOLERANCE: i32 = 5;

const HEAD: i32 = 4;

function stateSize(size: i32, stages: i32): u64 {
  return aligned((<u64>HEAD + <u64>(stages + 3) * <u64>size) * 8);
}

/** Bytes that `newRows` takes from the arena; `advanceRows` takes none. */
export function rowsBytes(v: usize, count: i32, outputCount: i32, stages: i32, k: i32): u32 {
  const dim = changetype<Velocity>(v).dim;
  const states = <u64>(outputCount > 1 ? count : 1) * stateSize(dim + channels(k), stages);
  const perRow =
    aligned(<u64>count * 16) + aligned((<u64>count * <u64>channels(k)) << 3) + aligned((<u64>count) << 3);
  const own = aligned(offsetof<Rows>()) + 2 * aligned((<u64>dim) << 2) + aligned(scratchBytes(v, 1, k));
  return saturated(own + perRow + states);
}

/**
 * Prepares the integration of dx/dt = v(t, x), and of the trace of the derivative of v where `k` asks for it, from the
 * first of `outputs` to all the others. Allocates everything that `advanceRows` needs; 0 where memory cannot grow.
 */
export function newRows(
  v: usize,
  x: usize,
  count: i32,
  outputs: usize,
  outputCount: i32,
  frames: usize,
  method: i32,
  stages: i32,
  parameters: usize,
  probes: usize,
  k: i32,
  maxSteps: i32,
  maxEvaluations: i32
): usize {
  const address = alloc(rowsBytes(v, count, outputCount, stages, k));
  if (!address) return 0;
  const r = changetype<Rows>(address);
  const dim = changetype<Velocity>(v).dim;
  r.velocity = v;
  r.x = x;
  r.count = count;
  r.outputs = outputs;
  r.outputCount = outputCount;
  r.frames = frames;
  r.method = method;
  r.stages = stages;
  r.parameters = parameters;
  r.probes = probes;
  r.k = k;
  r.maxSteps = maxSteps;
  r.maxEvaluations = maxEvaluations;
  r.output = 0;
  r.row = 0;
  r.size = dim + channels(k);
  r.reports = address + <usize>aligned(offsetof<Rows>());
  r.integrals = r.reports + <usize>aligned(<u64>count * 16);
  r.places = r.integrals + <usize>aligned((<u64>count * <u64>channels(k)) << 3);
  r.states = r.places + <usize>aligned((<u64>count) << 3);
  r.point = r.states + <usize>(<u64>(outputCount > 1 ? count : 1) * stateSize(r.size, stages));
  r.scratch = r.point + <usize>(2 * aligned((<u64>dim) << 2));
  memory.fill(r.reports, 0, r.states - r.reports);
  return address;
}

/**
 * Address of count x 4 i32: status (0 ok, 1 diverged, 2 step limit, 3 not converged, 4 limit of evaluations,
 * 5 tolerance out of reach), evaluations,
 * accepted, rejected steps.
 */
export function reportsOf(rows: usize): usize {
  return changetype<Rows>(rows).reports;
}

/** Address of the times that the rows have come to at the output last written, f64, (count). */
export function placesOf(rows: usize): usize {
  return changetype<Rows>(rows).places;
}

/** Address of the integrals of the trace, f64, (count, channels). */
export function rowIntegralsOf(rows: usize): usize {
  return changetype<Rows>(rows).integrals;
}

export function dimOf(r: Rows): i32 {
  return changetype<Velocity>(r.velocity).dim;
}

/** Entry i of the row's report. */
export function report(r: Rows, i: i32): usize {
  return r.reports + <usize>r.row * 16 + <usize>i * 4;
}

export function add(at: usize, n: i32): void {
  store<i32>(at, load<i32>(at) + n);
}

/** The state of the row that is on its way. */
export function stateOf(r: Rows): usize {
  return r.states + (r.outputCount > 1 ? <usize>r.row * <usize>stateSize(r.size, r.stages) : 0);
}

export function yOf(state: usize): usize {
  return state + f64s(HEAD);
}

export function slopeOf(r: Rows, state: usize, i: i32): usize {
  return state + f64s(HEAD + (i + 2) * r.size);
}

/** Puts the row's start into its state: y in f64, integrals 0. */
export function beginRow(r: Rows, state: usize): void {
  const d = dimOf(r);
  const y = yOf(state);
  memory.fill(state, 0, f64s(HEAD + r.size));
  store<f64>(state, load<f64>(r.outputs));
  for (let i = 0; i < d; i++) store<f64>(y + f64s(i), <f64>load<f32>(r.x + f32s(r.row * d + i)));
}

/** out := y + h (w_0 k_0 + ...) over the first n slopes, f64. */
export function weigh(r: Rows, state: usize, y: usize, h: f64, weights: usize, n: i32, out: usize): void {
  const k = slopeOf(r, state, 0);
  const row = f64s(r.size);
  for (let i: usize = 0; i < row; i += 8) {
    let sum: f64 = 0;
    for (let j = 0; j < n; j++) sum += load<f64>(weights + f64s(j)) * load<f64>(k + <usize>j * row + i);
    store<f64>(out + i, load<f64>(y + i) + h * sum);
  }
}

/** Slope number i := (v, trace) at time t and the point y, which the velocity sees rounded to f32. */
export function takeRowSlope(r: Rows, state: usize, i: i32, t: f64, y: usize): void {
  const d = dimOf(r);
  const out = slopeOf(r, state, i);
  const floats = r.point + <usize>aligned((<u64>d) << 2); // the velocity before it is widened
  for (let j = 0; j < d; j++) store<f32>(r.point + f32s(j), <f32>load<f64>(y + f64s(j)));
  startAt(r.row);
  const probes = r.probes + f32s(r.row * max(r.k, 0)) * <usize>d;
  if (r.k < 0) evaluate(r.velocity, t, r.point, 1, floats, r.scratch);
  else trace(r.velocity, t, r.point, 1, probes, r.k, floats, out + f64s(d), r.scratch);
  startAt(0);
  for (let j = 0; j < d; j++) store<f64>(out + f64s(j), <f64>load<f32>(floats + f32s(j)));
  add(report(r, 1), 1);
}

/** Writes a point of the path, rounded to f32, as the row's place at the output it was on the way to. */
export function writeFrame(r: Rows, y: usize): void {
  const d = dimOf(r);
  const out = r.frames + f32s(d) * (<usize>r.output * <usize>r.count + <usize>r.row);
  for (let i = 0; i < d; i++) store<f32>(out + f32s(i), <f32>load<f64>(y + f64s(i)));
}

/** Writes what was integrated beside the row. */
export function writeIntegrals(r: Rows, y: usize): void {
  const n = channels(r.k);
  memory.copy(r.integrals + f64s(r.row * n), y + f64s(dimOf(r)), f64s(n));
}
