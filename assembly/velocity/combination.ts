// COMBINE: sums and products of two values, one of which may be made from the time alone, and of which one may have a single token.
//
// Operands: the other value, whether that is made from the time, tokens, width, the tokens of either, whether it is a product, and
// the factors alpha and beta of a sum.

import { Operand, place, product, productTangent, sum } from "../kernel/combine";
import { float, operand, vector } from "./instruction";

const x = changetype<Operand>(memory.data(offsetof<Operand>(), 16));
const y = changetype<Operand>(memory.data(offsetof<Operand>(), 16));
const dx = changetype<Operand>(memory.data(offsetof<Operand>(), 16));
const dy = changetype<Operand>(memory.data(offsetof<Operand>(), 16));

/** Takes both values of an instruction, and returns whether the other one is made from the time. */
function takeValues(p: usize, base: usize, rows: i32, src: usize): bool {
  const shared = operand(p, 1) != 0;
  const other = vector(p, 0);
  const at = shared ? other : base + other * <usize>rows;
  place(x, src, operand(p, 4), operand(p, 2), operand(p, 3), false);
  place(y, at, operand(p, 5), operand(p, 2), operand(p, 3), shared);
  return shared;
}

/** alpha x + beta y, or x y. */
export function combine(p: usize, base: usize, rows: i32, src: usize, dst: usize): void {
  takeValues(p, base, rows, src);
  if (operand(p, 6)) product(x, y, rows, operand(p, 2), operand(p, 3), dst);
  else sum(x, y, float(p, 7), float(p, 8), rows, operand(p, 2), operand(p, 3), dst);
}

/** alpha dx + beta dy, or dx y + x dy; of a value that is made from the time there is no tangent. */
export function combineTangent(
  p: usize,
  base: usize,
  tangentBase: usize,
  rows: i32,
  k: i32,
  src: usize,
  tangentSrc: usize,
  tangentDst: usize
): void {
  const shared = takeValues(p, base, rows, src);
  const all = rows * k;
  const tokens = operand(p, 2);
  const width = operand(p, 3);
  const other = tangentBase + vector(p, 0) * <usize>all;
  place(dx, tangentSrc, operand(p, 4), tokens, width, false);
  if (!shared) place(dy, other, operand(p, 5), tokens, width, false);
  if (!operand(p, 6))
    sum(dx, shared ? dx : dy, float(p, 7), shared ? 0 : float(p, 8), all, tokens, width, tangentDst);
  else if (shared) product(dx, y, all, tokens, width, tangentDst);
  else productTangent(x, dx, y, dy, rows, k, tokens, width, tangentDst);
}
