import { f32s } from "../memory";
import { activateTile } from "../kernel/activation";
import { dense } from "../kernel/dense";
import { dense8 } from "../kernel/dense8";
import { features } from "../kernel/features";
import { mix } from "../kernel/mix";
import { mix8 } from "../kernel/mix8";
import { modulate, norm } from "../kernel/norm";
import { patches, unpatch } from "../kernel/patches";
import { quantize, quantizeChannels } from "../kernel/quantize";
import { offset, residual } from "../kernel/residual";
import { INTEGERS } from "../math/integers";
import { padded } from "../math/vector";

export const TIME: i32 = 1;
export const FEATURES: i32 = 2;
export const DENSE: i32 = 3;
export const MIX: i32 = 4;
export const NORM: i32 = 5;
export const RESIDUAL: i32 = 6;
export const OFFSET: i32 = 7;
export const ACTIVATE: i32 = 8;
export const PATCHES: i32 = 9;
export const UNPATCH: i32 = 10;
export const STATE: i32 = 11;
export const MODULATE: i32 = 12;
export const QUANTIZE: i32 = 32;
export const DENSE8: i32 = 33;
export const QUANTIZE_CHANNELS: i32 = 34;
export const MIX8: i32 = 35;

export const INSTRUCTION: usize = 64; // bytes: 16 words

/** Operand `i` of an instruction, as a number. */
export function operand(instruction: usize, i: usize): i32 {
  return load<i32>(instruction + 12 + (i << 2));
}

/** Operand `i` of an instruction, as an absolute address; 0 = absent. */
export function vector(instruction: usize, i: usize): usize {
  return <usize>load<u32>(instruction + 12 + (i << 2));
}

/**
 * Runs `length` instructions of 16 words [opcode, dst, src, operands...] on a tile of `rows` rows.
 * A buffer lies at base + (offset per row) * rows, so that with base 0 and one row offsets are addresses.
 *
 * @param x the tile's states (rows, dim), dense rows
 */
export function run(program: usize, length: i32, base: usize, rows: i32, t: f64, x: usize): void {
  for (const end = program + <usize>length * INSTRUCTION; program < end; program += INSTRUCTION) {
    const dst = base + <usize>load<u32>(program, 4) * <usize>rows;
    const src = base + <usize>load<u32>(program, 8) * <usize>rows;
    step(program, base, rows, t, x, dst, src);
  }
}

export function step(p: usize, base: usize, rows: i32, t: f64, x: usize, dst: usize, src: usize): void {
  const a = operand(p, 0);
  const b = operand(p, 1);
  const c = operand(p, 2);
  switch (load<i32>(p)) {
    case TIME:
      store<f32>(dst, <f32>t);
      break;
    case FEATURES:
      features(t, a, vector(p, 1), dst);
      break;
    case DENSE:
      dense(src, padded(b), rows * a, b, c, vector(p, 3), vector(p, 4), operand(p, 5), dst, padded(c));
      break;
    case MIX:
      mix(src, rows, a, b, c, vector(p, 3), vector(p, 4), operand(p, 5), dst);
      break;
    case NORM:
      norm(src, rows * a, b, vector(p, 2), vector(p, 3), dst);
      break;
    case RESIDUAL:
      residual(src, base + <usize>a * <usize>rows, rows * b, c, vector(p, 3), dst);
      break;
    case OFFSET:
      offset(src, rows, a, b, vector(p, 2), dst);
      break;
    case ACTIVATE:
      activateInto(src, rows * a * padded(b), c, dst);
      break;
    case PATCHES:
      patches(src, rows, a, b, c, operand(p, 3), dst);
      break;
    case UNPATCH:
      unpatch(src, rows, a, b, c, operand(p, 3), dst);
      break;
    case STATE:
      copyState(x, rows, a, dst);
      break;
    case MODULATE:
      modulate(src, rows * a, b, vector(p, 2), vector(p, 3), dst);
      break;
    default:
      if (INTEGERS) step8(p, base, rows, dst, src);
      else unreachable();
  }
}

/** What networks with 8-bit weights have besides, in the builds for them. */
function step8(p: usize, base: usize, rows: i32, dst: usize, src: usize): void {
  const a = operand(p, 0);
  const b = operand(p, 1);
  const c = operand(p, 2);
  const rounded = base + <usize>operand(p, 8) * <usize>rows;
  switch (load<i32>(p)) {
    case QUANTIZE:
      quantize(src, rows * a, b, dst);
      break;
    case DENSE8:
      dense8(rounded, rows * a, b, c, vector(p, 3), vector(p, 6), vector(p, 4), operand(p, 5), dst);
      break;
    case QUANTIZE_CHANNELS:
      quantizeChannels(src, rows, a, b, dst);
      break;
    case MIX8:
      mix8(rounded, rows, a, b, c, vector(p, 3), vector(p, 6), vector(p, 4), operand(p, 5), dst);
      break;
    default:
      unreachable();
  }
}

/** dst = activation(src) for n floats, n a multiple of 4. */
function activateInto(src: usize, n: i32, activation: i32, dst: usize): void {
  if (src != dst) memory.copy(dst, src, f32s(n));
  activateTile(dst, 0, 1, n >> 2, activation);
}

let unit: f32 = 1;

/** Sets the factor that the states and directions of the next programs are multiplied by when they are read. */
export function scaleStates(factor: f32): void {
  unit = factor;
}

/** Dense rows to padded rows, in the network's own unit. */
export function copyState(x: usize, rows: i32, dim: i32, dst: usize): void {
  copyRows(x, rows, dim, dst);
  if (unit == 1) return;
  const factor = f32x4.splat(unit);
  for (const end = dst + <usize>rows * f32s(padded(dim)); dst < end; dst += 16) {
    v128.store(dst, f32x4.mul(v128.load(dst), factor));
  }
}

function copyRows(x: usize, rows: i32, dim: i32, dst: usize): void {
  const bytes = f32s(dim);
  const row = f32s(padded(dim));
  if (row == bytes) {
    memory.copy(dst, x, <usize>rows * bytes);
    return;
  }
  for (let i = 0; i < rows; i++, x += bytes, dst += row) memory.copy(dst, x, bytes);
}
