import { f32s } from "../memory";
import { ErrorFunction } from "../math/erfVector";
import { Fused } from "../math/fused";
import { sines } from "../math/sineVector";
import { Vector } from "../math/vector";

const IDENTITY: i32 = 0;
const SILU: i32 = 1;
const RELU: i32 = 2;
const TANH: i32 = 3;
const GELU: i32 = 4;
const GELU_ERF: i32 = 5;
const SIGMOID: i32 = 6;
const SINE: i32 = 8;

// Constants in memory, as in math/vector.ts.
const CONSTANTS = memory.data<f32>(
  [
    -88.7, // silu is 0 below
    -88.3, // e^-x is 0 for -x below
    1.0,
    -20.0, // gelu is 0 below
    -0.07135481282052229, // -2 sqrt(2 / pi) 0.044715
    -1.5957691216057308 // -2 sqrt(2 / pi)
  ],
  16
);

const LOG = memory.data<f32>(
  [
    0.23224329948425293, // the minimax polynomial of (2 artanh s - 2 s) / s^3, from s^8 down
    0.2170657515525818,
    0.285923570394516,
    0.3999970555305481,
    0.6666666865348816,
    2.0
  ],
  16
);

/** Activations of four f32 lanes; a NaN stays NaN. */
export class Activation {
  /** x / (1 + e^-x). -0 below -88.4 (so silu(-Infinity) = -0), x above 88.3. */
  // @ts-ignore: decorator
  @inline
  static silu(x: v128): v128 {
    const floor = f32x4.pmax(x, v128.load32_splat(CONSTANTS));
    const minus = f32x4.sub(f32x4.splat(0), floor);
    const e = Vector.expInRange(f32x4.pmax(minus, v128.load32_splat(CONSTANTS, 4)));
    return f32x4.div(floor, f32x4.add(v128.load32_splat(CONSTANTS, 8), e));
  }

  /** max(x, 0), NaN stays NaN. */
  // @ts-ignore: decorator
  @inline
  static relu(x: v128): v128 {
    return f32x4.pmax(x, f32x4.splat(0));
  }

  /**
   * x (1 + tanh u) / 2 with u = sqrt(2 / pi) (x + 0.044715 x^3), which is x / (1 + e^(-2u)).
   * -0 below -10.1 (so gelu(-Infinity) = -0).
   */
  // @ts-ignore: decorator
  @inline
  static gelu(x: v128): v128 {
    const floor = f32x4.pmax(x, v128.load32_splat(CONSTANTS, 12));
    const cubic = f32x4.mul(f32x4.mul(floor, floor), v128.load32_splat(CONSTANTS, 16));
    const e = Vector.exp(f32x4.mul(floor, f32x4.add(cubic, v128.load32_splat(CONSTANTS, 20))));
    return f32x4.div(floor, f32x4.add(v128.load32_splat(CONSTANTS, 8), e));
  }

  /**
   * x (1 + erf(x / sqrt 2)) / 2 = x Phi(x), written as max(x, 0) - |x| Phi(-|x|): 1 + erf would lose its digits below 0.
   * 0 below -13.25 (so gelu-erf(-Infinity) = 0).
   */
  // @ts-ignore: decorator
  @inline
  static geluErf(x: v128): v128 {
    const a = ErrorFunction.bounded(x);
    const below = ErrorFunction.timesBell(ErrorFunction.tail(a), a);
    return f32x4.sub(Activation.relu(x), below);
  }

  // @ts-ignore: decorator
  @inline
  static apply(x: v128, activation: i32): v128 {
    if (activation == SILU) return Activation.silu(x);
    if (activation == RELU) return Activation.relu(x);
    if (activation == TANH) return Vector.tanh(x);
    if (activation == GELU) return Activation.gelu(x);
    return Activation.geluErf(x);
  }

  /** 1 / (1 + e^-x). Results below 2^-126 may be 0. */
  // @ts-ignore: decorator
  @inline
  static sigmoid(x: v128): v128 {
    const one = f32x4.splat(1);
    return f32x4.div(one, f32x4.add(one, Vector.exp(f32x4.neg(x))));
  }

  /**
   * log(1 + e^x) = max(x, 0) + 2 artanh(e / (2 + e)) with e = e^-|x|, whose argument is at most 1/3: the polynomial errs by
   * 1e-9 of it. Results below 2^-126 may be 0.
   */
  // @ts-ignore: decorator
  @inline
  static softplus(x: v128): v128 {
    const e = Vector.exp(f32x4.neg(f32x4.abs(x)));
    const s = f32x4.div(e, f32x4.add(v128.load32_splat(LOG, 20), e));
    const z = f32x4.mul(s, s);
    let p = Fused.multiplyAdd(v128.load32_splat(LOG), z, v128.load32_splat(LOG, 4));
    p = Fused.multiplyAdd(p, z, v128.load32_splat(LOG, 8));
    p = Fused.multiplyAdd(p, z, v128.load32_splat(LOG, 12));
    p = Fused.multiplyAdd(p, z, v128.load32_splat(LOG, 16));
    const log = Fused.multiplyAdd(f32x4.mul(s, z), p, f32x4.add(s, s));
    return f32x4.add(Activation.relu(x), log);
  }
}

/** The activation of `rows` x `vectors` vectors in place; consecutive rows lie `row` bytes apart. */
export function activateTile(x: usize, row: usize, rows: i32, vectors: i32, activation: i32): void {
  if (activation == IDENTITY) return;
  for (; rows > 0; rows--, x += row) {
    if (activation > GELU_ERF) {
      activateSeldom(x, vectors, activation);
      continue;
    }
    for (let p = x, end = x + ((<usize>vectors) << 4); p < end; p += 16) {
      v128.store(p, Activation.apply(v128.load(p), activation));
    }
  }
}

/** Those that layers seldom have, out of the way of the loop about the others. */
function activateSeldom(x: usize, vectors: i32, activation: i32): void {
  if (activation >= SINE) return sines(x, vectors << 2, activation - SINE, x);
  for (let end = x + ((<usize>vectors) << 4); x < end; x += 16) {
    if (activation == SIGMOID) v128.store(x, Activation.sigmoid(v128.load(x)));
    else v128.store(x, Activation.softplus(v128.load(x)));
  }
}

const LAST = memory.data(16, 16);

/**
 * The activation of `n` floats in place: 0 identity, 1 silu, 2 relu, 3 tanh, 4 gelu (its tanh form), 5 gelu-erf, 6 sigmoid,
 * 7 softplus, 8 sine, 9 cosine.
 */
export function activate(x: usize, n: i32, activation: i32): void {
  activateTile(x, 0, 1, n >> 2, activation);
  const from = x + f32s(n & ~3);
  memory.copy(LAST, from, f32s(n & 3));
  activateTile(LAST, 0, 1, 1, activation);
  memory.copy(from, LAST, f32s(n & 3));
}
