// 64-bit twins of the elementwise kernels and of layer norm.

import type { Activation } from '../../src/schema/architecture.ts'
import { erfc } from './erf.ts'

/** Each activation in the form that is most accurate in 64 bits. */
export const activations: Record<Activation, (x: number) => number> = {
  identity: (x) => x,
  silu: (x) => x / (1 + Math.exp(-x)),
  relu: (x) => (x < 0 ? 0 : x),
  tanh: Math.tanh,
  gelu: (x) => x / (1 + Math.exp(-2 * Math.sqrt(2 / Math.PI) * (x + 0.044715 * x * x * x))),
  'gelu-erf': (x) => (x / 2) * erfc(-x * Math.SQRT1_2),
  sigmoid: (x) => 1 / (1 + Math.exp(-x)),
  softplus: (x) => Math.max(x, 0) + Math.log1p(Math.exp(-Math.abs(x))),
  sine: (x) => (Math.abs(x) < 1.6e6 ? Math.sin(x) : NaN),
  cosine: (x) => (Math.abs(x) < 1.6e6 ? Math.cos(x) : NaN)
}

/** (x - mean) / sqrt(variance + epsilon), then * (1 + scale) + shift, over one vector. */
export function layerNorm(
  x: readonly number[],
  shift?: readonly number[],
  scale?: readonly number[],
  epsilon = 1e-6
): number[] {
  const mean = sum(x) / x.length
  const variance = sum(x.map((value) => (value - mean) ** 2)) / x.length
  const normed = x.map((value) => (value - mean) / Math.sqrt(variance + epsilon))
  return modulate(normed, shift, scale)
}

/** x (1 + scale) + shift. */
export function modulate(
  x: readonly number[],
  shift?: readonly number[],
  scale?: readonly number[]
): number[] {
  return x.map((value, j) => value * (1 + (scale?.[j] ?? 0)) + (shift?.[j] ?? 0))
}

/** Patches of an image (H, W, C), channels last: token by token, p p C numbers each. */
export function patches(
  image: readonly number[],
  height: number,
  width: number,
  channels: number,
  p: number
): number[][] {
  const tokens: number[][] = []
  for (let top = 0; top < height; top += p) {
    for (let left = 0; left < width; left += p) {
      const token: number[] = []
      for (let y = top; y < top + p; y++) {
        for (let x = left; x < left + p; x++) {
          for (let c = 0; c < channels; c++) token.push(image[(y * width + x) * channels + c])
        }
      }
      tokens.push(token)
    }
  }
  return tokens
}

export function sum(x: readonly number[]): number {
  return x.reduce((total, value) => total + value, 0)
}
