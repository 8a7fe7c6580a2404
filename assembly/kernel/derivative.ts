import { ErrorFunction } from "../math/erfVector";
import { sines } from "../math/sineVector";
import { Vector } from "../math/vector";
import { Activation } from "./activation";

const IDENTITY: i32 = 0;
const SILU: i32 = 1;
const RELU: i32 = 2;
const TANH: i32 = 3;
const GELU: i32 = 4;
const SIGMOID: i32 = 6;
const SINE: i32 = 8;

/** f'(x) of four f32 lanes; the derivatives of the activations that networks use. */
export class Derivative {
  /** s (1 + x (1 - s)) with s = 1 / (1 + e^-x). */
  // @ts-ignore: decorator
  @inline
  static silu(x: v128): v128 {
    const one = f32x4.splat(1);
    const s = f32x4.div(one, f32x4.add(one, Vector.exp(f32x4.neg(x))));
    return f32x4.mul(s, f32x4.add(one, f32x4.mul(Derivative.bounded(x), f32x4.sub(one, s))));
  }

  /** 1 above 0, and 0 at it. */
  // @ts-ignore: decorator
  @inline
  static relu(x: v128): v128 {
    return v128.and(f32x4.gt(x, f32x4.splat(0)), f32x4.splat(1));
  }

  /** 1 - tanh^2 x. */
  // @ts-ignore: decorator
  @inline
  static tanh(x: v128): v128 {
    const y = Vector.tanh(x);
    return f32x4.sub(f32x4.splat(1), f32x4.mul(y, y));
  }

  /** s + x s (1 - s) w' with w = 2 sqrt(2 / pi) (x + 0.044715 x^3) and s = 1 / (1 + e^-w). */
  // @ts-ignore: decorator
  @inline
  static gelu(x: v128): v128 {
    const one = f32x4.splat(1);
    const c = f32x4.splat(1.5957691216057308);
    const z = Derivative.bounded(x);
    const square = f32x4.mul(z, z);
    const w = f32x4.mul(f32x4.mul(c, z), f32x4.add(one, f32x4.mul(f32x4.splat(0.044715), square)));
    const slope = f32x4.mul(c, f32x4.add(one, f32x4.mul(f32x4.splat(0.134145), square)));
    const s = f32x4.div(one, f32x4.add(one, Vector.exp(f32x4.neg(w))));
    const bend = f32x4.mul(f32x4.mul(z, s), f32x4.mul(f32x4.sub(one, s), slope));
    return f32x4.add(s, bend);
  }

  /** (1 + erf(x / sqrt 2)) / 2 + x e^(-x^2 / 2) / sqrt(2 pi). */
  // @ts-ignore: decorator
  @inline
  static geluErf(x: v128): v128 {
    const half = f32x4.splat(0.5);
    const erf = ErrorFunction.erf(f32x4.mul(x, f32x4.splat(0.7071067811865476)));
    const slope = f32x4.mul(Derivative.bounded(x), f32x4.splat(0.3989422804014327));
    const bend = ErrorFunction.timesBell(slope, ErrorFunction.bounded(x));
    return f32x4.add(f32x4.add(half, f32x4.mul(half, erf)), bend);
  }

  /** x, kept where an infinity times 0 would make a NaN of the limit. */
  // @ts-ignore: decorator
  @inline
  private static bounded(x: v128): v128 {
    return f32x4.pmax(f32x4.pmin(x, f32x4.splat(1e4)), f32x4.splat(-1e4));
  }

  // @ts-ignore: decorator
  @inline
  static apply(x: v128, activation: i32): v128 {
    if (activation == SILU) return Derivative.silu(x);
    if (activation == RELU) return Derivative.relu(x);
    if (activation == TANH) return Derivative.tanh(x);
    if (activation == GELU) return Derivative.gelu(x);
    return Derivative.geluErf(x);
  }
}

const SLOPES = memory.data(16, 16);

/** The derivatives of those that layers seldom have, at a vector of x: to SLOPES. */
function differentiateSeldom(x: usize, activation: i32): void {
  // cos x of the sine, -sin x of the cosine
  if (activation >= SINE) return sines(x, 4, activation - SINE + 1, SLOPES);
  const s = Activation.sigmoid(v128.load(x));
  if (activation == SIGMOID) v128.store(SLOPES, f32x4.mul(s, f32x4.sub(f32x4.splat(1), s)));
  else v128.store(SLOPES, s); // of softplus
}

/** tangents *= f'(x): x (rows, bytes), tangents (rows, k, bytes), in whole vectors. */
export function chain(x: usize, rows: i32, bytes: usize, k: i32, activation: i32, tangents: usize): void {
  if (activation == IDENTITY) return;
  for (let i = 0; i < rows; i++, x += bytes, tangents += <usize>k * bytes) {
    for (let at: usize = 0; at < bytes; at += 16) {
      if (activation >= SIGMOID) differentiateSeldom(x + at, activation);
      else v128.store(SLOPES, Derivative.apply(v128.load(x + at), activation));
      const slope = v128.load(SLOPES);
      for (let j = 0, p = tangents + at; j < k; j++, p += bytes) {
        v128.store(p, f32x4.mul(v128.load(p), slope));
      }
    }
  }
}
