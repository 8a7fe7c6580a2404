import { alloc } from "../memory";
import { follmer } from "./follmer";
import { linear } from "./linear";
import { polynomial } from "./polynomial";
import {
  Coefficients,
  FOLLMER,
  LINEAR,
  POLYNOMIAL,
  Schedule,
  TABLE,
  TRIGONOMETRIC,
  VARIANCE_EXPLODING,
  VARIANCE_PRESERVING
} from "./record";
import { table } from "./table";
import { trigonometric } from "./trigonometric";
import { varianceExploding } from "./varianceExploding";
import { variancePreserving } from "./variancePreserving";

/** A record of the schedule `kind` with up to two parameters; 0 where memory cannot grow. */
export function newSchedule(kind: i32, p: f64, q: f64): usize {
  const address = alloc(offsetof<Schedule>());
  if (!address) return 0;
  const schedule = changetype<Schedule>(address);
  schedule.kind = kind;
  schedule.cells = 0;
  schedule.p = p;
  schedule.q = q;
  schedule.knots = 0;
  return address;
}

/** A record of the schedule with the values `knots` (cells + 1, 4), which stay where they are; 0 where memory cannot grow. */
export function newTable(cells: i32, knots: usize): usize {
  const address = newSchedule(TABLE, 0, 0);
  if (!address) return 0;
  const schedule = changetype<Schedule>(address);
  schedule.cells = cells;
  schedule.knots = knots;
  return address;
}

/**
 * The coefficients of a schedule at time t.
 *
 * @param out byte address of 4 x f64: a, a a', b, b'
 */
export function scheduleAt(schedule: usize, t: f64, out: usize): void {
  const s = changetype<Schedule>(schedule);
  const at = changetype<Coefficients>(out);
  switch (s.kind) {
    case LINEAR:
      linear(t, at);
      break;
    case TRIGONOMETRIC:
      trigonometric(t, at);
      break;
    case FOLLMER:
      follmer(t, at);
      break;
    case VARIANCE_PRESERVING:
      variancePreserving(t, s.p, s.q, at);
      break;
    case VARIANCE_EXPLODING:
      varianceExploding(t, s.p, s.q, at);
      break;
    case POLYNOMIAL:
      polynomial(t, s.p, at);
      break;
    case TABLE:
      table(s, t, at);
      break;
    default:
      unreachable();
  }
}
