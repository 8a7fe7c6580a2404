import type { Constant } from './constant.ts'
import type { Scores } from './contract.ts'
import type { Atom, Value } from './layout.ts'
import type { Node } from './model.ts'
import { Unsupported } from './unsupported.ts'
import type { GraphWriter } from './writer.ts'

/** What a name of an ONNX graph stands for. */
export type Operand =
  | { readonly kind: 'value'; readonly value: Value }
  | { readonly kind: 'constant'; readonly constant: Constant }
  | { readonly kind: 'scores'; readonly scores: Scores }
  /** Integers, one a row, that name a class. */
  | { readonly kind: 'label'; readonly axes: readonly (readonly Atom[])[] }

/** One node, ready to be translated. */
export interface Call {
  readonly writer: GraphWriter
  readonly node: Node
  readonly inputs: readonly (Operand | undefined)[]
  /** Whether the first of them holds integers, by what the file says of the network's inputs. */
  readonly whole: boolean
  /** The shape of its first output. */
  readonly shape: readonly number[]
  /** The shapes of all outputs. */
  readonly shapes: readonly (readonly number[])[]
  /** A name for parameters that come with the node. */
  readonly wanted: string
  /** The name of an input that is a constant, without what PyTorch adds to it. */
  readonly nameOf: (input: number) => string
}

export const value = (of: Value): Operand => ({ kind: 'value', value: of })

export function valueOf(operand: Operand | undefined): Value {
  if (operand?.kind === 'value') return operand.value
  throw new Unsupported(`${KINDS[operand?.kind ?? 'none']} where a value is needed`)
}

const KINDS = {
  constant: 'a constant',
  scores: 'a product of two values, which only attention may have,',
  label: 'a label',
  value: 'a value',
  none: 'nothing'
} as const

export function constantOf(operand: Operand | undefined): Constant {
  if (operand?.kind === 'constant') return operand.constant
  throw new Unsupported(`${KINDS[operand?.kind ?? 'none']} where a constant is needed`)
}

/** The constant, where there is one. */
export function maybeConstant(operand: Operand | undefined): Constant | undefined {
  return operand === undefined ? undefined : constantOf(operand)
}
