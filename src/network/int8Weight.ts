import type { Tensor } from '../types.ts'
import type { Core } from '../wasm/core.ts'
import type { Shape } from './shape.ts'

/** An instruction without the last of its operands, the register of the one before it; and the shape of its result. */
export interface Int8Step extends Shape {
  readonly opcode: number
  readonly operands: readonly number[]
}

/** A weight (outputs, inputs) of 8 bits: integers from -127 to 127, and a unit for each output. */
export interface Int8Weight {
  /** The instructions of the dense map of the inputs `from`, `from` + 1, ... to `width` outputs: the input rounded, and the layer. */
  dense(
    core: Core,
    x: Shape,
    width: number,
    from: number,
    bias: number,
    activation: number
  ): readonly Int8Step[]
  /** Those of the same map along the tokens. */
  mix(core: Core, x: Shape, tokens: number, bias: number, activation: number): readonly Int8Step[]
}

/** A tensor whose file keeps it in 8 bits; `data` are the units times the integers. */
export interface Int8Tensor extends Tensor {
  readonly int8?: Int8Weight
}
