import type { Activation, ImageShape } from '../schema/architecture.ts'

export interface DenseOptions {
  readonly activation?: Activation
  /** Start from zero weights and biases, so that a residual branch begins as the identity. */
  readonly zero?: boolean
}

/**
 * The operations that an architecture is written in. One definition of a network serves them all:
 * its list of parameters, its program for the WebAssembly core, its TensorFlow.js graph for training,
 * and its 64-bit reference in the tests are four implementations of this interface.
 *
 * A value T is a matrix (tokens, width) per row of the batch. Values made only from the time are
 * shared by all rows, so the core computes them once per evaluation, not once per row.
 */
export interface Operations<T> {
  /** The state x, shape (1, dim). */
  state(): T
  /** The time t in [0, 1], shape (1, 1). */
  time(): T
  /** sin(f_j t), then cos(f_j t), with `width`/2 frequencies from `timeFrequencies`; shape (1, width). */
  timeFeatures(width: number): T
  /** What the network is told beside them, as `writeCondition` writes it; shape (1, width). */
  condition(width: number): T
  /**
   * activation(x W^T + b) for every token, where x is the concatenation of `inputs` along the width; shape (tokens, width).
   * Parameters: `name.weight` (width, total input width) and `name.bias` (width).
   */
  dense(name: string, inputs: readonly T[], width: number, options?: DenseOptions): T
  /**
   * activation(W x + b 1^T): the same map along the token axis, for every channel; shape (tokens, width of x).
   * Parameters: `name.weight` (tokens, tokens of x) and `name.bias` (tokens).
   */
  mixTokens(name: string, x: T, tokens: number, options?: DenseOptions): T
  /** The activation of every element. */
  activate(x: T, activation: Activation): T
  /** x + the parameter `name`, of the shape of x (such as learned positions). */
  addParameter(name: string, x: T): T
  /** (x - mean) / sqrt(variance + LAYER_NORM_EPSILON) over the width of every token, without gain or bias. */
  layerNorm(x: T): T
  /** x (1 + scale) + shift, where shift and scale come from the time, shape (1, width). */
  modulate(x: T, shift: T, scale: T): T
  /** x + gate y, where gate comes from the time, shape (1, width). */
  addGated(x: T, gate: T, y: T): T
  /** Columns `from` to `from + width` of a value made from the time. */
  slice(x: T, from: number, width: number): T
  /** Cuts an image (1, H W C) into patches (H/p W/p, p p C), both row by row, channels last. */
  patches(x: T, image: ImageShape, patch: number): T
  /** The inverse of `patches`. */
  unpatch(x: T, image: ImageShape, patch: number): T
}

export const LAYER_NORM_EPSILON = 1e-6

/** `count` angular frequencies, geometric from 1 to 256: a quarter turn over [0, 1] up to forty turns. */
export function timeFrequencies(count: number): Float64Array {
  return Float64Array.from(
    { length: count },
    (_, j) => Math.round(2 ** ((8 * j) / Math.max(1, count - 1) + 10)) / 1024
  )
}
