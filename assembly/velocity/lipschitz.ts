import { spectralNorm, spectralScratch } from "../kernel/spectral";
import { f32s, f64s } from "../memory";
import { listen } from "./conditions";
import { runTime } from "./network";
import { Network } from "./networkRecord";
import {
  ACTIVATE,
  DENSE,
  INSTRUCTION,
  MIX,
  MODULATE,
  NORM,
  operand,
  RESIDUAL,
  STATE,
  vector
} from "./program";
import { velocityReading } from "./reading";

const NORM_STEEPEST: f64 = 1000; // 1 / sqrt(LAYER_NORM_EPSILON), where all of a token is nearly one number

// The largest slope of each activation, rounded up: identity, silu, relu, tanh, gelu, gelu-erf, sigmoid, softplus, sine, cosine.
const STEEPEST: StaticArray<f64> = [1, 1.09984, 1, 1, 1.129, 1.12891, 0.25, 1, 1, 1];

/** Bytes that `layerNorms` and `lipschitzBound` want beside what they write. */
export function lipschitzScratch(velocity: usize): usize {
  const n = changetype<Network>(velocity);
  let most: usize = 0;
  for (let i = 0; i < n.stateLength; i++) {
    const p = n.stateProgram + <usize>i * INSTRUCTION;
    const opcode = load<i32>(p);
    if (opcode == DENSE) most = max(most, spectralScratch(operand(p, 2), operand(p, 1)));
    if (opcode == MIX) most = max(most, spectralScratch(operand(p, 1), operand(p, 0)));
  }
  return max(most, 2 * f64s(n.stateLength));
}

/** How many numbers `layerNorms` writes: one for each instruction of the network's state program. */
export function layerCount(velocity: usize): i32 {
  return changetype<Network>(velocity).stateLength;
}

/** The largest singular value of every layer, from above, or 0 for an instruction without weights; f64. */
export function layerNorms(velocity: usize, norms: usize, scratch: usize): void {
  const n = changetype<Network>(velocity);
  for (let i = 0; i < n.stateLength; i++, norms += 8) {
    const p = n.stateProgram + <usize>i * INSTRUCTION;
    const opcode = load<i32>(p);
    let norm: f64 = 0;
    if (opcode == DENSE) norm = spectralNorm(vector(p, 3), true, operand(p, 2), operand(p, 1), scratch);
    if (opcode == MIX) norm = spectralNorm(vector(p, 3), false, operand(p, 1), operand(p, 0), scratch);
    store<f64>(norms, norm);
  }
}

/**
 * A bound on the Euclidean norm of grad v(t, x) over all x: the product of the layers' norms and of the steepest slopes of
 * what lies between them, branch by branch. What comes from the time alone is as it is at t.
 *
 * @param norms of `layerNorms`
 */
export function lipschitzBound(velocity: usize, t: f64, norms: usize, scratch: usize): f64 {
  const n = changetype<Network>(velocity);
  const r = velocityReading(n, t);
  listen(n, 0, false);
  runTime(n, r);
  const unit = 1.0 / r.scale;
  const times = abs(r.q);
  const rest = abs(r.p);
  let known: i32 = 0;
  for (let i = 0; i < n.stateLength; i++, norms += 8) {
    const p = n.stateProgram + <usize>i * INSTRUCTION;
    const bound = load<i32>(p) == STATE ? unit : after(p, load<f64>(norms), scratch, known);
    known = remember(scratch, known, load<i32>(p, 4), bound);
  }
  return rest + times * recall(scratch, known, n.output);
}

/** The bound of an instruction's result, of those of what it reads. */
function after(p: usize, norm: f64, bounds: usize, known: i32): f64 {
  const opcode = load<i32>(p);
  const before = recall(bounds, known, load<i32>(p, 8));
  if (opcode == DENSE || opcode == MIX) return before * norm * STEEPEST[operand(p, 5)];
  if (opcode == ACTIVATE) return before * STEEPEST[operand(p, 2)];
  if (opcode == NORM) return before * NORM_STEEPEST * largest(vector(p, 3), operand(p, 1), 1);
  if (opcode == MODULATE) return before * largest(vector(p, 3), operand(p, 1), 1);
  if (opcode == RESIDUAL) {
    return before + largest(vector(p, 3), operand(p, 2), 0) * recall(bounds, known, operand(p, 0));
  }
  return before; // offsets, and patches, which only move numbers
}

/** max_j |unit + values_j|; the unit where there are no values. */
function largest(values: usize, n: i32, unit: f64): f64 {
  if (!values) return unit;
  let most: f64 = 0;
  for (let j = 0; j < n; j++) most = max(most, abs(unit + <f64>load<f32>(values + f32s(j))));
  return most;
}

/** Keeps the bound of what lies in a register, which later results may take over. */
function remember(bounds: usize, known: i32, register: i32, bound: f64): i32 {
  let i = 0;
  while (i < known && load<i32>(bounds + <usize>i * 16) != register) i++;
  store<i32>(bounds + <usize>i * 16, register);
  store<f64>(bounds + <usize>i * 16 + 8, bound);
  return max(known, i + 1);
}

function recall(bounds: usize, known: i32, register: i32): f64 {
  for (let i = 0; i < known; i++) {
    if (load<i32>(bounds + <usize>i * 16) == register) return load<f64>(bounds + <usize>i * 16 + 8);
  }
  return Infinity;
}
