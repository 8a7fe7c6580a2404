import { dimOf, forward } from '../network/forward.ts'
import type { ConvOptions, DenseOptions, ImageSize, Operations } from '../network/operations.ts'
import { beside, convolved, together, windowOf, type Shape } from '../network/shape.ts'
import type { Activation, Architecture, ImageShape } from '../schema/architecture.ts'
import { EXPONENTIAL, type Cost } from './cost.ts'

// In the units of `Cost`.
const ACTIVATION = 10
const NORM = 8
const COPY = 1

/** The cost of a network, counted by its operations. */
export function networkCost(architecture: Architecture): Cost {
  const counter = new Counter(dimOf(architecture))
  forward(counter, architecture)
  return { perRow: counter.perRow, shared: counter.shared, opening: 0 }
}

interface Value extends Shape {
  /** Made from the time alone. */
  readonly shared: boolean
}

/** Runs an architecture on shapes and adds up what its operations take. */
class Counter implements Operations<Value> {
  perRow = 0
  shared = 0
  readonly #dim: number

  constructor(dim: number) {
    this.#dim = dim
  }

  state(): Value {
    return { tokens: 1, width: this.#dim, shared: false }
  }
  time(): Value {
    return { tokens: 1, width: 1, shared: true }
  }
  timeFeatures(width: number): Value {
    return this.#count({ tokens: 1, width, shared: true }, EXPONENTIAL)
  }
  condition(width: number): Value {
    return this.#count({ tokens: 1, width, shared: true }, COPY)
  }
  dense(_name: string, inputs: readonly Value[], width: number, { activation }: DenseOptions = {}): Value {
    const { tokens, width: fanIn } = beside(inputs)
    return this.#count({ tokens, width, shared: allShared(inputs) }, 2 * fanIn + activationCost(activation))
  }
  mixTokens(_name: string, x: Value, tokens: number, { activation }: DenseOptions = {}): Value {
    return this.#count({ ...x, tokens }, 2 * x.tokens + activationCost(activation))
  }
  activate(x: Value, activation: Activation): Value {
    return this.#count(x, activationCost(activation))
  }
  parameter(_name: string, tokens: number, width: number): Value {
    return { tokens, width, shared: true }
  }
  layerNorm(x: Value): Value {
    return this.#count(x, NORM)
  }
  rmsNorm(x: Value): Value {
    return this.#count(x, NORM)
  }
  groupNorm(x: Value): Value {
    return this.#count(x, NORM)
  }
  modulate(x: Value): Value {
    return this.#count(x, 2 * COPY)
  }
  addGated(x: Value): Value {
    return this.#count(x, 2 * COPY)
  }
  add(x: Value, y: Value): Value {
    return this.#count({ ...together(x, y), shared: allShared([x, y]) }, 2 * COPY)
  }
  multiply(x: Value, y: Value): Value {
    return this.#count({ ...together(x, y), shared: allShared([x, y]) }, 2 * COPY)
  }
  concat(inputs: readonly Value[]): Value {
    return this.#count({ ...beside(inputs), shared: allShared(inputs) }, COPY)
  }
  slice(x: Value, _from: number, width: number): Value {
    return this.#count({ ...x, width }, COPY)
  }
  reshape({ shared }: Value, tokens: number, width: number): Value {
    return this.#count({ tokens, width, shared }, COPY)
  }
  transpose({ tokens, width, shared }: Value): Value {
    return this.#count({ tokens: width, width: tokens, shared }, COPY)
  }
  conv(_name: string, x: Value, image: ImageSize, channels: number, options: ConvOptions = {}): Value {
    const [height, width] = convolved(image, options)
    const fanIn = windowOf(options).kernel ** 2 * x.width
    const out = { tokens: height * width, width: channels, shared: x.shared }
    this.#count({ ...out, width: fanIn }, COPY)
    return this.#count(out, 2 * fanIn + activationCost(options.activation))
  }
  upsample(x: Value, _image: ImageSize, factor: number): Value {
    return this.#count({ ...x, tokens: x.tokens * factor ** 2 }, COPY)
  }
  attention(q: Value, k: Value, v: Value, heads: number): Value {
    const out = { tokens: q.tokens, width: v.width, shared: allShared([q, k, v]) }
    this.#count({ ...out, width: heads * k.tokens }, ACTIVATION)
    return this.#count(out, 4 * k.tokens)
  }
  patches(x: Value, [height, width, channels]: ImageShape, patch: number): Value {
    const tokens = (height / patch) * (width / patch)
    return this.#count({ ...x, tokens, width: patch * patch * channels }, COPY)
  }
  unpatch(x: Value, [height, width, channels]: ImageShape): Value {
    return this.#count({ ...x, tokens: 1, width: height * width * channels }, COPY)
  }

  #count(value: Value, perElement: number): Value {
    const operations = value.tokens * value.width * perElement
    if (value.shared) this.shared += operations
    else this.perRow += operations
    return value
  }
}

function allShared(values: readonly Value[]): boolean {
  return values.every(({ shared }) => shared)
}

function activationCost(activation: Activation | undefined): number {
  return activation === undefined || activation === 'identity' ? 0 : ACTIVATION
}
