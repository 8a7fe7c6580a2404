import { activateTile } from "../kernel/activation";
import { attentionTangent } from "../kernel/attention";
import { windowsOf } from "../kernel/conv";
import { dense } from "../kernel/dense";
import { denseUnpacked } from "../kernel/dense8";
import { chain } from "../kernel/derivative";
import { groupNormTangent } from "../kernel/groupNorm";
import { mix } from "../kernel/mix";
import { mixUnpacked } from "../kernel/mix8";
import { clear, move } from "../kernel/move";
import { modulate, normTangent } from "../kernel/norm";
import { residual } from "../kernel/residual";
import { INTEGERS } from "../math/integers";
import { padded } from "../math/vector";
import { f32s } from "../memory";
import { combineTangent } from "./combination";
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
  QUANTIZE,
  QUANTIZE_CHANNELS,
  RESIDUAL,
  STATE,
  vector
} from "./instruction";
import { convolve, layer8, step } from "./program";
import { copyState } from "./states";

const IDENTITY: i32 = 0;

/**
 * Runs a state program and its derivative along k directions of every row, instruction by instruction. A tangent buffer
 * lies at tangentBase + (offset per row) * rows * k: the k tangents of a row follow one another.
 *
 * @param directions the tile's directions (rows, k, dim), dense rows
 */
export function runTangent(
  program: usize,
  length: i32,
  base: usize,
  tangentBase: usize,
  rows: i32,
  k: i32,
  t: f64,
  x: usize,
  directions: usize
): void {
  for (const end = program + <usize>length * INSTRUCTION; program < end; program += INSTRUCTION) {
    const to = <usize>load<u32>(program, 4);
    const from = <usize>load<u32>(program, 8);
    const dst = base + to * <usize>rows;
    const src = base + from * <usize>rows;
    const all = <usize>(rows * k);
    const tangentDst = tangentBase + to * all;
    const tangentSrc = tangentBase + from * all;
    const opcode = load<i32>(program);
    if (isProduct(opcode)) {
      product(program, opcode, base, rows, k, src, dst, tangentSrc, tangentDst);
    } else {
      // First the tangent: the instruction itself may overwrite the place that it is taken at.
      differential(program, opcode, base, rows, k, tangentBase, src, directions, tangentSrc, tangentDst);
      step(program, base, rows, t, x, dst, src);
    }
  }
}

function isProduct(opcode: i32): bool {
  if (INTEGERS && (opcode == DENSE8 || opcode == MIX8)) return true;
  return opcode == DENSE || opcode == MIX || opcode == CONV;
}

/**
 * A product and its tangents, with the activation last: its derivative is taken where the activation will be.
 *
 * What 8-bit layers round to 7 bits is a staircase, whose derivative says nothing: their tangents are those of the layer with its
 * weights as they are and its input unrounded, taken at the rounded result.
 */
function product(
  p: usize,
  opcode: i32,
  base: usize,
  rows: i32,
  k: i32,
  src: usize,
  dst: usize,
  tangentSrc: usize,
  tangentDst: usize
): void {
  const a = operand(p, 0);
  const b = operand(p, 1);
  const c = operand(p, 2);
  const weight = vector(p, 3);
  const bias = vector(p, 4);
  const activation = operand(p, opcode == CONV ? 9 : 5);
  let floats: i32;
  if (opcode == DENSE) {
    const width = padded(b);
    const columns = padded(c);
    dense(src, width, rows * a, b, c, weight, bias, IDENTITY, dst, columns);
    dense(tangentSrc, width, rows * k * a, b, c, weight, 0, IDENTITY, tangentDst, columns);
    floats = a * columns;
  } else if (opcode == CONV) {
    const gathered = base + vector(p, 10) * <usize>rows;
    convolve(p, src, rows, vector(p, 8), IDENTITY, gathered, dst);
    convolve(p, tangentSrc, rows * k, 0, IDENTITY, gathered, tangentDst);
    floats = windowsOf(a, b, operand(p, 4), operand(p, 5), operand(p, 6)) * padded(operand(p, 3));
  } else if (INTEGERS && opcode == DENSE8) {
    layer8(p, base, rows, IDENTITY, dst);
    denseUnpacked(tangentSrc, rows * k * a, b, c, weight, vector(p, 6), vector(p, 7), tangentDst);
    floats = a * padded(c);
  } else if (INTEGERS && opcode == MIX8) {
    layer8(p, base, rows, IDENTITY, dst);
    mixUnpacked(tangentSrc, rows * k, a, b, c, weight, vector(p, 6), vector(p, 7), tangentDst);
    floats = b * padded(c);
  } else {
    mix(src, rows, a, b, c, weight, bias, IDENTITY, dst);
    mix(tangentSrc, rows * k, a, b, c, weight, 0, IDENTITY, tangentDst);
    floats = b * padded(c);
  }
  chain(dst, rows, f32s(floats), k, activation, tangentDst);
  activateTile(dst, 0, 1, (rows * floats) >> 2, activation);
}

/** The tangents of every other instruction. */
function differential(
  p: usize,
  opcode: i32,
  base: usize,
  rows: i32,
  k: i32,
  tangentBase: usize,
  src: usize,
  directions: usize,
  tangentSrc: usize,
  tangentDst: usize
): void {
  const a = operand(p, 0);
  const b = operand(p, 1);
  const c = operand(p, 2);
  const all = rows * k;
  switch (opcode) {
    case STATE:
      copyState(directions, all, a, tangentDst);
      break;
    case NORM:
      normTangent(src, rows, a, b, k, vector(p, 3), float(p, 4), operand(p, 5) == 0, tangentSrc, tangentDst);
      break;
    case MODULATE:
      modulate(tangentSrc, all * a, b, 0, vector(p, 3), tangentDst);
      break;
    case RESIDUAL:
      residual(tangentSrc, tangentBase + <usize>a * <usize>all, all * b, c, vector(p, 3), tangentDst);
      break;
    case COMBINE:
      combineTangent(p, base, tangentBase, rows, k, src, tangentSrc, tangentDst);
      break;
    case ACTIVATE:
      memory.copy(tangentDst, tangentSrc, f32s(all * a * padded(b)));
      chain(src, rows, f32s(a * padded(b)), k, c, tangentDst);
      break;
    case MOVE:
      // What is made from the time alone has no tangent.
      if (a) clear(all, vector(p, 3), tangentDst, f32s(c));
      else move(tangentSrc, f32s(b), all, vector(p, 3), tangentDst, f32s(c));
      break;
    case GROUP_NORM:
      groupNormTangent(
        src,
        rows,
        a,
        b,
        operand(p, 5),
        k,
        float(p, 4),
        vector(p, 3),
        base + vector(p, 6) * <usize>rows,
        tangentSrc,
        tangentDst
      );
      break;
    case ATTENTION:
      attend(p, base, tangentBase, rows, k, src, tangentSrc, tangentDst);
      break;
    default:
      // Of what was rounded the layer has the tangents of what it was.
      if (!INTEGERS || (opcode != QUANTIZE && opcode != QUANTIZE_CHANNELS)) unreachable();
  }
}

function attend(
  p: usize,
  base: usize,
  tangentBase: usize,
  rows: i32,
  k: i32,
  src: usize,
  tangentSrc: usize,
  tangentDst: usize
): void {
  const keys = vector(p, 0);
  const values = vector(p, 1);
  const all = <usize>(rows * k);
  attentionTangent(
    src,
    base + keys * <usize>rows,
    base + values * <usize>rows,
    rows,
    operand(p, 2),
    operand(p, 3),
    operand(p, 4),
    operand(p, 5),
    operand(p, 6),
    base + vector(p, 7) * <usize>rows,
    k,
    tangentSrc,
    tangentBase + keys * all,
    tangentBase + values * all,
    tangentDst
  );
}
