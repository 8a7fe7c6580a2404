import type { Activation, ImageShape } from '../schema/architecture.ts'

export interface DenseOptions {
  readonly activation?: Activation
  /** Start from zero weights and biases, so that a residual branch begins as the identity. */
  readonly zero?: boolean
}

/** Height and width of an image that lies in the tokens of a value, row by row: one pixel a token, its channels the width. */
export type ImageSize = readonly [height: number, width: number]

export interface ConvOptions extends DenseOptions {
  /** Height and width of the window. @default 3 */
  readonly kernel?: number
  /** Pixels from one window to the next. @default 1 */
  readonly stride?: number
  /** Pixels of zeros on every side. @default (kernel - 1) / 2, rounded down */
  readonly padding?: number
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
  /**
   * The parameter `name` as a value, the same for all rows and times, as if made from the time; shape (tokens, width).
   * Its tensor has the shape [tokens, width], or [width] where tokens is 1, and starts from zero.
   */
  parameter(name: string, tokens: number, width: number): T
  /** (x - mean) / sqrt(variance + epsilon) over the width of every token, without gain or bias. @default epsilon 1e-6 */
  layerNorm(x: T, epsilon?: number): T
  /** x / sqrt(mean(x^2) + epsilon) over the width of every token. @default epsilon 1e-6 */
  rmsNorm(x: T, epsilon?: number): T
  /**
   * (x - mean) / sqrt(variance + epsilon) over all tokens and each of `groups` runs of width / groups channels.
   * @default epsilon 1e-5
   */
  groupNorm(x: T, groups: number, epsilon?: number): T
  /** x (1 + scale) + shift, where shift and scale come from the time, shape (1, width). */
  modulate(x: T, shift: T, scale: T): T
  /** x + gate y, where gate comes from the time, shape (1, width). */
  addGated(x: T, gate: T, y: T): T
  /** x + factor y, of equal shapes; or either has one token, which is the same for all of the other's. @default factor 1 */
  add(x: T, y: T, factor?: number): T
  /** x y element by element, on shapes as of `add`. */
  multiply(x: T, y: T): T
  /** The inputs, which have equally many tokens, beside one another along the width. */
  concat(inputs: readonly T[]): T
  /** Columns `from` to `from + width` of every token. */
  slice(x: T, from: number, width: number): T
  /** The same elements, row by row, as another shape (tokens, width). */
  reshape(x: T, tokens: number, width: number): T
  /** Tokens and width in each other's place. */
  transpose(x: T): T
  /**
   * activation(b_o + sum over windows of W_o x) at every window of an image, x (height width, C), zeros around it; shape
   * (height' width', channels) with the size of `convolved`.
   * Parameters: `name.weight` (channels, kernel, kernel, C) and `name.bias` (channels).
   */
  conv(name: string, x: T, image: ImageSize, channels: number, options?: ConvOptions): T
  /** Every pixel of an image `factor` times in height and in width (nearest neighbour). */
  upsample(x: T, image: ImageSize, factor: number): T
  /**
   * softmax(q k^T / sqrt(width / heads)) v for each of `heads` runs of width / heads channels; the tokens of k and v may be
   * more or fewer than those of q.
   *
   * @see Vaswani et al., "Attention Is All You Need", arXiv 1706.03762, section 3.2.
   */
  attention(q: T, k: T, v: T, heads: number): T
  /** Cuts an image (1, H W C) into patches (H/p W/p, p p C), both row by row, channels last. */
  patches(x: T, image: ImageShape, patch: number): T
  /** The inverse of `patches`. */
  unpatch(x: T, image: ImageShape, patch: number): T
}

export const LAYER_NORM_EPSILON = 1e-6
export const RMS_NORM_EPSILON = 1e-6
export const GROUP_NORM_EPSILON = 1e-5

/** `count` angular frequencies, geometric from 1 to 256: a quarter turn over [0, 1] up to forty turns. */
export function timeFrequencies(count: number): Float64Array {
  return Float64Array.from(
    { length: count },
    (_, j) => Math.round(2 ** ((8 * j) / Math.max(1, count - 1) + 10)) / 1024
  )
}
