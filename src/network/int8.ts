import { GaussflowError } from '../error.ts'
import type { NetworkTarget } from '../schema/flowFile.ts'
import type { Tensor, Tensors } from '../types.ts'
import { putF32, reserve, scoped, type Core } from '../wasm/core.ts'
import type { Int8Step, Int8Tensor, Int8Weight } from './int8Weight.ts'
import { expectLayers, layersOf } from './layers.ts'
import { padded } from './registers.ts'
import type { Shape } from './shape.ts'
import { checkArchitecture } from './weights.ts'

/** What the builds for 8-bit weights have besides; assembly/velocity/program.ts runs them. */
const OPCODE = { quantize: 32, dense8: 33, quantizeChannels: 34, mix8: 35 } as const
/** The largest integer of an 8-bit weight. */
export const MOST = 127

/** The name of the tensor with the units of the 8-bit tensor `name`. */
export const unitsOf = (name: string): string => `${name}.scale`

/**
 * The tensors of a file whose layers have 8-bit weights: each such weight takes its units to itself.
 *
 * @throws GaussflowError `invalid_model` where the file is not what the manifest says of it
 */
export function joinUnits(tensors: Tensors, { architecture, quantization }: NetworkTarget): Tensors {
  checkArchitecture(architecture)
  const layers = layersOf(architecture)
  const float = quantization?.float ?? []
  expectLayers(float, layers, 'target.quantization.float', 'invalid_model')
  const joined = new Map<string, Int8Tensor>(tensors)
  const scratch = new Scratch()
  for (const layer of layers) {
    const name = `${layer}.weight`
    const [weight, units] = [tensors.get(name), tensors.get(unitsOf(name))]
    if (weight === undefined) continue // which is refused with all else that is missing
    if (float.includes(layer)) {
      if (units !== undefined)
        refuse(
          name,
          `the layer \`${layer}\` must have no \`${unitsOf(name)}\`, because the manifest leaves it as it was`
        )
      continue
    }
    if (units === undefined) {
      const shape = `[${weight.shape[0] ?? ''}]`
      refuse(
        name,
        `the 8-bit tensor \`${name}\` must come with \`${unitsOf(name)}\` of shape ${shape}, and does not; a layer that is not of 8 bits belongs into \`target.quantization.float\``
      )
    }
    joined.delete(unitsOf(name))
    joined.set(name, joinedTensor(name, weight, units, scratch))
  }
  return joined
}

function joinedTensor(name: string, weight: Tensor, units: Tensor, scratch: Scratch): Int8Tensor {
  const [n, k] = weight.shape
  if (weight.shape.length !== 2 || n * k === 0)
    refuse(name, `the 8-bit tensor \`${name}\` must be a matrix, got the shape [${weight.shape.join(', ')}]`)
  if (units.shape.join() !== String(n))
    refuse(name, `the tensor \`${unitsOf(name)}\` must have shape [${n}], got [${units.shape.join(', ')}]`)
  const wrong = weight.data.findIndex((value) => !(Number.isInteger(value) && Math.abs(value) <= MOST))
  if (wrong >= 0)
    refuse(
      name,
      `the 8-bit tensor \`${name}\` must hold integers from -127 to 127, got ${weight.data[wrong]} at position ${wrong}`
    )
  const odd = units.data.findIndex((value) => !(Number.isFinite(value) && value >= 0))
  if (odd >= 0)
    refuse(
      name,
      `the tensor \`${unitsOf(name)}\` must hold finite numbers from 0, got ${units.data[odd]} at position ${odd}`
    )
  const data = weight.data.map((value, i) => units.data[Math.floor(i / k)] * value)
  const integers = Int8Array.from(weight.data)
  return { shape: weight.shape, data, int8: new PackedWeight(integers, units.data, k, scratch) }
}

/** Room in a core's memory that its layers share: for the weights as numbers, which tangents go through. */
class Scratch {
  readonly #rooms = new WeakMap<Core, { readonly address: number; readonly bytes: number }>()

  of(core: Core, bytes: number): number {
    const room = this.#rooms.get(core)
    if (room !== undefined && room.bytes >= bytes) return room.address
    const address = reserve(core, bytes)
    this.#rooms.set(core, { address, bytes })
    return address
  }
}

class PackedWeight implements Int8Weight {
  readonly #integers: Int8Array
  readonly #units: Float32Array
  readonly #inputs: number
  readonly #scratch: Scratch

  constructor(integers: Int8Array, units: Float32Array, inputs: number, scratch: Scratch) {
    this.#integers = integers
    this.#units = units
    this.#inputs = inputs
    this.#scratch = scratch
  }

  dense(
    core: Core,
    { tokens, width: k }: Shape,
    width: number,
    from: number,
    bias: number,
    activation: number
  ): Int8Step[] {
    const { packed, columns } = this.#pack(core, from, k, false)
    const scratch = this.#scratch.of(core, 4 * 8 * k)
    const operands = [tokens, k, width, packed, bias, activation, columns, scratch]
    return [
      { opcode: OPCODE.quantize, operands: [tokens, k], ...roomOf(core.quantizedBytes(tokens, k)) },
      { opcode: OPCODE.dense8, operands, tokens, width }
    ]
  }

  mix(core: Core, { tokens: k, width }: Shape, tokens: number, bias: number, activation: number): Int8Step[] {
    const { packed, columns } = this.#pack(core, 0, k, true)
    const scratch = this.#scratch.of(core, 4 * tokens * k)
    const operands = [k, tokens, width, packed, bias, activation, columns, scratch]
    return [
      {
        opcode: OPCODE.quantizeChannels,
        operands: [k, width],
        ...roomOf(core.quantizedChannelBytes(k, width))
      },
      { opcode: OPCODE.mix8, operands, tokens, width }
    ]
  }

  /** Columns `from` to `from` + k, as the core's kernels read them. */
  #pack(core: Core, from: number, k: number, left: boolean): { packed: number; columns: number } {
    const n = this.#units.length
    const packed = reserve(core, core.packedBytes8(k, n))
    const columns = reserve(core, 2 * 4 * ((n + 7) & ~7))
    scoped(core, () => {
      const bytes = reserve(core, n * k)
      const units = putF32(core, this.#units)
      const view = new Int8Array(core.memory.buffer, bytes, n * k)
      for (let i = 0; i < n; i++) {
        const first = i * this.#inputs + from
        view.set(this.#integers.subarray(first, first + k), i * k)
      }
      core.pack8(bytes, units, n, k, left, packed, columns)
    })
    return { packed, columns }
  }
}

/** The shape of a register of so many bytes, of whole vectors. */
const roomOf = (bytes: number): Shape => ({ tokens: 1, width: padded(bytes / 4) })

function refuse(path: string, message: string): never {
  throw new GaussflowError('invalid_model', message, { path })
}
