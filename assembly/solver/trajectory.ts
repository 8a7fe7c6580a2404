import { aligned, alloc, f32s, f64s, saturated } from "../memory";
import { Velocity } from "../velocity/record";
import { evaluate, trace } from "../velocity/velocity";

/** An integration of all rows over one grid of times: where it stands, and the buffers that it needs to go on. */
@unmanaged
export class Trajectory {
  velocity: usize;
  x: usize; // count x dim, advanced in place
  count: i32;
  times: usize; // f64, steps + 1
  steps: i32;
  done: i32;
  method: i32;
  stages: i32; // how many slopes there is room for
  parameters: usize; // of the method, f64
  probes: usize; // count x k x dim, f32
  k: i32; // -1: no traces, 0: the exact divergence, else so many quadratic forms
  slopes: usize; // stages x count x dim, each 16-aligned
  point: usize; // count x dim, where the next slope is taken
  traces: usize; // stages x count x channels, f64
  integrals: usize; // count x channels, f64: of the trace along the path so far
  scratch: usize; // the caller's
}

/** Bytes of one array of states. */
export function stateBytes(v: usize, count: i32): u64 {
  return aligned((<u64>count * <u64>changetype<Velocity>(v).dim) << 2);
}

/** Numbers that are integrated beside each row. */
export function channels(k: i32): i32 {
  return k < 0 ? 0 : max(k, 1);
}

function traceBytes(count: i32, k: i32): u64 {
  return aligned((<u64>count * <u64>channels(k)) << 3);
}

/** Bytes that `newTrajectory` takes from the arena; `advance` takes none. */
export function trajectoryBytes(v: usize, count: i32, stages: i32, k: i32): u32 {
  const arrays = <u64>(stages + 1) * (stateBytes(v, count) + traceBytes(count, k));
  return saturated(aligned(offsetof<Trajectory>()) + arrays);
}

/**
 * Prepares the integration of dx/dt = v(t, x) over `times`, which may run in either direction, by one of the methods of
 * `advance`, which says what the slopes and parameters are for. Beside x it integrates the trace of the derivative of v
 * where `k` asks for it. Its velocity works in `scratch`, of `scratchBytes(v, count, k)`, which trajectories that take turns
 * may share. Allocates everything else that `advance` needs; 0 where memory cannot grow.
 */
export function newTrajectory(
  v: usize,
  x: usize,
  count: i32,
  times: usize,
  steps: i32,
  method: i32,
  stages: i32,
  parameters: usize,
  probes: usize,
  k: i32,
  scratch: usize
): usize {
  const address = alloc(trajectoryBytes(v, count, stages, k));
  if (!address) return 0;
  const s = changetype<Trajectory>(address);
  const bytes = <usize>stateBytes(v, count);
  s.velocity = v;
  s.x = x;
  s.count = count;
  s.times = times;
  s.steps = steps;
  s.done = 0;
  s.method = method;
  s.stages = stages;
  s.parameters = parameters;
  s.probes = probes;
  s.k = k;
  s.slopes = address + <usize>aligned(offsetof<Trajectory>());
  s.point = s.slopes + <usize>stages * bytes;
  s.traces = s.point + bytes;
  s.integrals = s.traces + <usize>stages * <usize>traceBytes(count, k);
  s.scratch = scratch;
  memory.fill(s.integrals, 0, <usize>traceBytes(count, k));
  return address;
}

/** Address of the integrals of the trace, f64, (count, channels). */
export function integralsOf(trajectory: usize): usize {
  return changetype<Trajectory>(trajectory).integrals;
}

/** Slope number i := v(t, x), with its traces where they are wanted. */
export function takeSlope(s: Trajectory, i: i32, t: f64, x: usize): void {
  const out = s.slopes + <usize>i * <usize>stateBytes(s.velocity, s.count);
  const traces = s.traces + <usize>i * <usize>traceBytes(s.count, s.k);
  if (s.k < 0) evaluate(s.velocity, t, x, s.count, out, s.scratch);
  else trace(s.velocity, t, x, s.count, s.probes, s.k, out, traces, s.scratch);
}

/** out = x + (w_0 h k_0 + w_1 h k_1 + ...) over the first n slopes: one rounding against x. out may be x. */
export function combine(s: Trajectory, h: f64, weights: usize, n: i32, out: usize): void {
  const bytes = <usize>stateBytes(s.velocity, s.count);
  const last = f32s(s.count * changetype<Velocity>(s.velocity).dim) - 8;
  for (let offset: usize = 0; offset < bytes; offset += 16) {
    // Two numbers that were just written together are not there yet for one who reads four.
    const two = offset == last;
    let sum = f32x4.splat(0);
    let slope = s.slopes + offset;
    for (let j = 0; j < n; j++, slope += bytes) {
      const weight = load<f64>(weights + f64s(j));
      if (weight == 0) continue;
      const k = two ? v128.load64_zero(slope) : v128.load(slope);
      sum = f32x4.add(sum, f32x4.mul(f32x4.splat(<f32>(weight * h)), k));
    }
    v128.store(out + offset, f32x4.add(v128.load(s.x + offset), sum));
  }
}

/** integrals += h (w_0 trace_0 + w_1 trace_1 + ...) over the first n slopes. */
export function combineTraces(s: Trajectory, h: f64, weights: usize, n: i32): void {
  const bytes = <usize>traceBytes(s.count, s.k);
  for (let i: usize = 0, end = f64s(s.count * channels(s.k)); i < end; i += 8) {
    let sum: f64 = 0;
    for (let j = 0; j < n; j++)
      sum += load<f64>(weights + f64s(j)) * load<f64>(s.traces + <usize>j * bytes + i);
    store<f64>(s.integrals + i, load<f64>(s.integrals + i) + h * sum);
  }
}
