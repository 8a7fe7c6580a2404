import { f32s } from "../memory";
import { padded } from "../math/vector";

/**
 * Two values and what an element by element operation makes of them. A value lies at an address, `row` bytes from row to row and
 * `token` bytes from token to token: 0 where all have the same.
 */
@unmanaged
export class Operand {
  at: usize;
  row: usize;
  token: usize;
}

/** Sets an operand: of `tokens` tokens, or one for all `most`; the same for all rows, or not. */
export function place(operand: Operand, at: usize, tokens: i32, most: i32, width: i32, shared: bool): void {
  const token = f32s(padded(width));
  operand.at = at;
  operand.row = shared ? 0 : <usize>tokens * token;
  operand.token = tokens < most ? 0 : token;
}

class Combination {
  // @ts-ignore: decorator
  @inline
  static of(
    multiply: bool,
    x: Operand,
    y: Operand,
    alpha: f32,
    beta: f32,
    rows: i32,
    tokens: i32,
    width: i32,
    out: usize
  ): void {
    const token = f32s(padded(width));
    const a = f32x4.splat(alpha);
    const b = f32x4.splat(beta);
    for (let i = 0; i < rows; i++) {
      let p = x.at + <usize>i * x.row;
      let q = y.at + <usize>i * y.row;
      for (let j = 0; j < tokens; j++, p += x.token, q += y.token, out += token) {
        for (let at: usize = 0; at < token; at += 16) {
          const left = v128.load(p + at);
          const right = v128.load(q + at);
          if (multiply) v128.store(out + at, f32x4.mul(left, right));
          else v128.store(out + at, f32x4.add(f32x4.mul(a, left), f32x4.mul(b, right)));
        }
      }
    }
  }
}

/** out = alpha x + beta y, for out (rows, tokens, width), which may lie on an operand of its own shape. */
export function sum(
  x: Operand,
  y: Operand,
  alpha: f32,
  beta: f32,
  rows: i32,
  tokens: i32,
  width: i32,
  out: usize
): void {
  Combination.of(false, x, y, alpha, beta, rows, tokens, width, out);
}

/** out = x y, likewise. */
export function product(x: Operand, y: Operand, rows: i32, tokens: i32, width: i32, out: usize): void {
  Combination.of(true, x, y, 1, 1, rows, tokens, width, out);
}

/** dout = dx y + x dy, for k tangents of each row in dx, dy and dout; in one pass, for dout may be both dx and dy. */
export function productTangent(
  x: Operand,
  dx: Operand,
  y: Operand,
  dy: Operand,
  rows: i32,
  k: i32,
  tokens: i32,
  width: i32,
  dout: usize
): void {
  const token = f32s(padded(width));
  for (let i = 0; i < rows * k; i++) {
    let p = x.at + <usize>(i / k) * x.row;
    let q = y.at + <usize>(i / k) * y.row;
    let dp = dx.at + <usize>i * dx.row;
    let dq = dy.at + <usize>i * dy.row;
    for (let j = 0; j < tokens; j++) {
      for (let at: usize = 0; at < token; at += 16) {
        const left = f32x4.mul(v128.load(dp + at), v128.load(q + at));
        v128.store(dout + at, f32x4.add(left, f32x4.mul(v128.load(p + at), v128.load(dq + at))));
      }
      p += x.token;
      q += y.token;
      dp += dx.token;
      dq += dy.token;
      dout += token;
    }
  }
}
