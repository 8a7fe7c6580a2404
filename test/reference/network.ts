// The 64-bit twin of the networks: the operations as plain arithmetic on nested arrays, one row at a time.

import { forward } from '../../src/network/forward.ts'
import {
  timeFrequencies,
  type ConvOptions,
  type DenseOptions,
  type ImageSize,
  type Operations
} from '../../src/network/operations.ts'
import { windowOf } from '../../src/network/shape.ts'
import type { Activation, Architecture, ImageShape } from '../../src/schema/architecture.ts'
import type { Tensors } from '../../src/types.ts'
import { activations, layerNorm, modulate, patches } from './math.ts'
import { matmul, transpose } from './matmul.ts'
import * as tokensOf from './tokens.ts'

type Matrix = number[][]

/** The output of a network at time t and state x, shape (dim). */
export function networkOutput(
  architecture: Architecture,
  tensors: Tensors,
  t: number,
  x: readonly number[],
  condition: readonly number[] = []
): number[] {
  return forward(new ReferenceOperations(tensors, t, x, condition), architecture)[0]
}

/** A value is its rows: one array of numbers for each token. */
export class ReferenceOperations implements Operations<Matrix> {
  readonly #tensors: Tensors
  readonly #t: number
  readonly #x: readonly number[]
  readonly #condition: readonly number[]

  constructor(tensors: Tensors, t: number, x: readonly number[], condition: readonly number[]) {
    this.#tensors = tensors
    this.#t = t
    this.#x = x
    this.#condition = condition
  }

  state(): Matrix {
    return [[...this.#x]]
  }
  time(): Matrix {
    return [[this.#t]]
  }
  condition(): Matrix {
    return [[...this.#condition]]
  }
  timeFeatures(width: number): Matrix {
    const angles = Array.from(timeFrequencies(width / 2), (frequency) => frequency * this.#t)
    return [[...angles.map(Math.sin), ...angles.map(Math.cos)]]
  }
  dense(name: string, inputs: readonly Matrix[], _width: number, options: DenseOptions = {}): Matrix {
    const affine = matmul(
      this.concat(inputs),
      this.#parameter(`${name}.weight`),
      this.#parameter(`${name}.bias`)[0]
    )
    return this.activate(affine, options.activation ?? 'identity')
  }
  mixTokens(name: string, x: Matrix, tokens: number, options?: DenseOptions): Matrix {
    return transpose(this.dense(name, [transpose(x)], tokens, options))
  }
  activate(x: Matrix, activation: Activation): Matrix {
    return x.map((row) => row.map(activations[activation]))
  }
  parameter(name: string, _tokens: number, _width: number): Matrix {
    return this.#parameter(name)
  }
  layerNorm(x: Matrix, epsilon?: number): Matrix {
    return x.map((row) => layerNorm(row, undefined, undefined, epsilon))
  }
  rmsNorm(x: Matrix, epsilon = 1e-6): Matrix {
    return x.map((row) => tokensOf.rmsNorm(row, epsilon))
  }
  groupNorm(x: Matrix, groups: number, epsilon = 1e-5): Matrix {
    return tokensOf.groupNorm(x, groups, epsilon)
  }
  modulate(x: Matrix, [shift]: Matrix, [scale]: Matrix): Matrix {
    return x.map((row) => modulate(row, shift, scale))
  }
  addGated(x: Matrix, [gate]: Matrix, y: Matrix): Matrix {
    return x.map((row, i) => row.map((value, j) => value + gate[j] * y[i][j]))
  }
  add(x: Matrix, y: Matrix, factor = 1): Matrix {
    return tokensOf.elementwise(x, y, (a, b) => a + factor * b)
  }
  multiply(x: Matrix, y: Matrix): Matrix {
    return tokensOf.elementwise(x, y, (a, b) => a * b)
  }
  concat(inputs: readonly Matrix[]): Matrix {
    return inputs[0].map((_, token) => inputs.flatMap((input) => input[token]))
  }
  slice(x: Matrix, from: number, width: number): Matrix {
    return x.map((row) => row.slice(from, from + width))
  }
  reshape(x: Matrix, tokens: number, width: number): Matrix {
    return tokensOf.reshape(x, tokens, width)
  }
  transpose(x: Matrix): Matrix {
    return transpose(x)
  }
  conv(name: string, x: Matrix, image: ImageSize, channels: number, options: ConvOptions = {}): Matrix {
    const weight = tokensOf.reshape(
      this.#parameter(`${name}.weight`),
      channels,
      windowOf(options).kernel ** 2 * x[0].length
    )
    const seen = tokensOf.windows(x, image, windowOf(options))
    const affine = matmul(seen, weight, this.#parameter(`${name}.bias`)[0])
    return this.activate(affine, options.activation ?? 'identity')
  }
  upsample(x: Matrix, image: ImageSize, factor: number): Matrix {
    return tokensOf.upsample(x, image, factor)
  }
  attention(q: Matrix, k: Matrix, v: Matrix, heads: number): Matrix {
    return tokensOf.attention(q, k, v, heads)
  }
  patches([image]: Matrix, [height, width, channels]: ImageShape, patch: number): Matrix {
    return patches(image, height, width, channels, patch)
  }
  unpatch(x: Matrix, [height, width, channels]: ImageShape, patch: number): Matrix {
    // Where each pixel went, read backwards.
    const places = patches([...Array(height * width * channels).keys()], height, width, channels, patch)
    const image: number[] = []
    places.forEach((token, i) => {
      token.forEach((place, j) => (image[place] = x[i][j]))
    })
    return [image]
  }

  /** A parameter as its rows; a vector is one row. */
  #parameter(name: string): Matrix {
    const tensor = this.#tensors.get(name)
    if (tensor === undefined) throw new Error(`no parameter ${name}`)
    const width = tensor.shape.at(-1) ?? 1
    const rows = tensor.data.length / width
    return Array.from({ length: rows }, (_, i) => [...tensor.data.subarray(i * width, (i + 1) * width)])
  }
}
