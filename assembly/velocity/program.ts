import { activateTile } from "../kernel/activation";
import { attention } from "../kernel/attention";
import { conv } from "../kernel/conv";
import { dense } from "../kernel/dense";
import { dense8 } from "../kernel/dense8";
import { features } from "../kernel/features";
import { groupNorm } from "../kernel/groupNorm";
import { mix } from "../kernel/mix";
import { mix8 } from "../kernel/mix8";
import { move } from "../kernel/move";
import { modulate, norm } from "../kernel/norm";
import { quantize, quantizeChannels } from "../kernel/quantize";
import { residual } from "../kernel/residual";
import { INTEGERS } from "../math/integers";
import { padded } from "../math/vector";
import { f32s } from "../memory";
import { combine } from "./combination";
import {
  ACTIVATE,
  ATTENTION,
  COMBINE,
  CONV,
  DENSE,
  DENSE8,
  FEATURES,
  float,
  GROUP_NORM,
  INSTRUCTION,
  MIX,
  MIX8,
  MODULATE,
  MOVE,
  NORM,
  operand,
  QUANTIZE,
  QUANTIZE_CHANNELS,
  RESIDUAL,
  STATE,
  TIME,
  vector
} from "./instruction";
import { copyState } from "./states";

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
      norm(src, rows * a, b, vector(p, 2), vector(p, 3), float(p, 4), operand(p, 5) == 0, dst);
      break;
    case RESIDUAL:
      residual(src, base + <usize>a * <usize>rows, rows * b, c, vector(p, 3), dst);
      break;
    case COMBINE:
      combine(p, base, rows, src, dst);
      break;
    case ACTIVATE:
      activateInto(src, rows * a * padded(b), c, dst);
      break;
    case MOVE:
      move(a ? <usize>a : src, a ? 0 : f32s(b), rows, vector(p, 3), dst, f32s(c));
      break;
    case CONV:
      convolve(p, src, rows, vector(p, 8), operand(p, 9), base + vector(p, 10) * <usize>rows, dst);
      break;
    case STATE:
      copyState(x, rows, a, dst);
      break;
    case MODULATE:
      modulate(src, rows * a, b, vector(p, 2), vector(p, 3), dst);
      break;
    case GROUP_NORM:
      groupNormInto(p, rows, src, base + vector(p, 6) * <usize>rows, dst);
      break;
    case ATTENTION:
      attend(p, base, rows, src, dst);
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
  switch (load<i32>(p)) {
    case QUANTIZE:
      quantize(src, rows * a, b, dst);
      break;
    case QUANTIZE_CHANNELS:
      quantizeChannels(src, rows, a, b, dst);
      break;
    case DENSE8:
    case MIX8:
      layer8(p, base, rows, operand(p, 5), dst);
      break;
    default:
      unreachable();
  }
}

/** A DENSE8 or a MIX8, whose input was rounded before, with an activation of one's choice. */
export function layer8(p: usize, base: usize, rows: i32, activation: i32, dst: usize): void {
  const a = operand(p, 0);
  const b = operand(p, 1);
  const c = operand(p, 2);
  const rounded = base + <usize>operand(p, 8) * <usize>rows;
  if (load<i32>(p) == DENSE8) {
    dense8(rounded, rows * a, b, c, vector(p, 3), vector(p, 6), vector(p, 4), activation, dst);
  } else {
    mix8(rounded, rows, a, b, c, vector(p, 3), vector(p, 6), vector(p, 4), activation, dst);
  }
}

/** dst = activation(src) for n floats, n a multiple of 4. */
function activateInto(src: usize, n: i32, activation: i32, dst: usize): void {
  if (src != dst) memory.copy(dst, src, f32s(n));
  activateTile(dst, 0, 1, n >> 2, activation);
}

/** A CONV, on values or, without bias and activation, on tangents. */
export function convolve(
  p: usize,
  src: usize,
  rows: i32,
  bias: usize,
  activation: i32,
  gathered: usize,
  dst: usize
): void {
  conv(
    src,
    rows,
    operand(p, 0),
    operand(p, 1),
    operand(p, 2),
    operand(p, 3),
    operand(p, 4),
    operand(p, 5),
    operand(p, 6),
    vector(p, 7),
    bias,
    activation,
    gathered,
    dst
  );
}

function groupNormInto(p: usize, rows: i32, src: usize, scratch: usize, dst: usize): void {
  groupNorm(
    src,
    rows,
    operand(p, 0),
    operand(p, 1),
    operand(p, 5),
    float(p, 4),
    vector(p, 2),
    vector(p, 3),
    scratch,
    dst
  );
}

function attend(p: usize, base: usize, rows: i32, src: usize, dst: usize): void {
  attention(
    src,
    base + vector(p, 0) * <usize>rows,
    base + vector(p, 1) * <usize>rows,
    rows,
    operand(p, 2),
    operand(p, 3),
    operand(p, 4),
    operand(p, 5),
    operand(p, 6),
    base + vector(p, 7) * <usize>rows,
    dst
  );
}
