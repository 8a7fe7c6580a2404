import type { Activation, Architecture, ImageShape } from '../schema/architecture.ts'
import { dimOf, forward } from './forward.ts'
import type { ConvOptions, DenseOptions, ImageSize, Operations } from './operations.ts'
import { beside, convolved, together, windowOf, type Shape } from './shape.ts'

/** One parameter of a network: `fanIn` scales its random start, 0 means that it starts from zero. */
export interface Parameter {
  readonly name: string
  readonly shape: readonly number[]
  readonly fanIn: number
}

/** Every parameter of an architecture, in the order in which its forward pass meets them. */
export function parameters(architecture: Architecture): Parameter[] {
  const recorder = new ParameterRecorder(dimOf(architecture))
  forward(recorder, architecture)
  return recorder.parameters
}

/** Runs an architecture on shapes alone. */
export class ParameterRecorder implements Operations<Shape> {
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
    const { tokens, width: fanIn } = beside(inputs)
    this.#affine(name, [width, fanIn], zero)
    return { tokens, width }
  }
  mixTokens(name: string, x: Shape, tokens: number, { zero = false }: DenseOptions = {}): Shape {
    this.#affine(name, [tokens, x.tokens], zero)
    return { tokens, width: x.width }
  }
  parameter(name: string, tokens: number, width: number): Shape {
    this.parameters.push({ name, shape: tokens === 1 ? [width] : [tokens, width], fanIn: 0 })
    return { tokens, width }
  }
  activate(x: Shape, _activation: Activation): Shape {
    return x
  }
  layerNorm(x: Shape, _epsilon?: number): Shape {
    return x
  }
  rmsNorm(x: Shape, _epsilon?: number): Shape {
    return x
  }
  groupNorm(x: Shape, _groups: number, _epsilon?: number): Shape {
    return x
  }
  modulate(x: Shape, _shift: Shape, _scale: Shape): Shape {
    return x
  }
  addGated(x: Shape, _gate: Shape, _y: Shape): Shape {
    return x
  }
  add(x: Shape, y: Shape, _factor?: number): Shape {
    return together(x, y)
  }
  multiply(x: Shape, y: Shape): Shape {
    return together(x, y)
  }
  concat(inputs: readonly Shape[]): Shape {
    return beside(inputs)
  }
  slice({ tokens }: Shape, _from: number, width: number): Shape {
    return { tokens, width }
  }
  reshape(_x: Shape, tokens: number, width: number): Shape {
    return { tokens, width }
  }
  transpose({ tokens, width }: Shape): Shape {
    return { tokens: width, width: tokens }
  }
  conv(name: string, x: Shape, image: ImageSize, channels: number, options: ConvOptions = {}): Shape {
    const { kernel } = windowOf(options)
    this.#affine(name, [channels, kernel, kernel, x.width], options.zero ?? false)
    const [height, width] = convolved(image, options)
    return { tokens: height * width, width: channels }
  }
  upsample({ tokens, width }: Shape, _image: ImageSize, factor: number): Shape {
    return { tokens: tokens * factor ** 2, width }
  }
  attention(q: Shape, _k: Shape, v: Shape, _heads: number): Shape {
    return { tokens: q.tokens, width: v.width }
  }
  patches(_x: Shape, [height, width, channels]: ImageShape, patch: number): Shape {
    return { tokens: (height / patch) * (width / patch), width: patch * patch * channels }
  }
  unpatch(_x: Shape, [height, width, channels]: ImageShape, _patch: number): Shape {
    return { tokens: 1, width: height * width * channels }
  }

  /** A weight, whose first axis is that of the outputs, and a bias. */
  #affine(name: string, shape: readonly number[], zero: boolean): void {
    const [outputs, ...inputs] = shape
    const fanIn = zero ? 0 : inputs.reduce((product, size) => product * size, 1)
    this.parameters.push({ name: `${name}.weight`, shape, fanIn })
    this.parameters.push({ name: `${name}.bias`, shape: [outputs], fanIn: 0 })
  }
}
