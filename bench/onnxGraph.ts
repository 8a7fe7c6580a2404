import { GaussflowError } from '../src/error.ts'
import { dimOf, forward } from '../src/network/forward.ts'
import {
  LAYER_NORM_EPSILON,
  timeFrequencies,
  type DenseOptions,
  type Operations
} from '../src/network/operations.ts'
import type { Activation, Architecture, ImageShape } from '../src/schema/architecture.ts'
import type { Tensor, Tensors } from '../src/types.ts'
import { OnnxWriter, type Attributes } from './onnx.ts'

/**
 * The network as an ONNX file, in the form that its runtime executes fastest: Gemm with constant weights, and
 * `silu` as Sigmoid and Mul, which the runtime fuses.
 *
 * Inputs: `x` (rows, dim) and `time` (timeRows, 1). Output: `output` (rows, dim).
 */
export function onnxFile(architecture: Architecture, tensors: Tensors): Uint8Array {
  const graph = new OnnxGraph(tensors, dimOf(architecture))
  const output = forward(graph, architecture)
  return graph.writer.file({ x: ['rows', dimOf(architecture)], time: ['timeRows', 1] }, output.name)
}

/** A value of the graph: shape (rows, width), or (rows, tokens, width) where it has tokens. */
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
  condition(): Value {
    throw new TypeError('networks with a condition are not compared')
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
    const [{ tokens }] = inputs
    const names = inputs.map((input) => input.name)
    const x = names.length === 1 ? names[0] : this.#node('Concat', names, { axis: 1 })
    const bias = this.writer.floats(`${name}.bias`, this.#tensor(`${name}.bias`))
    const weight = this.#tensor(`${name}.weight`)
    const y =
      tokens === undefined
        ? this.#node('Gemm', [x, this.writer.floats(`${name}.weight`, weight), bias], { transB: 1 })
        : this.#node('Add', [
            this.#node('MatMul', [x, this.writer.floats(`${name}.weight`, transpose(weight))]),
            bias
          ])
    return this.activate({ name: y, tokens, width }, activation)
  }
  mixTokens(name: string, x: Value, tokens: number, { activation }: DenseOptions = {}): Value {
    const weight = this.writer.floats(`${name}.weight`, this.#tensor(`${name}.weight`))
    const { data } = this.#tensor(`${name}.bias`)
    const bias = this.writer.floats(`${name}.bias`, { shape: [tokens, 1], data })
    const y = this.#node('Add', [this.#node('MatMul', [weight, x.name]), bias])
    return this.activate({ ...x, name: y, tokens }, activation)
  }
  activate(x: Value, activation: Activation = 'identity'): Value {
    switch (activation) {
      case 'identity':
        return x
      case 'silu':
        return this.#same(x, 'Mul', [x.name, this.#node('Sigmoid', [x.name])])
      case 'relu':
        return this.#same(x, 'Relu', [x.name])
      case 'tanh':
        return this.#same(x, 'Tanh', [x.name])
      case 'gelu':
        throw new Error('operator set 17 has no gelu of the tanh form')
      case 'gelu-erf': {
        const erf = this.#node('Erf', [this.#node('Mul', [x.name, this.#filled(Math.SQRT1_2, 1)])])
        const half = this.#node('Mul', [x.name, this.#filled(0.5, 1)])
        return this.#same(x, 'Mul', [half, this.#node('Add', [erf, this.#filled(1, 1)])])
      }
      case 'sigmoid':
        return this.#same(x, 'Sigmoid', [x.name])
      case 'softplus':
        return this.#same(x, 'Softplus', [x.name])
      case 'sine':
        return this.#same(x, 'Sin', [x.name])
      case 'cosine':
        return this.#same(x, 'Cos', [x.name])
    }
  }
  parameter(name: string, tokens: number, width: number): Value {
    return { name: this.writer.floats(name, this.#tensor(name)), tokens, width }
  }
  add(x: Value, y: Value): Value {
    return this.#same(x, 'Add', [x.name, y.name])
  }
  layerNorm(x: Value): Value {
    const [gain, bias] = [this.#filled(1, x.width), this.#filled(0, x.width)]
    return this.#same(x, 'LayerNormalization', [x.name, gain, bias], {
      axis: -1,
      epsilon: LAYER_NORM_EPSILON
    })
  }
  modulate(x: Value, shift: Value, scale: Value): Value {
    const gain = this.#node('Add', [scale.name, this.#filled(1, 1)])
    return this.#same(x, 'Add', [this.#node('Mul', [x.name, gain]), shift.name])
  }
  addGated(x: Value, gate: Value, y: Value): Value {
    return this.#same(x, 'Add', [x.name, this.#node('Mul', [gate.name, y.name])])
  }
  rmsNorm(): Value {
    return notYet('rmsNorm')
  }
  groupNorm(): Value {
    return notYet('groupNorm')
  }
  multiply(): Value {
    return notYet('multiply')
  }
  concat(): Value {
    return notYet('concat')
  }
  reshape(): Value {
    return notYet('reshape')
  }
  transpose(): Value {
    return notYet('transpose')
  }
  conv(): Value {
    return notYet('conv')
  }
  upsample(): Value {
    return notYet('upsample')
  }
  attention(): Value {
    return notYet('attention')
  }
  slice(x: Value, from: number, width: number): Value {
    const range = [[from], [from + width], [1]].map((values) => this.writer.integers(values))
    return { name: this.#node('Slice', [x.name, ...range]), width }
  }
  patches(x: Value, [height, width, channels]: ImageShape, patch: number): Value {
    const [rows, columns, size] = [height / patch, width / patch, patch * patch * channels]
    const swapped = this.#swapMiddle(x, [-1, rows, patch, columns, patch, channels])
    return { name: this.#reshape(swapped, [-1, rows * columns, size]), tokens: rows * columns, width: size }
  }
  unpatch(x: Value, [height, width, channels]: ImageShape, patch: number): Value {
    const swapped = this.#swapMiddle(x, [-1, height / patch, width / patch, patch, patch, channels])
    const dim = height * width * channels
    return { name: this.#reshape(swapped, [-1, dim]), width: dim }
  }

  #node(type: string, inputs: readonly string[], attributes: Attributes = {}): string {
    return this.writer.node(type, inputs, attributes)
  }
  #same(x: Value, type: string, inputs: readonly string[], attributes: Attributes = {}): Value {
    return { ...x, name: this.#node(type, inputs, attributes) }
  }
  #reshape(name: string, shape: readonly number[]): string {
    return this.#node('Reshape', [name, this.writer.integers(shape)])
  }
  #swapMiddle({ name }: Value, grid: readonly number[]): string {
    return this.#node('Transpose', [this.#reshape(name, grid)], { perm: [0, 1, 3, 2, 4, 5] })
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

function transpose({ shape: [rows, columns], data }: Tensor): Tensor {
  const turned = new Float32Array(data.length)
  for (let i = 0; i < rows; i++)
    for (let j = 0; j < columns; j++) turned[j * rows + i] = data[i * columns + j]
  return { shape: [columns, rows], data: turned }
}

function notYet(operation: string): never {
  throw new GaussflowError('unsupported', `the operation ${operation} does not run here yet`)
}
