import { f64s } from "../memory";
import { adamsBashforthStep } from "./adamsBashforth";
import { exponentialStep, multistepStep } from "./exponential";
import { rungeKuttaStep } from "./rungeKutta";
import { stochasticStep } from "./stochastic";
import { Trajectory } from "./trajectory";

const RUNGE_KUTTA: i32 = 0; // slopes: the stages
const ADAMS_BASHFORTH: i32 = 1; // 2 slopes
const EXPONENTIAL: i32 = 2; // none
const MULTISTEP: i32 = 3; // 2 slopes
// 4: stochastic, 1 slope

/** Takes up to `maxSteps` more steps; returns how many have been taken in all. Slices change no bits. */
export function advance(trajectory: usize, maxSteps: i32): i32 {
  const s = changetype<Trajectory>(trajectory);
  const until = <i32>min(<i64>s.steps, <i64>s.done + <i64>max(maxSteps, 0));
  for (; s.done < until; s.done++) {
    const times = s.times + f64s(s.done);
    const from = load<f64>(times);
    const to = load<f64>(times, 8);
    if (s.method == RUNGE_KUTTA) rungeKuttaStep(s, from, to);
    else if (s.method == ADAMS_BASHFORTH) adamsBashforthStep(s, from, to);
    else if (s.method == EXPONENTIAL) exponentialStep(s, from, to);
    else if (s.method == MULTISTEP) multistepStep(s, from, to);
    else stochasticStep(s, from, to);
  }
  return s.done;
}
