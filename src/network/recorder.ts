import type { Activation, ImageShape } from '../schema/architecture.ts'
import type { ConvOptions, DenseOptions, ImageSize, Operations } from './operations.ts'
import { beside, convolved, together, windowOf, type Shape } from './shape.ts'

/** One parameter of a network: `fanIn` scales its random start, 0 means that it starts from zero. */
export interface Parameter {
  readonly name: string
  readonly shape: readonly number[]
  readonly fanIn: number
}

/** The shape of a value, and whether it is made from the time alone. */
export interface Recorded extends Shape {
  readonly shared: boolean
}

// What work on an element takes, in units of one f32 multiply or add inside a matrix product, measured on the core to within a
// factor of two (256-dimensional rows and smaller).
const ACTIVATION = 10
const NORM = 8
const COPY = 1
const WAVES = 500 // of the time

/** Runs an architecture on shapes alone: what parameters it has, and what it takes. */
export class Recorder implements Operations<Recorded> {
  readonly parameters: Parameter[] = []
  /** The work on a row, in the units above. */
  perRow = 0
  /** The work on what is made from the time alone. */
  shared = 0
  readonly #dim: number

  constructor(dim: number) {
    this.#dim = dim
  }

  state(): Recorded {
    return { tokens: 1, width: this.#dim, shared: false }
  }
  time(): Recorded {
    return { tokens: 1, width: 1, shared: true }
  }
  timeFeatures(width: number): Recorded {
    return this.#count({ tokens: 1, width, shared: true }, WAVES)
  }
  condition(width: number): Recorded {
    return this.#count({ tokens: 1, width, shared: true }, COPY)
  }
  parameter(name: string, tokens: number, width: number): Recorded {
    this.parameters.push({ name, shape: tokens === 1 ? [width] : [tokens, width], fanIn: 0 })
    return { tokens, width, shared: true }
  }
  dense(name: string, inputs: readonly Recorded[], width: number, options: DenseOptions = {}): Recorded {
    const x = all(inputs)
    return this.#layer(name, [width, x.width], { ...x, width }, options)
  }
  mixTokens(name: string, x: Recorded, tokens: number, options: DenseOptions = {}): Recorded {
    return this.#layer(name, [tokens, x.tokens], { ...x, tokens }, options)
  }
  conv(name: string, x: Recorded, image: ImageSize, channels: number, options: ConvOptions = {}): Recorded {
    const { kernel } = windowOf(options)
    const [height, width] = convolved(image, options)
    const out = { tokens: height * width, width: channels, shared: x.shared }
    this.#count({ ...out, width: kernel ** 2 * x.width }, COPY)
    return this.#layer(name, [channels, kernel, kernel, x.width], out, options)
  }
  activate(x: Recorded, activation: Activation): Recorded {
    return this.#count(x, activationCost(activation))
  }
  layerNorm(x: Recorded, _epsilon?: number): Recorded {
    return this.#count(x, NORM)
  }
  rmsNorm(x: Recorded, _epsilon?: number): Recorded {
    return this.#count(x, NORM)
  }
  groupNorm(x: Recorded, _groups: number, _epsilon?: number): Recorded {
    return this.#count(x, NORM)
  }
  modulate(x: Recorded, _shift: Recorded, _scale: Recorded): Recorded {
    return this.#count(x, 2 * COPY)
  }
  addGated(x: Recorded, _gate: Recorded, y: Recorded): Recorded {
    return this.add(x, y)
  }
  add(x: Recorded, y: Recorded, _factor?: number): Recorded {
    return this.#count({ ...together(x, y), shared: x.shared && y.shared }, 2 * COPY)
  }
  multiply(x: Recorded, y: Recorded): Recorded {
    return this.add(x, y)
  }
  concat(inputs: readonly Recorded[]): Recorded {
    return this.#count(all(inputs), COPY)
  }
  slice(x: Recorded, _from: number, width: number): Recorded {
    return this.#count({ ...x, width }, COPY)
  }
  reshape({ shared }: Recorded, tokens: number, width: number): Recorded {
    return this.#count({ tokens, width, shared }, COPY)
  }
  transpose({ tokens, width, shared }: Recorded): Recorded {
    return this.#count({ tokens: width, width: tokens, shared }, COPY)
  }
  patches(x: Recorded, [height, width, channels]: ImageShape, patch: number): Recorded {
    return this.reshape(x, (height / patch) * (width / patch), patch * patch * channels)
  }
  unpatch(x: Recorded, [height, width, channels]: ImageShape, _patch: number): Recorded {
    return this.reshape(x, 1, height * width * channels)
  }
  upsample(x: Recorded, _image: ImageSize, factor: number): Recorded {
    return this.#count({ ...x, tokens: x.tokens * factor ** 2 }, COPY)
  }
  attention(q: Recorded, k: Recorded, v: Recorded, heads: number): Recorded {
    const out = { tokens: q.tokens, width: v.width, shared: q.shared && k.shared && v.shared }
    this.#count({ ...out, width: heads * k.tokens }, ACTIVATION)
    return this.#count(out, 4 * k.tokens)
  }

  /** A weight, whose first axis is that of the outputs, a bias, and what applying them takes. */
  #layer(
    name: string,
    shape: readonly number[],
    out: Recorded,
    { zero = false, activation = 'identity' }: DenseOptions
  ): Recorded {
    const [outputs, ...inputs] = shape
    const fanIn = inputs.reduce((product, size) => product * size, 1)
    this.parameters.push({ name: `${name}.weight`, shape, fanIn: zero ? 0 : fanIn })
    this.parameters.push({ name: `${name}.bias`, shape: [outputs], fanIn: 0 })
    return this.#count(out, 2 * fanIn + activationCost(activation))
  }

  #count(value: Recorded, perElement: number): Recorded {
    const operations = value.tokens * value.width * perElement
    if (value.shared) this.shared += operations
    else this.perRow += operations
    return value
  }
}

function all(inputs: readonly Recorded[]): Recorded {
  return { ...beside(inputs), shared: inputs.every(({ shared }) => shared) }
}

function activationCost(activation: Activation): number {
  return activation === 'identity' ? 0 : ACTIVATION
}
