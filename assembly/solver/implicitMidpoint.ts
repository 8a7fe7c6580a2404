import { f64s } from "../memory";
import {
  add,
  beginRow,
  dimOf,
  NFE_LIMIT,
  NOT_CONVERGED,
  report,
  Rows,
  slopeOf,
  stateOf,
  takeRowSlope,
  weigh,
  yOf
} from "./rows";

const MOST_ITERATIONS: i32 = 60;
const CONVERGED: f64 = 1.1920928955078125e-7; // 2^-23: the velocity sees its point rounded to f32

const HALF = memory.data<f64>([0.5]);
const ONE = memory.data<f64>([1]);

/** The slope at the start is the first guess of the one in the middle. */
export function beginImplicitMidpoint(r: Rows): void {
  const state = stateOf(r);
  beginRow(r, state);
  takeRowSlope(r, state, 0, load<f64>(state), yOf(state));
}

/**
 * One step of the implicit midpoint rule, y' = y + h v(t + h/2, (y + y')/2), by fixed-point iteration from the slope of
 * the step before. The rule is its own reverse: going back retraces the steps to within rounding.
 * Parameters, f64: the times of the steps. It converges where h is less than twice the Lipschitz constant's inverse.
 */
export function implicitMidpointStep(r: Rows): void {
  const state = stateOf(r);
  const y = yOf(state);
  const middle = y + f64s(r.size);
  const guess = slopeOf(r, state, 0);
  const slope = slopeOf(r, state, 1);
  const times = r.parameters + f64s(load<i32>(report(r, 2)));
  const t = load<f64>(times);
  const next = load<f64>(times, 8);
  const h = next - t;
  const left = r.maxEvaluations - load<i32>(report(r, 1));
  let change = Infinity;
  for (let i = 0; i < min(MOST_ITERATIONS, left) && !(change <= CONVERGED); i++) {
    weigh(r, state, y, h, HALF, 1, middle);
    takeRowSlope(r, state, 1, t + 0.5 * h, middle);
    change = 0;
    for (let j = 0; j < dimOf(r); j++) {
      const difference = 0.5 * h * (load<f64>(slope + f64s(j)) - load<f64>(guess + f64s(j)));
      const part = abs(difference) / max(1.0, abs(load<f64>(middle + f64s(j))));
      if (!(part <= change)) change = part; // NaN too
    }
    memory.copy(guess, slope, f64s(r.size));
  }
  if (!(change <= CONVERGED) && left < MOST_ITERATIONS) {
    store<i32>(report(r, 0), NFE_LIMIT);
    return;
  }
  weigh(r, state, y, h, ONE, 1, y);
  store<f64>(state, next);
  add(report(r, 2), 1);
  if (!(change <= CONVERGED)) store<i32>(report(r, 0), NOT_CONVERGED);
}
