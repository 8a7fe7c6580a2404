import type { Tensor } from '../types.ts'
import type { Core } from '../wasm/core.ts'

/** The shape of what a layer reads. */
interface Input {
  readonly tokens: number
  readonly width: number
}

/** The two instructions of a layer with 8-bit weights: [opcode, operands...]; the rounded input is operand 6 of the second. */
export interface Int8Steps {
  readonly quantize: readonly number[]
  readonly layer: readonly number[]
  /** Of the rounded input, for each row of the batch. */
  readonly bytes: number
  /** The shape of the result. */
  readonly tokens: number
  readonly width: number
}

/** A weight (outputs, inputs) of 8 bits: integers from -127 to 127, and a unit for each output. */
export interface Int8Weight {
  /** The dense map of the inputs `from`, `from` + 1, ... to `width` outputs. */
  denseSteps(core: Core, x: Input, width: number, from: number, bias: number, activation: number): Int8Steps
  /** The same map along the tokens. */
  mixSteps(core: Core, x: Input, tokens: number, bias: number, activation: number): Int8Steps
}

/** A tensor whose file keeps it in 8 bits; `data` are the units times the integers. */
export interface Int8Tensor extends Tensor {
  readonly int8?: Int8Weight
}
