// The 64-bit twin of the networks: the operations as plain arithmetic on nested arrays, one row at a time.

import { forward } from '../../src/network/forward.ts'
import { timeFrequencies, type DenseOptions, type Operations } from '../../src/network/operations.ts'
import type { Activation, Architecture, ImageShape } from '../../src/schema/architecture.ts'
import type { Tensors } from '../../src/types.ts'
import { activations, layerNorm, modulate, patches } from './math.ts'
import { matmul, transpose } from './matmul.ts'

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
class ReferenceOperations implements Operations<Matrix> {
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
    const x = inputs[0].map((_, token) => inputs.flatMap((input) => input[token]))
    const affine = matmul(x, this.#parameter(`${name}.weight`), this.#parameter(`${name}.bias`)[0])
    return this.activate(affine, options.activation ?? 'identity')
  }
  mixTokens(name: string, x: Matrix, tokens: number, options?: DenseOptions): Matrix {
    return transpose(this.dense(name, [transpose(x)], tokens, options))
  }
  activate(x: Matrix, activation: Activation): Matrix {
    return x.map((row) => row.map(activations[activation]))
  }
  addParameter(name: string, x: Matrix): Matrix {
    const parameter = this.#parameter(name)
    return x.map((row, i) => row.map((value, j) => value + parameter[i][j]))
  }
  layerNorm(x: Matrix): Matrix {
    return x.map((row) => layerNorm(row))
  }
  modulate(x: Matrix, [shift]: Matrix, [scale]: Matrix): Matrix {
    return x.map((row) => modulate(row, shift, scale))
  }
  addGated(x: Matrix, [gate]: Matrix, y: Matrix): Matrix {
    return x.map((row, i) => row.map((value, j) => value + gate[j] * y[i][j]))
  }
  slice([row]: Matrix, from: number, width: number): Matrix {
    return [row.slice(from, from + width)]
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
