import { ACTIVATIONS, type Activation, type ImageShape } from '../schema/architecture.ts'
import type { Tensors } from '../types.ts'
import { putF32, putF64, type Core } from '../wasm/core.ts'
import type { Int8Step, Int8Tensor } from './int8Weight.ts'
import { Code, OPCODE, type Value } from './code.ts'
import * as moves from './moves.ts'
import {
  GROUP_NORM_EPSILON,
  LAYER_NORM_EPSILON,
  RMS_NORM_EPSILON,
  timeFrequencies,
  type ConvOptions,
  type DenseOptions,
  type ImageSize,
  type Operations
} from './operations.ts'
import { packed, paddedRows } from './place.ts'
import { padded, type Instruction, type Register } from './registers.ts'
import { beside, convolved, together, windowOf } from './shape.ts'

const WINDOWS = 24 // of a convolution that are gathered at a time, as in assembly/kernel/conv.ts

/**
 * Writes an architecture as two programs for the core, and its weights into the core's memory: what depends on the
 * time alone runs once per evaluation, the rest once per tile of rows.
 */
export class ProgramWriter implements Operations<Value> {
  readonly #code: Code
  readonly #core: Core
  readonly #tensors: Tensors
  readonly #dim: number
  #condition: number | undefined

  constructor(core: Core, tensors: Tensors, dim: number) {
    this.#code = new Code(core)
    this.#core = core
    this.#tensors = tensors
    this.#dim = dim
  }

  get timeProgram(): readonly (readonly number[])[] {
    return this.#code.timeProgram
  }

  get stateProgram(): readonly Instruction[] {
    return this.#code.stateProgram
  }

  /** Where the core reads the condition, f32; undefined for a network without. */
  get conditionAddress(): number | undefined {
    return this.#condition
  }

  state(): Value {
    const shape = { tokens: 1, width: this.#dim }
    return this.#code.row(OPCODE.state, undefined, shape, { operands: [this.#dim] })
  }

  time(): Value {
    return this.#code.once(OPCODE.time, 0, { tokens: 1, width: 1 }, [])
  }

  condition(width: number): Value {
    this.#condition ??= putF32(this.#core, new Float32Array(padded(width)))
    return { when: 'time', address: this.#condition, tokens: 1, width }
  }

  timeFeatures(width: number): Value {
    const frequencies = putF64(this.#core, timeFrequencies(width / 2))
    return this.#code.once(OPCODE.features, 0, { tokens: 1, width }, [width / 2, frequencies])
  }

  parameter(name: string, tokens: number, width: number): Value {
    return { when: 'time', address: paddedRows(this.#core, this.#tensor(name), tokens, width), tokens, width }
  }

  dense(
    name: string,
    inputs: readonly Value[],
    width: number,
    { activation = 'identity' }: DenseOptions = {}
  ): Value {
    const weight = this.#tensor(`${name}.weight`)
    const act = ACTIVATIONS.indexOf(activation)
    let bias = paddedRows(this.#core, this.#tensor(`${name}.bias`), 1, width)
    let end = 0
    const parts = this.#parts(inputs).map((input) => ({ input, from: (end += input.width) - input.width }))
    // The time's share of the layer is the same for all rows: it becomes the bias of the state's share, and comes first.
    parts.sort((p, q) => Number(p.input.when === 'state') - Number(q.input.when === 'state'))
    const values = parts.map(({ input, from }, i): Value => {
      const last = i === parts.length - 1
      if (input.when === 'state' && weight.int8 !== undefined)
        return this.#rows(input, weight.int8.dense(this.#core, input, width, from, bias, last ? act : 0))
      const panels = packed(this.#core, weight, from, input.width)
      const operands = [input.tokens, input.width, width, panels, bias, last ? act : 0]
      const value = this.#code.emit(OPCODE.dense, input, { tokens: input.tokens, width }, { operands })
      if (value.when === 'time') bias = value.address
      return value
    })
    return values[values.length - 1]
  }

  /** The inputs of a layer, of which each gets an instruction: a single one, or some made from the time and one that is not. */
  #parts(inputs: readonly Value[]): readonly Value[] {
    const states = inputs.filter(({ when }) => when === 'state').length
    const shareable = inputs.every(({ tokens }) => tokens === 1) && states <= 1
    return inputs.length === 1 || shareable ? inputs : [this.concat(inputs)]
  }

  mixTokens(name: string, x: Value, tokens: number, { activation = 'identity' }: DenseOptions = {}): Value {
    const { data, int8 } = this.#tensor(`${name}.weight`)
    const bias = putF32(this.#core, this.#tensor(`${name}.bias`).data)
    const act = ACTIVATIONS.indexOf(activation)
    if (int8 !== undefined && x.when === 'state')
      return this.#rows(x, int8.mix(this.#core, x, tokens, bias, act))
    const weight = putF32(this.#core, data)
    const operands = [x.tokens, tokens, x.width, weight, bias, act]
    return this.#code.emit(OPCODE.mix, x, { tokens, width: x.width }, { operands })
  }

  activate(x: Value, activation: Activation): Value {
    const operands = [x.tokens, x.width, ACTIVATIONS.indexOf(activation)]
    return this.#code.emit(OPCODE.activate, x, x, { operands, inPlace: true })
  }

  layerNorm(x: Value, epsilon = LAYER_NORM_EPSILON): Value {
    return this.#code.emit(OPCODE.norm, x, x, { operands: [x.tokens, x.width, 0, 0, bitsOf(epsilon), 0] })
  }

  rmsNorm(x: Value, epsilon = RMS_NORM_EPSILON): Value {
    return this.#code.emit(OPCODE.norm, x, x, { operands: [x.tokens, x.width, 0, 0, bitsOf(epsilon), 1] })
  }

  groupNorm(x: Value, groups: number, epsilon = GROUP_NORM_EPSILON): Value {
    const operands = [x.tokens, x.width, 0, 0, bitsOf(epsilon), groups]
    return this.#code.emit(OPCODE.groupNorm, x, x, { operands, scratch: 16 * padded(x.width) })
  }

  modulate(x: Value, shift: Value, scale: Value): Value {
    if (!isVector(shift) || !isVector(scale)) return this.add(this.add(x, this.multiply(x, scale)), shift)
    return this.#code.emit(OPCODE.modulate, x, x, {
      operands: [x.tokens, x.width, shift.address, scale.address]
    })
  }

  addGated(x: Value, gate: Value, y: Value): Value {
    if (!isVector(gate) || x.when !== y.when || x.tokens !== y.tokens)
      return this.add(x, this.multiply(gate, y))
    const operands = [placeOf(y), x.tokens, x.width, gate.address]
    return this.#code.emit(OPCODE.residual, x, x, { operands, inPlace: true })
  }

  add(x: Value, y: Value, factor = 1): Value {
    return this.#combine(x, y, 0, 1, factor)
  }

  multiply(x: Value, y: Value): Value {
    return this.#combine(x, y, 1, 1, 1)
  }

  concat(inputs: readonly Value[]): Value {
    const shape = beside(inputs)
    let from = 0
    return this.#code.move(
      shape,
      inputs.map((x) => ({ x, move: moves.columns(x, 0, shape, (from += x.width) - x.width, x.width) }))
    )
  }

  slice(x: Value, from: number, width: number): Value {
    const shape = { tokens: x.tokens, width }
    if (x.when === 'time' && x.tokens === 1) return { ...shape, when: 'time', address: x.address + 4 * from }
    return this.#code.move(shape, [{ x, move: moves.columns(x, from, shape, 0, width) }])
  }

  reshape(x: Value, tokens: number, width: number): Value {
    const shape = { tokens, width }
    if (tokens === x.tokens || (moves.isDense(x) && moves.isDense(shape))) return { ...x, ...shape }
    const line = { tokens: 1, width: tokens * width }
    if (!moves.isDense(x))
      return this.reshape(this.#code.move(line, [{ x, move: moves.join(x) }]), tokens, width)
    return this.#code.move(shape, [{ x, move: moves.cut(shape) }])
  }

  transpose(x: Value): Value {
    const shape = { tokens: x.width, width: x.tokens }
    return this.#code.move(shape, [{ x, move: moves.transposed(x) }])
  }

  patches(x: Value, image: ImageShape, patch: number): Value {
    const { shape, move } = moves.patches(image, patch)
    return this.#code.move(shape, [{ x, move }])
  }

  unpatch(x: Value, image: ImageShape, patch: number): Value {
    const [height, width, channels] = image
    const { move } = moves.patches(image, patch)
    return this.#code.move({ tokens: 1, width: height * width * channels }, [
      { x, move: moves.inverse(move) }
    ])
  }

  upsample(x: Value, [height, width]: ImageSize, factor: number): Value {
    const shape = { tokens: x.tokens * factor ** 2, width: x.width }
    return this.#code.move(shape, [{ x, move: moves.enlarged([height, width], x.width, factor) }])
  }

  conv(name: string, x: Value, image: ImageSize, channels: number, options: ConvOptions = {}): Value {
    const { kernel, stride, padding } = windowOf(options)
    const [height, width] = convolved(image, options)
    const { data } = this.#tensor(`${name}.weight`)
    const inputs = kernel ** 2 * x.width
    const panels = packed(this.#core, { shape: [channels, inputs], data }, 0, inputs)
    const bias = paddedRows(this.#core, this.#tensor(`${name}.bias`), 1, channels)
    const act = ACTIVATIONS.indexOf(options.activation ?? 'identity')
    const shape = { tokens: height * width, width: channels }
    if (kernel === 1 && stride === 1 && padding === 0) {
      const operands = [x.tokens, x.width, channels, panels, bias, act]
      return this.#code.emit(OPCODE.dense, x, shape, { operands })
    }
    const operands = [...image, x.width, channels, kernel, stride, padding, panels, bias, act]
    return this.#code.emit(OPCODE.conv, x, shape, {
      operands,
      scratch: 4 * padded(Math.min(WINDOWS, shape.tokens) * inputs)
    })
  }

  attention(q: Value, k: Value, v: Value, heads: number): Value {
    const all = [q, k, v]
    const [query, key, value] = all.every(({ when }) => when === 'time') ? all : all.map((x) => this.#lift(x))
    const scratch = 8 * (padded(q.width / heads) + padded(v.width / heads))
    const operands = [placeOf(key), placeOf(value), q.tokens, k.tokens, q.width, v.width, heads]
    return this.#code.emit(
      OPCODE.attention,
      query,
      { tokens: q.tokens, width: v.width },
      { operands, scratch }
    )
  }

  /** alpha x + beta y, or x y. Of two values the one that is not made from the time alone is the instruction's source. */
  #combine(x: Value, y: Value, product: 0 | 1, alpha: number, beta: number): Value {
    if (x.when === 'time' && y.when === 'state') return this.#combine(y, x, product, beta, alpha)
    const shape = together(x, y)
    const operands = [placeOf(y), Number(y.when === 'time'), shape.tokens, shape.width, x.tokens, y.tokens]
    return this.#code.emit(OPCODE.combine, x, shape, {
      operands: [...operands, product, bitsOf(alpha), bitsOf(beta)],
      inPlace: true
    })
  }

  /** A value of every row, in a register. */
  #lift(x: Value): Value {
    const whole = moves.columns(x, 0, x, 0, x.width)
    return x.when === 'state' ? x : this.#code.move(x, [{ x, move: whole }], true)
  }

  /** The instructions of a layer with 8-bit weights, each of which takes the register of the one before. */
  #rows(x: Value & { when: 'state' }, steps: readonly Int8Step[]): Value {
    return steps.reduce<Value & { when: 'state' }>(
      (before, { opcode, operands, tokens, width }) =>
        this.#code.row(opcode, x.register, { tokens, width }, { operands: [...operands, before.register] }),
      x
    )
  }

  #tensor(name: string): Int8Tensor {
    return this.#tensors.get(name)!
  }
}

function placeOf(value: Value): number | Register {
  return value.when === 'state' ? value.register : value.address
}

/** One token made from the time alone: what a modulation or a gate reads as it is. */
function isVector(value: Value): value is Extract<Value, { when: 'time' }> {
  return value.when === 'time' && value.tokens === 1
}

/** The bits of an f32 number, as a word of an instruction. */
function bitsOf(value: number): number {
  return new Int32Array(Float32Array.of(value).buffer)[0]
}
