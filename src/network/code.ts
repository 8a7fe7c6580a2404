import { putI32, reserve, type Core } from '../wasm/core.ts'
import { words, type Move } from './moves.ts'
import { padded, type Instruction, type Register } from './registers.ts'
import type { Shape } from './shape.ts'

/** The operations of the core's programs; assembly/velocity/program.ts runs them. */
export const OPCODE = {
  time: 1,
  features: 2,
  dense: 3,
  mix: 4,
  norm: 5,
  residual: 6,
  combine: 7,
  activate: 8,
  move: 9,
  conv: 10,
  state: 11,
  modulate: 12,
  groupNorm: 13,
  attention: 14
} as const

/** A value made from the time alone lies at a fixed address; any other lies in a register of the row's buffers. */
export type Value = Shape &
  (
    | { readonly when: 'time'; readonly address: number }
    | { readonly when: 'state'; readonly register: Register }
  )

interface Emission {
  readonly operands: readonly (number | Register)[]
  /** As of `Instruction`. */
  readonly inPlace?: boolean
  /** Bytes that the instruction works in; their place is one more operand, the last. */
  readonly scratch?: number
}

/** The instructions of a network: what depends on the time alone runs once per evaluation, the rest once per tile of rows. */
export class Code {
  readonly timeProgram: number[][] = []
  readonly stateProgram: Instruction[] = []
  readonly #core: Core
  #registers = 0

  constructor(core: Core) {
    this.#core = core
  }

  /** One instruction of either program, by what its source is made from. */
  emit(opcode: number, x: Value, shape: Shape, { operands, inPlace = false, scratch }: Emission): Value {
    if (x.when === 'time') {
      const room = scratch === undefined ? [] : [reserve(this.#core, scratch)]
      return this.once(opcode, x.address, shape, [...(operands as number[]), ...room])
    }
    if (scratch === undefined) return this.row(opcode, x.register, shape, { operands, inPlace })
    const room = this.#register(scratch)
    return this.row(opcode, x.register, shape, { operands: [...operands, room], inPlace, scratch: room })
  }

  /** An instruction of the time's program. */
  once(opcode: number, src: number, { tokens, width }: Shape, operands: readonly number[]): Value {
    const address = reserve(this.#core, 4 * tokens * padded(width))
    this.timeProgram.push([opcode, address, src, ...operands])
    return { when: 'time', address, tokens, width }
  }

  /** An instruction of the rows' program; its result is written to `dst`, a register of its own unless told otherwise. */
  row(
    opcode: number,
    src: Register | undefined,
    { tokens, width }: Shape,
    rest: Pick<Instruction, 'operands' | 'scratch'> & { readonly inPlace?: boolean },
    dst = this.#register(4 * tokens * padded(width))
  ): Value & { when: 'state' } {
    this.stateProgram.push({ opcode, dst, src, inPlace: false, ...rest })
    return { when: 'state', register: dst, tokens, width }
  }

  /**
   * A value of such a shape, each part of which is moved there from another.
   *
   * @param lifted whether every row has its own even where all parts are made from the time alone
   */
  move(
    { tokens, width }: Shape,
    parts: readonly { readonly x: Value; readonly move: Move }[],
    lifted = false
  ): Value {
    const shape = { tokens, width }
    const floats = ({ tokens, width }: Shape): number => tokens * padded(width)
    const operands = parts.map(({ x, move }, i) => [
      x.when === 'time' ? x.address : 0,
      floats(x),
      floats(shape),
      putI32(this.#core, words(move)),
      i
    ])
    if (!lifted && parts.every(({ x }) => x.when === 'time')) {
      const address = reserve(this.#core, 4 * floats(shape))
      for (const of of operands) this.timeProgram.push([OPCODE.move, address, 0, ...of])
      return { ...shape, when: 'time', address }
    }
    const register = this.#register(4 * floats(shape))
    parts.forEach(({ x }, i) => {
      const src = x.when === 'state' ? x.register : undefined
      this.row(OPCODE.move, src, shape, { operands: operands[i] }, register)
    })
    return { ...shape, when: 'state', register }
  }

  #register(bytes: number): Register {
    return { id: this.#registers++, bytes }
  }
}
