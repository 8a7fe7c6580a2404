import { aligned, alloc, f64s, saturated } from "../memory";
import { Velocity } from "../velocity/record";
import { evaluate, scratchBytes } from "../velocity/velocity";

/** An integration under way: where it stands, and the buffers that it needs to go on. */
@unmanaged
class Trajectory {
  velocity: usize;
  x: usize; // count x dim, advanced in place
  count: i32;
  times: usize; // f64, steps + 1
  steps: i32;
  done: i32;
  stages: i32;
  tableau: usize; // f64: a (stages x stages), b (stages), c (stages)
  slopes: usize; // stages x count x dim, each 16-aligned
  point: usize; // count x dim, where the next slope is taken
  scratch: usize;
}

/** Bytes of one array of states. */
function stateBytes(v: usize, count: i32): u64 {
  return aligned((<u64>count * <u64>changetype<Velocity>(v).dim) << 2);
}

/** Bytes that `newTrajectory` takes from the arena; `advance` takes none. */
export function trajectoryBytes(v: usize, count: i32, stages: i32): u32 {
  const states = <u64>(stages + 1) * stateBytes(v, count);
  return saturated(aligned(offsetof<Trajectory>()) + states + aligned(scratchBytes(v, count, -1)));
}

/**
 * Prepares the integration of dx/dt = v(t, x) over `times` by an explicit Runge-Kutta method.
 * Times may run in either direction. Allocates everything that `advance` needs; 0 where memory cannot grow.
 */
export function newTrajectory(
  v: usize,
  x: usize,
  count: i32,
  times: usize,
  steps: i32,
  stages: i32,
  tableau: usize
): usize {
  const address = alloc(trajectoryBytes(v, count, stages));
  if (!address) return 0;
  const trajectory = changetype<Trajectory>(address);
  const bytes = <usize>stateBytes(v, count);
  trajectory.velocity = v;
  trajectory.x = x;
  trajectory.count = count;
  trajectory.times = times;
  trajectory.steps = steps;
  trajectory.done = 0;
  trajectory.stages = stages;
  trajectory.tableau = tableau;
  trajectory.slopes = address + <usize>aligned(offsetof<Trajectory>());
  trajectory.point = trajectory.slopes + <usize>stages * bytes;
  trajectory.scratch = trajectory.point + bytes;
  return address;
}

/** Takes up to `maxSteps` more steps; returns how many have been taken in all. Slices change no bits. */
export function advance(trajectory: usize, maxSteps: i32): i32 {
  const state = changetype<Trajectory>(trajectory);
  const until = min(<i64>state.steps, <i64>state.done + <i64>max(maxSteps, 0));
  while (state.done < <i32>until) {
    step(state);
    state.done++;
  }
  return state.done;
}

/** x += h sum_i b_i k_i,   k_i = v(t + c_i h, x + h sum_j a_ij k_j). */
function step(s: Trajectory): void {
  const times = s.times + f64s(s.done);
  const t = load<f64>(times);
  const next = load<f64>(times, 8);
  const h = next - t;
  const row = f64s(s.stages);
  const b = s.tableau + <usize>s.stages * row;
  const c = b + row;
  const bytes = <usize>stateBytes(s.velocity, s.count);
  for (let i = 0; i < s.stages; i++) {
    const a = s.tableau + <usize>i * row;
    const first = isZero(a, i);
    if (!first) combine(s, h, a, i, s.point);
    const ci = load<f64>(c + f64s(i));
    const at = ci == 1.0 ? next : t + ci * h; // the last time of a step is the first of the next, exactly
    evaluate(s.velocity, at, first ? s.x : s.point, s.count, s.slopes + <usize>i * bytes, s.scratch);
  }
  combine(s, h, b, s.stages, s.x);
}

function isZero(weights: usize, n: i32): bool {
  for (let j = 0; j < n; j++) if (load<f64>(weights + f64s(j)) != 0) return false;
  return true;
}

/** out = x + (w_0 h k_0 + w_1 h k_1 + ...) over the first n slopes: one rounding against x. out may be x. */
function combine(s: Trajectory, h: f64, weights: usize, n: i32, out: usize): void {
  const bytes = <usize>stateBytes(s.velocity, s.count);
  for (let offset: usize = 0; offset < bytes; offset += 16) {
    let sum = f32x4.splat(0);
    let slope = s.slopes + offset;
    for (let j = 0; j < n; j++, slope += bytes) {
      const weight = load<f64>(weights + f64s(j));
      if (weight == 0) continue;
      sum = f32x4.add(sum, f32x4.mul(f32x4.splat(<f32>(weight * h)), v128.load(slope)));
    }
    v128.store(out + offset, f32x4.add(v128.load(s.x + offset), sum));
  }
}
