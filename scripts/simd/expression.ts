import binaryen from 'binaryen'

export type Expression = ReturnType<binaryen.Module['nop']>

/** What binaryen tells of an expression; its own declarations leave out what there is to tell of vectors. */
export interface Info {
  readonly id: binaryen.ExpressionIds
  readonly type: binaryen.Type
  readonly op: binaryen.Operations
  readonly name: string
  readonly offset: number
  readonly children: readonly Expression[]
  readonly value: Expression & readonly number[]
  readonly index: number
  readonly [part: string]: unknown
}

/** What binaryen can describe, of what may hold a vector. */
const KNOWN: readonly number[] = [
  binaryen.BlockId,
  binaryen.LoopId,
  binaryen.IfId,
  binaryen.LocalGetId,
  binaryen.LocalSetId,
  binaryen.LoadId,
  binaryen.StoreId,
  binaryen.DropId,
  binaryen.ConstId,
  binaryen.UnaryId,
  binaryen.BinaryId,
  binaryen.SIMDExtractId,
  binaryen.SIMDLoadId,
  binaryen.SIMDShiftId,
  binaryen.SIMDShuffleId,
  binaryen.SIMDTernaryId
]

export function look(expression: Expression): Info {
  const id: number = binaryen.getExpressionId(expression)
  return (KNOWN.includes(id) ? binaryen.getExpressionInfo(expression) : { id }) as unknown as Info
}

export const isVector = (expression: Expression): boolean =>
  binaryen.getExpressionType(expression) === binaryen.v128
