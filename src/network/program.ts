import { GaussflowError } from '../error.ts'
import { ACTIVATIONS, type Activation, type ImageShape } from '../schema/architecture.ts'
import type { Tensor, Tensors } from '../types.ts'
import { putF32, putF64, reserve, scoped, type Core } from '../wasm/core.ts'
import { timeFrequencies, type DenseOptions, type Operations } from './operations.ts'
import type { Instruction, Register } from './registers.ts'

/** The operations of the core's programs; assembly/velocity/program.ts runs them. */
export const OPCODE = {
  time: 1,
  features: 2,
  dense: 3,
  mix: 4,
  norm: 5,
  residual: 6,
  offset: 7,
  activate: 8,
  patches: 9,
  unpatch: 10,
  state: 11,
  modulate: 12
} as const

/** Buffers hold rows of whole vectors of four floats. */
const padded = (width: number): number => (width + 3) & ~3

/** A value made from the time alone lies at a fixed address; any other lies in a register of the row's buffers. */
type Place =
  | { readonly when: 'time'; readonly address: number }
  | { readonly when: 'state'; readonly register: Register }
type Value = Place & { readonly tokens: number; readonly width: number }
type StateValue = Extract<Value, { when: 'state' }>
type TimeValue = Extract<Value, { when: 'time' }>

/**
 * Writes an architecture as two programs for the core, and its weights into the core's memory: what depends on the
 * time alone runs once per evaluation, the rest once per tile of rows.
 */
export class ProgramWriter implements Operations<Value> {
  readonly timeProgram: number[][] = []
  readonly stateProgram: Instruction[] = []
  readonly #core: Core
  readonly #tensors: Tensors
  readonly #dim: number
  #registers = 0
  #condition: number | undefined

  constructor(core: Core, tensors: Tensors, dim: number) {
    this.#core = core
    this.#tensors = tensors
    this.#dim = dim
  }

  /** Where the core reads the condition, f32; undefined for a network without. */
  get conditionAddress(): number | undefined {
    return this.#condition
  }

  state(): Value {
    return this.#row(OPCODE.state, undefined, 1, this.#dim, [this.#dim])
  }

  time(): Value {
    return this.#once(OPCODE.time, 0, 1, [])
  }

  condition(width: number): Value {
    this.#condition ??= putF32(this.#core, new Float32Array(padded(width)))
    return { when: 'time', address: this.#condition, tokens: 1, width }
  }

  timeFeatures(width: number): Value {
    return this.#once(OPCODE.features, 0, width, [width / 2, putF64(this.#core, timeFrequencies(width / 2))])
  }

  dense(
    name: string,
    inputs: readonly Value[],
    width: number,
    { activation = 'identity' }: DenseOptions = {}
  ): Value {
    const weight = this.#tensor(`${name}.weight`)
    const act = ACTIVATIONS.indexOf(activation)
    let bias = this.#padRows(this.#tensor(`${name}.bias`), 1, width)
    let end = 0
    const parts = inputs.map((input) => ({ input, from: (end += input.width) - input.width }))
    // The time's share of the layer is the same for all rows: it becomes the bias of the state's share, and comes first.
    parts.sort((p, q) => Number(p.input.when === 'state') - Number(q.input.when === 'state'))
    const values = parts.map(({ input, from }, i): Value => {
      const last = i === parts.length - 1
      const packed = this.#pack(weight, from, input.width)
      const operands = [input.tokens, input.width, width, packed, bias, last ? act : 0]
      if (input.when === 'state')
        return this.#row(OPCODE.dense, input.register, input.tokens, width, operands)
      const value = this.#once(OPCODE.dense, input.address, width, operands)
      bias = value.address
      return value
    })
    return values[values.length - 1]
  }

  mixTokens(name: string, x: Value, tokens: number, { activation = 'identity' }: DenseOptions = {}): Value {
    const weight = putF32(this.#core, this.#tensor(`${name}.weight`).data)
    const bias = putF32(this.#core, this.#tensor(`${name}.bias`).data)
    const act = ACTIVATIONS.indexOf(activation)
    return this.#row(OPCODE.mix, register(x), tokens, x.width, [x.tokens, tokens, x.width, weight, bias, act])
  }

  activate(x: Value, activation: Activation): Value {
    const operands = [x.tokens, x.width, ACTIVATIONS.indexOf(activation)]
    if (x.when === 'time') return this.#once(OPCODE.activate, x.address, x.width, operands)
    return this.#row(OPCODE.activate, x.register, x.tokens, x.width, operands, true)
  }

  parameter(name: string, tokens: number, width: number): Value {
    return { when: 'time', address: this.#padRows(this.#tensor(name), tokens, width), tokens, width }
  }

  add(x: Value, y: Value): Value {
    if (x.when === 'time' || y.when === 'state' || x.tokens !== y.tokens) return notYet('add')
    return this.#row(OPCODE.offset, x.register, x.tokens, x.width, [x.tokens, x.width, y.address], true)
  }

  layerNorm(x: Value): Value {
    return this.#row(OPCODE.norm, register(x), x.tokens, x.width, [x.tokens, x.width, 0, 0])
  }

  modulate(x: Value, shift: Value, scale: Value): Value {
    const operands = [x.tokens, x.width, address(shift), address(scale)]
    return this.#row(OPCODE.modulate, register(x), x.tokens, x.width, operands)
  }

  addGated(x: Value, gate: Value, y: Value): Value {
    const operands = [register(y), x.tokens, x.width, address(gate)]
    return this.#row(OPCODE.residual, register(x), x.tokens, x.width, operands, true)
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
    return { when: 'time', address: address(x) + 4 * from, tokens: 1, width }
  }

  patches(x: Value, [height, width, channels]: ImageShape, patch: number): Value {
    const tokens = (height / patch) * (width / patch)
    return this.#row(OPCODE.patches, register(x), tokens, patch * patch * channels, [
      height,
      width,
      channels,
      patch
    ])
  }

  unpatch(x: Value, [height, width, channels]: ImageShape, patch: number): Value {
    return this.#row(OPCODE.unpatch, register(x), 1, height * width * channels, [
      height,
      width,
      channels,
      patch
    ])
  }

  #once(opcode: number, src: number, width: number, operands: readonly number[]): TimeValue {
    const address = reserve(this.#core, 4 * padded(width))
    this.timeProgram.push([opcode, address, src, ...operands])
    return { when: 'time', address, tokens: 1, width }
  }

  #row(
    opcode: number,
    src: Register | undefined,
    tokens: number,
    width: number,
    operands: readonly (number | Register)[],
    inPlace = false
  ): StateValue {
    const dst = { id: this.#registers++, bytes: 4 * tokens * padded(width) }
    this.stateProgram.push({ opcode, dst, src, operands, inPlace })
    return { when: 'state', register: dst, tokens, width }
  }

  #tensor(name: string): Tensor {
    return this.#tensors.get(name)!
  }

  /** Columns `from` to `from + width` of a weight matrix, in the panels that the dense kernel reads. */
  #pack({ shape, data }: Tensor, from: number, width: number): number {
    const core = this.#core
    const [rows, total] = shape
    const packed = reserve(core, core.packedBytes(width, rows))
    const columns = new Float32Array(rows * width)
    for (let i = 0; i < rows; i++)
      columns.set(data.subarray(i * total + from, i * total + from + width), i * width)
    scoped(core, () => core.packDense(putF32(core, columns), rows, width, packed))
    return packed
  }

  #padRows({ data }: Tensor, rows: number, width: number): number {
    const out = new Float32Array(rows * padded(width))
    for (let i = 0; i < rows; i++) out.set(data.subarray(i * width, (i + 1) * width), i * padded(width))
    return putF32(this.#core, out)
  }
}

function register(value: Value): Register {
  if (value.when === 'time') throw new TypeError('this operation works on values of the state')
  return value.register
}

function address(value: Value): number {
  if (value.when === 'state') throw new TypeError('this operand must be made from the time')
  return value.address
}

function notYet(operation: string): never {
  throw new GaussflowError('unsupported', `the operation ${operation} does not run here yet`)
}
