import { alloc, mark, release } from "../memory";
import { Coefficients } from "../schedule/record";
import { scheduleAt } from "../schedule/schedule";
import { Empirical, empiricalScratch, empiricalVelocity } from "./empirical";
import { Mixture, mixtureScratch, mixtureVelocity } from "./mixture";
import { Network, networkScratch, networkVelocity } from "./network";
import { EMPIRICAL, MIXTURE, Velocity } from "./record";

const coefficients = memory.data(32, 16);

/** Bytes of scratch that one evaluation on `count` rows takes. */
export function scratchBytes(v: usize, count: i32): u32 {
  const kind = changetype<Velocity>(v).kind;
  if (kind == MIXTURE) return mixtureScratch(changetype<Mixture>(v));
  if (kind == EMPIRICAL) return empiricalScratch(changetype<Empirical>(v), count);
  return networkScratch(changetype<Network>(v), count);
}

/** `velocity` in scratch that the caller owns, of `scratchBytes(v, count)`. */
export function evaluate(v: usize, t: f64, x: usize, count: i32, out: usize, scratch: usize): void {
  const record = changetype<Velocity>(v);
  scheduleAt(record.schedule, t, coefficients);
  const at = changetype<Coefficients>(coefficients);
  if (record.kind == MIXTURE) mixtureVelocity(changetype<Mixture>(v), at, x, count, out, scratch);
  else if (record.kind == EMPIRICAL) empiricalVelocity(changetype<Empirical>(v), at, x, count, out, scratch);
  else networkVelocity(changetype<Network>(v), t, x, count, out, scratch);
}

/**
 * v(t, x) for every row: x and out (count, dim), dense rows; `out` must not overlap x. A row's result does not
 * depend on the other rows. Scratch comes from the arena and goes back to it; where memory cannot grow, out is NaN.
 */
export function velocity(v: usize, t: f64, x: usize, count: i32, out: usize): void {
  const top = mark();
  const scratch = alloc(scratchBytes(v, count));
  if (scratch) evaluate(v, t, x, count, out, scratch);
  else fillNaN(out, <usize>count * <usize>changetype<Velocity>(v).dim);
  release(top);
}

function fillNaN(out: usize, n: usize): void {
  for (const end = out + (n << 2); out < end; out += 4) store<f32>(out, NaN);
}
