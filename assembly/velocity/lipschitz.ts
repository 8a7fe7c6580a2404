import { unpack8 } from "../kernel/pack8";
import { spectralNorm, spectralScratch } from "../kernel/spectral";
import { copiesOf } from "../kernel/move";
import { INTEGERS } from "../math/integers";
import { padded } from "../math/vector";
import { aligned, f32s, f64s } from "../memory";
import { listen } from "./conditions";
import { runTime } from "./network";
import { Network } from "./networkRecord";
import {
  ACTIVATE,
  ATTENTION,
  COMBINE,
  CONV,
  DENSE,
  DENSE8,
  float,
  GROUP_NORM,
  INSTRUCTION,
  MIX,
  MIX8,
  MODULATE,
  MOVE,
  NORM,
  operand,
  RESIDUAL,
  STATE,
  vector
} from "./instruction";
import { Reading, velocityReading } from "./reading";

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
    if (INTEGERS && opcode == DENSE8) most = max(most, scratch8(operand(p, 2), operand(p, 1)));
    if (INTEGERS && opcode == MIX8) most = max(most, scratch8(operand(p, 1), operand(p, 0)));
    if (opcode == CONV) most = max(most, spectralScratch(operand(p, 3), inputsOf(p)));
  }
  return max(most, 2 * f64s(n.stateLength));
}

/** The weight as f32 again, and what its norm wants. */
function scratch8(n: i32, k: i32): usize {
  return unpackedBytes(n, k) + spectralScratch(n, k);
}

function unpackedBytes(n: i32, k: i32): usize {
  return <usize>aligned(<u64>f32s(n) * <u64>k);
}

/** The numbers in one window of a CONV. */
function inputsOf(p: usize): i32 {
  return operand(p, 4) * operand(p, 4) * operand(p, 2);
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
    if (INTEGERS && opcode == DENSE8) norm = norm8(p, operand(p, 2), operand(p, 1), false, scratch);
    if (INTEGERS && opcode == MIX8) norm = norm8(p, operand(p, 1), operand(p, 0), true, scratch);
    if (opcode == CONV) norm = spectralNorm(vector(p, 7), true, operand(p, 3), inputsOf(p), scratch);
    store<f64>(norms, norm);
  }
}

function norm8(p: usize, n: i32, k: i32, left: bool, scratch: usize): f64 {
  unpack8(vector(p, 3), vector(p, 6), n, k, left, 0, n, false, scratch);
  return spectralNorm(scratch, false, n, k, scratch + unpackedBytes(n, k));
}

/**
 * A bound on the Euclidean norm of grad v(t, x) over all x: the product of the layers' norms and of the steepest slopes of
 * what lies between them, branch by branch. What comes from the time, and from what the first row is told, is as it is at t;
 * guided, |1 - w| and |w| times the bounds of the two networks that are weighed.
 * Of 8-bit layers it is a bound with their weights as they are and their inputs unrounded: what is rounded is a staircase, and
 * has no Lipschitz constant.
 *
 * @param norms of `layerNorms`
 */
export function lipschitzBound(velocity: usize, t: f64, norms: usize, scratch: usize): f64 {
  const n = changetype<Network>(velocity);
  const r = velocityReading(n, t);
  const w = r.guidance;
  let output: f64 = 0;
  if (w != 1) output += abs(1 - w) * outputBound(n, r, true, norms, scratch);
  if (w != 0) output += abs(w) * outputBound(n, r, false, norms, scratch);
  return abs(r.p) + abs(r.q) * output;
}

/** Of the network's output alone, which hears what the first row is told or nothing. */
function outputBound(n: Network, r: Reading, nothing: bool, norms: usize, scratch: usize): f64 {
  listen(n, 0, nothing);
  runTime(n, r);
  const unit = 1.0 / r.scale;
  let known: i32 = 0;
  for (let i = 0; i < n.stateLength; i++, norms += 8) {
    const p = n.stateProgram + <usize>i * INSTRUCTION;
    const bound = load<i32>(p) == STATE ? unit : after(p, load<f64>(norms), scratch, known);
    known = remember(scratch, known, load<i32>(p, 4), bound);
  }
  return recall(scratch, known, n.output);
}

/** The bound of an instruction's result, of those of what it reads. */
function after(p: usize, norm: f64, bounds: usize, known: i32): f64 {
  const opcode = load<i32>(p);
  // Of an attention there is none: its weights follow the products of two states. See Kim, Papamakarios & Mnih, "The Lipschitz
  // Constant of Self-Attention", arXiv 2006.04710.
  if (opcode == ATTENTION) return Infinity;
  if (opcode == COMBINE) return afterCombination(p, bounds, known);
  if (opcode == MOVE) return afterMove(p, bounds, known);
  const before = recall(bounds, known, load<i32>(p, 8));
  if (opcode == DENSE || opcode == MIX || (INTEGERS && (opcode == DENSE8 || opcode == MIX8)))
    return before * norm * STEEPEST[operand(p, 5)];
  if (opcode == CONV) return before * norm * overlap(p) * STEEPEST[operand(p, 9)];
  if (opcode == ACTIVATE) return before * STEEPEST[operand(p, 2)];
  if (opcode == NORM || opcode == GROUP_NORM) {
    // Steepest where all that is averaged is nearly one number.
    return (before * largest(vector(p, 3), operand(p, 1), 1)) / sqrt(<f64>float(p, 4));
  }
  if (opcode == MODULATE) return before * largest(vector(p, 3), operand(p, 1), 1);
  return before + largest(vector(p, 3), operand(p, 2), 0) * recall(bounds, known, operand(p, 0)); // RESIDUAL
}

/** In how many windows a pixel can be, whose squares all add up. */
function overlap(p: usize): f64 {
  return <f64>((operand(p, 4) + operand(p, 5) - 1) / operand(p, 5));
}

/** Each value's bound, more where its one token stands for many. Of products of two states there is none. */
function afterCombination(p: usize, bounds: usize, known: i32): f64 {
  const tokens = operand(p, 2);
  const x = recall(bounds, known, load<i32>(p, 8)) * sqrt(<f64>tokens / <f64>operand(p, 4));
  const shared = operand(p, 1) != 0;
  if (operand(p, 6)) {
    if (!shared) return Infinity;
    let most: f64 = 0;
    const width = operand(p, 3);
    for (let i = 0; i < operand(p, 5); i++) {
      most = max(most, largest(vector(p, 0) + <usize>i * f32s(padded(width)), width, 0));
    }
    return x * most;
  }
  if (shared) return abs(<f64>float(p, 7)) * x;
  const y = recall(bounds, known, operand(p, 0)) * sqrt(<f64>tokens / <f64>operand(p, 5));
  return abs(<f64>float(p, 7)) * x + abs(<f64>float(p, 8)) * y;
}

/** Numbers that are only moved, and the parts of a result that others have written before. */
function afterMove(p: usize, bounds: usize, known: i32): f64 {
  const moved = operand(p, 0)
    ? 0
    : recall(bounds, known, load<i32>(p, 8)) * sqrt(<f64>copiesOf(vector(p, 3)));
  if (!operand(p, 4)) return moved;
  const before = recall(bounds, known, load<i32>(p, 4));
  return sqrt(before * before + moved * moved);
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
