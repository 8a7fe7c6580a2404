import { arrange, same } from './arrange.ts'
import { held, sizeOf, type Value } from './layout.ts'
import type { GraphWriter } from './writer.ts'

/**
 * (x - mean) / sqrt(variance + epsilon), or without the mean, over some axes of a tensor: a norm over the width where they are
 * the columns, a group norm where they are all tokens and runs of columns, and over the width of another arrangement else.
 */
export function normalise(
  writer: GraphWriter,
  op: 'layerNorm' | 'rmsNorm',
  value: Value,
  which: readonly number[],
  epsilon: number
): Value {
  const over = which.flatMap((axis) => held(value.axes[axis]))
  const { rows, columns } = value
  const rest = [...rows, ...columns].filter((atom) => !over.includes(atom))
  const inColumns = columns.every((atom) => over.includes(atom))
  if (inColumns && !rows.some((atom) => over.includes(atom)))
    return { ...value, node: writer.push({ op, inputs: [value.node], epsilon }) }
  const groups = columns.slice(0, rest.length)
  if (op === 'layerNorm' && same(groups, rest))
    return {
      ...value,
      node: writer.push({ op: 'groupNorm', inputs: [value.node], groups: sizeOf(groups), epsilon })
    }
  const columnsThen = [...rows, ...columns].filter((atom) => over.includes(atom))
  const moved = arrange(writer, value, rest, columnsThen)
  return { ...moved, node: writer.push({ op, inputs: [moved.node], epsilon }) }
}
