import { conditionWidth } from '../network/condition.ts'
import { dimOf, forward } from '../network/forward.ts'
import {
  GROUP_NORM_EPSILON,
  LAYER_NORM_EPSILON,
  RMS_NORM_EPSILON,
  timeFrequencies,
  type ConvOptions,
  type DenseOptions,
  type ImageSize,
  type Operations
} from '../network/operations.ts'
import { convolved, windowOf } from '../network/shape.ts'
import type { Activation, Architecture, ImageShape } from '../schema/architecture.ts'
import type { Tensor, Tensors } from '../types.ts'
import { activated } from './activated.ts'
import { channelsFirst, transposed } from './layouts.ts'
import { OnnxWriter, type Attributes } from './onnxWriter.ts'

/**
 * The network as an ONNX file (operator set 17), in the form that its runtime executes fastest: Gemm with constant weights, and
 * `silu` as Sigmoid and Mul, which the runtime fuses. Its output is the network's own, whatever that predicts. `prepare` must
 * have been told of the architecture.
 *
 * Inputs: `x` (rows, dim); `time` (rows, 1), or (1, 1) where the time is not put beside the state; and of a network that is told
 * something `condition` (rows, width), as `writeCondition` writes it. Output: `output` (rows, dim).
 */
export function onnxFile(architecture: Architecture, tensors: Tensors): Uint8Array {
  const dim = dimOf(architecture)
  const graph = new OnnxGraph(tensors, dim)
  const output = forward(graph, architecture)
  const told = conditionWidth(architecture.condition)
  return graph.writer.file(
    { x: ['rows', dim], time: ['timeRows', 1], ...(told > 0 && { condition: ['rows', told] }) },
    output.name,
    ['rows', dim]
  )
}

/** A value of the graph: shape (rows, width), or (rows, tokens, width) where it has tokens; parameters without rows. */
interface Value {
  readonly name: string
  readonly width: number
  readonly tokens?: number
}

class OnnxGraph implements Operations<Value> {
  readonly writer = new OnnxWriter()
  readonly #tensors: Tensors
  readonly #dim: number
  readonly #constants = new Map<string, string>()

  constructor(tensors: Tensors, dim: number) {
    this.#tensors = tensors
    this.#dim = dim
  }

  state(): Value {
    return { name: 'x', width: this.#dim }
  }
  time(): Value {
    return { name: 'time', width: 1 }
  }
  condition(width: number): Value {
    return { name: 'condition', width }
  }
  timeFeatures(width: number): Value {
    const data = Float32Array.from(timeFrequencies(width / 2))
    const angles = this.#node('Mul', [
      'time',
      this.writer.floats('frequencies', { shape: [1, data.length], data })
    ])
    const halves = [this.#node('Sin', [angles]), this.#node('Cos', [angles])]
    return { name: this.#node('Concat', halves, { axis: 1 }), width }
  }
  dense(name: string, inputs: readonly Value[], width: number, { activation }: DenseOptions = {}): Value {
    const { tokens, name: x } = inputs.length === 1 ? inputs[0] : this.concat(inputs)
    const bias = this.writer.floats(`${name}.bias`, this.#tensor(`${name}.bias`))
    const weight = this.#tensor(`${name}.weight`)
    const y =
      tokens === undefined
        ? this.#node('Gemm', [x, this.writer.floats(`${name}.weight`, weight), bias], { transB: 1 })
        : this.#node('Add', [
            this.#node('MatMul', [x, this.writer.floats(`${name}.weight`, transposed(weight))]),
            bias
          ])
    return this.activate({ name: y, tokens, width }, activation)
  }
  mixTokens(name: string, x: Value, tokens: number, { activation }: DenseOptions = {}): Value {
    const weight = this.writer.floats(`${name}.weight`, this.#tensor(`${name}.weight`))
    const { data } = this.#tensor(`${name}.bias`)
    const bias = this.writer.floats(`${name}.bias`, { shape: [tokens, 1], data })
    const y = this.#node('Add', [this.#node('MatMul', [weight, this.#withTokens(x)]), bias])
    return this.activate(this.#shaped(y, tokens, x.width), activation)
  }
  activate(x: Value, activation: Activation = 'identity'): Value {
    const filled = (value: number): string => this.#filled(value, 1)
    const node = (type: string, inputs: readonly string[]): string => this.#node(type, inputs)
    return { ...x, name: activated(x.name, activation, node, filled) }
  }
  parameter(name: string, tokens: number, width: number): Value {
    return { name: this.writer.floats(name, this.#tensor(name)), width, ...(tokens > 1 && { tokens }) }
  }
  add(x: Value, y: Value, factor = 1): Value {
    const [a, b] = this.#alike(x, y)
    if (factor === 1) return this.#like(x, y, 'Add', [a, b])
    if (factor === -1) return this.#like(x, y, 'Sub', [a, b])
    return this.#like(x, y, 'Add', [a, this.#node('Mul', [b, this.#filled(factor, 1)])])
  }
  multiply(x: Value, y: Value): Value {
    return this.#like(x, y, 'Mul', this.#alike(x, y))
  }
  layerNorm(x: Value, epsilon = LAYER_NORM_EPSILON): Value {
    const [gain, bias] = [this.#filled(1, x.width), this.#filled(0, x.width)]
    return this.#same(x, 'LayerNormalization', [x.name, gain, bias], { axis: -1, epsilon })
  }
  rmsNorm(x: Value, epsilon = RMS_NORM_EPSILON): Value {
    const square = this.#node('ReduceMean', [this.#node('Mul', [x.name, x.name])], { axes: [-1] })
    const root = this.#node('Sqrt', [this.#node('Add', [square, this.#filled(epsilon, 1)])])
    return this.#same(x, 'Div', [x.name, root])
  }
  groupNorm(x: Value, groups: number, epsilon = GROUP_NORM_EPSILON): Value {
    const { tokens = 1, width } = x
    const size = width / groups
    const apart = this.#moved(x.name, [-1, tokens, groups, size], [0, 2, 1, 3])
    const [gain, bias] = [this.#filled(1, groups), this.#filled(0, groups)]
    const normed = this.#node(
      'InstanceNormalization',
      [this.#reshape(apart, [-1, groups, tokens * size]), gain, bias],
      { epsilon }
    )
    return this.#shaped(this.#moved(normed, [-1, groups, tokens, size], [0, 2, 1, 3]), tokens, width)
  }
  modulate(x: Value, shift: Value, scale: Value): Value {
    const gain = { ...scale, name: this.#node('Add', [scale.name, this.#filled(1, 1)]) }
    return this.add(this.multiply(x, gain), shift)
  }
  addGated(x: Value, gate: Value, y: Value): Value {
    return this.add(x, this.multiply(gate, y))
  }
  concat(inputs: readonly Value[]): Value {
    const names = inputs.map((input) => input.name)
    const width = inputs.reduce((sum, input) => sum + input.width, 0)
    return { ...inputs[0], name: this.#node('Concat', names, { axis: -1 }), width }
  }
  slice(x: Value, from: number, width: number): Value {
    const range = [[from], [from + width], [-1]].map((values) => this.writer.integers(values))
    return { ...x, name: this.#node('Slice', [x.name, ...range]), width }
  }
  reshape(x: Value, tokens: number, width: number): Value {
    return this.#shaped(x.name, tokens, width)
  }
  transpose(x: Value): Value {
    const { tokens = 1, width } = x
    const turned = this.#node('Transpose', [this.#withTokens(x)], { perm: [0, 2, 1] })
    return this.#shaped(turned, width, tokens)
  }
  conv(name: string, x: Value, image: ImageSize, channels: number, options: ConvOptions = {}): Value {
    const { kernel, stride, padding } = windowOf(options)
    const first = this.#moved(x.name, [-1, ...image, x.width], [0, 3, 1, 2])
    const weight = this.writer.floats(`${name}.weight`, channelsFirst(this.#tensor(`${name}.weight`)))
    const bias = this.writer.floats(`${name}.bias`, this.#tensor(`${name}.bias`))
    const pads = new Array<number>(4).fill(padding)
    const strides = [stride, stride]
    const seen = this.#node('Conv', [first, weight, bias], { kernel_shape: [kernel, kernel], strides, pads })
    const [height, width] = convolved(image, options)
    const last = this.#node('Transpose', [seen], { perm: [0, 2, 3, 1] })
    return this.activate(this.#shaped(last, height * width, channels), options.activation)
  }
  upsample(x: Value, [height, width]: ImageSize, factor: number): Value {
    const apart = this.#reshape(x.name, [-1, height, 1, width, 1, x.width])
    const times = this.#node('Expand', [apart, this.writer.integers([1, 1, factor, 1, factor, 1])])
    return this.#shaped(times, height * width * factor ** 2, x.width)
  }
  attention(q: Value, k: Value, v: Value, heads: number): Value {
    const [ofQ, ofK, ofV] = [q, k, v].map(({ name, tokens = 1, width }, i) =>
      this.#moved(name, [-1, tokens, heads, width / heads], i === 1 ? [0, 2, 3, 1] : [0, 2, 1, 3])
    )
    const scale = this.#filled(1 / Math.sqrt(q.width / heads), 1)
    const scores = this.#node('Mul', [this.#node('MatMul', [ofQ, ofK]), scale])
    const weights = this.#node('Softmax', [scores], { axis: -1 })
    const out = this.#node('Transpose', [this.#node('MatMul', [weights, ofV])], { perm: [0, 2, 1, 3] })
    return this.#shaped(out, q.tokens ?? 1, v.width)
  }
  patches(x: Value, [height, width, channels]: ImageShape, patch: number): Value {
    const [rows, columns, size] = [height / patch, width / patch, patch * patch * channels]
    const swapped = this.#moved(x.name, [-1, rows, patch, columns, patch, channels], [0, 1, 3, 2, 4, 5])
    return this.#shaped(swapped, rows * columns, size)
  }
  unpatch(x: Value, [height, width, channels]: ImageShape, patch: number): Value {
    const grid = [-1, height / patch, width / patch, patch, patch, channels]
    return this.#shaped(this.#moved(x.name, grid, [0, 1, 3, 2, 4, 5]), 1, height * width * channels)
  }

  #node(type: string, inputs: readonly string[], attributes: Attributes = {}): string {
    return this.writer.node(type, inputs, attributes)
  }
  #same(x: Value, type: string, inputs: readonly string[], attributes: Attributes = {}): Value {
    return { ...x, name: this.#node(type, inputs, attributes) }
  }
  /** An operation element by element, which has the tokens of whichever has them. */
  #like(x: Value, y: Value, type: string, inputs: readonly string[]): Value {
    return { ...(x.tokens === undefined ? y : x), name: this.#node(type, inputs) }
  }
  /** Both with an axis of tokens where one has it. */
  #alike(x: Value, y: Value): [string, string] {
    if ((x.tokens === undefined) === (y.tokens === undefined)) return [x.name, y.name]
    return [this.#withTokens(x), this.#withTokens(y)]
  }
  #withTokens({ name, tokens, width }: Value): string {
    return tokens === undefined ? this.#reshape(name, [-1, 1, width]) : name
  }
  #shaped(name: string, tokens: number, width: number): Value {
    if (tokens === 1) return { name: this.#reshape(name, [-1, width]), width }
    return { name: this.#reshape(name, [-1, tokens, width]), tokens, width }
  }
  #reshape(name: string, shape: readonly number[]): string {
    return this.#node('Reshape', [name, this.writer.integers(shape)])
  }
  #moved(name: string, shape: readonly number[], perm: readonly number[]): string {
    return this.#node('Transpose', [this.#reshape(name, shape)], { perm })
  }
  #tensor(name: string): Tensor {
    const tensor = this.#tensors.get(name)
    if (tensor === undefined) throw new Error(`the weights have no tensor ${name}`)
    return tensor
  }
  #filled(value: number, width: number): string {
    const name = `filled_${value}_${width}`
    if (!this.#constants.has(name)) {
      const data = new Float32Array(width).fill(value)
      this.#constants.set(name, this.writer.floats(name, { shape: [width], data }))
    }
    return name
  }
}
