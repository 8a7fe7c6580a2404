import type { Activation, Architecture, ImageShape } from '../schema/architecture.ts'
import { dimOf, forward } from './forward.ts'
import type { DenseOptions, Operations } from './operations.ts'

/** One parameter of a network: `fanIn` scales its random start, 0 means that it starts from zero. */
export interface Parameter {
  readonly name: string
  readonly shape: readonly number[]
  readonly fanIn: number
}

/** The shape (tokens, width) of a value. */
export interface Shape {
  readonly tokens: number
  readonly width: number
}

/** Every parameter of an architecture, in the order in which its forward pass meets them. */
export function parameters(architecture: Architecture): Parameter[] {
  const recorder = new ParameterRecorder(dimOf(architecture))
  forward(recorder, architecture)
  return recorder.parameters
}

/** Runs an architecture on shapes alone. */
class ParameterRecorder implements Operations<Shape> {
  readonly parameters: Parameter[] = []
  readonly #dim: number

  constructor(dim: number) {
    this.#dim = dim
  }

  state(): Shape {
    return { tokens: 1, width: this.#dim }
  }
  time(): Shape {
    return { tokens: 1, width: 1 }
  }
  timeFeatures(width: number): Shape {
    return { tokens: 1, width }
  }
  condition(width: number): Shape {
    return { tokens: 1, width }
  }
  dense(name: string, inputs: readonly Shape[], width: number, { zero = false }: DenseOptions = {}): Shape {
    const total = inputs.reduce((sum, input) => sum + input.width, 0)
    this.#affine(name, width, total, zero)
    return { tokens: inputs[0].tokens, width }
  }
  mixTokens(name: string, x: Shape, tokens: number, { zero = false }: DenseOptions = {}): Shape {
    this.#affine(name, tokens, x.tokens, zero)
    return { tokens, width: x.width }
  }
  addParameter(name: string, x: Shape): Shape {
    this.parameters.push({ name, shape: [x.tokens, x.width], fanIn: 0 })
    return x
  }
  activate(x: Shape, _activation: Activation): Shape {
    return x
  }
  layerNorm(x: Shape): Shape {
    return x
  }
  modulate(x: Shape, _shift: Shape, _scale: Shape): Shape {
    return x
  }
  addGated(x: Shape, _gate: Shape, _y: Shape): Shape {
    return x
  }
  slice(_x: Shape, _from: number, width: number): Shape {
    return { tokens: 1, width }
  }
  patches(_x: Shape, [height, width, channels]: ImageShape, patch: number): Shape {
    return { tokens: (height / patch) * (width / patch), width: patch * patch * channels }
  }
  unpatch(_x: Shape, [height, width, channels]: ImageShape, _patch: number): Shape {
    return { tokens: 1, width: height * width * channels }
  }

  #affine(name: string, outputs: number, inputs: number, zero: boolean): void {
    this.parameters.push({ name: `${name}.weight`, shape: [outputs, inputs], fanIn: zero ? 0 : inputs })
    this.parameters.push({ name: `${name}.bias`, shape: [outputs], fanIn: 0 })
  }
}
