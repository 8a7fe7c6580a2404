import { f64s } from "../memory";
import { adaptiveStep, beginAdaptive, insideStep } from "./adaptive";
import { beginImplicitMidpoint, implicitMidpointStep } from "./implicitMidpoint";
import { beginRow, NFE_LIMIT, OK, report, Rows, stateOf, writeFrame, writeIntegrals, yOf } from "./rows";

const ADAPTIVE: i32 = 0;
// 1: the implicit midpoint rule

/**
 * Goes on until about `evaluations` more have been made; returns how many of the outputCount x count rows have been
 * written, output by output. Slices change no bits, and neither do the outputs asked for before the last one.
 */
export function advanceRows(rows: usize, evaluations: i32): i32 {
  const r = changetype<Rows>(rows);
  for (; r.output < r.outputCount; r.output++, r.row = 0) {
    for (; r.row < r.count; r.row++) {
      if (evaluations <= 0) return r.output * r.count + r.row;
      const before = load<i32>(report(r, 1));
      if (before == 0) begin(r);
      const time = load<f64>(r.outputs + f64s(r.output + 1));
      while (load<i32>(report(r, 0)) == OK && !reached(r, time)) {
        const made = load<i32>(report(r, 1));
        if (made - before >= evaluations) return r.output * r.count + r.row;
        if (made > r.maxEvaluations - least(r)) store<i32>(report(r, 0), NFE_LIMIT);
        else step(r);
      }
      evaluations -= load<i32>(report(r, 1)) - before;
      write(r, time);
    }
  }
  return r.outputCount * r.count;
}

/** Evaluations that the next step makes, or at least makes. */
function least(r: Rows): i32 {
  return r.method == ADAPTIVE ? r.stages - 1 : 1;
}

function begin(r: Rows): void {
  const start = r.method == ADAPTIVE ? 2 : 1; // evaluations, before the first step
  if (r.maxEvaluations < start) {
    beginRow(r, stateOf(r));
    store<i32>(report(r, 0), NFE_LIMIT);
  } else if (r.method == ADAPTIVE) beginAdaptive(r);
  else beginImplicitMidpoint(r);
}

function step(r: Rows): void {
  if (r.method == ADAPTIVE) adaptiveStep(r);
  else implicitMidpointStep(r);
}

/** Whether the row has come to a time, or past it. */
function reached(r: Rows, time: f64): bool {
  const t = load<f64>(stateOf(r));
  return time < load<f64>(r.outputs) ? t <= time : t >= time;
}

function write(r: Rows, time: f64): void {
  const state = stateOf(r);
  const stopped = load<i32>(report(r, 0)) != OK;
  const exact = load<f64>(state) == time || stopped;
  store<f64>(r.places + f64s(r.row), stopped ? load<f64>(state) : time);
  writeFrame(r, exact ? yOf(state) : insideStep(r, time));
  if (r.output == r.outputCount - 1) writeIntegrals(r, yOf(state));
}
