import { Coefficients } from "./record";
import { scheduleAt } from "./schedule";

/** Where a flow is on the clock of another schedule: X_t = scale X^own_time. */
@unmanaged
export class Clock {
  time: f64;
  scale: f64;
}

const clock = memory.data(16, 16);
const there = memory.data(32, 16);
const here = memory.data(32, 16);

/**
 * The time of `own` at which the signal-to-noise ratio b / a is that of `schedule` at t, and the factor by which states differ,
 *
 *     b_own(time) / a_own(time) = b(t) / a(t),   scale = a(t) / a_own(time).
 *
 * By bisection to the last bit. Where the ratio lies below all of those of `own`, its time is 0. In static memory.
 */
export function clockAt(own: usize, schedule: usize, t: f64): Clock {
  scheduleAt(schedule, t, there);
  const at = changetype<Coefficients>(there);
  const mine = changetype<Coefficients>(here);
  const c = changetype<Clock>(clock);
  // Below a time near 0 b may be 0 to the last bit, and b' not.
  c.time = at.a == 0 ? 1 : at.b == 0 ? 0 : timeBelow(own, at);
  scheduleAt(own, c.time, here);
  // The larger of the two coefficients tells the factor best; at the data end a is 0 on both sides.
  c.scale = mine.a > mine.b ? at.a / mine.a : at.b / mine.b;
  return c;
}

/** The largest time whose ratio is not above that of `at`; 0 where there is none. */
function timeBelow(own: usize, at: Coefficients): f64 {
  const mine = changetype<Coefficients>(here);
  let low: f64 = 0;
  let high: f64 = 1;
  for (let middle: f64 = 0.5; middle != low && middle != high; middle = 0.5 * (low + high)) {
    scheduleAt(own, middle, here);
    if (mine.b * at.a <= at.b * mine.a) low = middle;
    else high = middle;
  }
  return low;
}
