import type { ModelFiles } from '../../src/flow/source.ts'
import { formatSafetensors } from '../../src/io/safetensors.ts'
import type { Tensor } from '../../src/types.ts'

/** A model around a list of operations whose last one is the velocity, with the numbers of its tensors by name. */
export function graphModel(
  dim: number,
  nodes: readonly object[],
  tensors: Readonly<Record<string, { readonly shape: number[]; readonly data: readonly number[] }>> = {},
  { condition, ...more }: { readonly condition?: object; readonly [field: string]: unknown } = {}
): ModelFiles {
  const architecture = {
    kind: 'graph',
    dim,
    nodes,
    output: nodes.length - 1,
    ...(condition && { condition })
  }
  const floats = new Map(
    Object.entries(tensors).map(([name, { shape, data }]): [string, Tensor] => [
      name,
      { shape, data: Float32Array.from(data) }
    ])
  )
  return {
    manifest: {
      format: 1,
      name: 'graph',
      description: '',
      licence: '',
      flow: {
        schedule: 'linear',
        target: {
          kind: 'network',
          architecture,
          prediction: 'velocity',
          weights: 'weights.safetensors',
          ...more
        }
      },
      data: { kind: 'vector' }
    },
    files: { 'weights.safetensors': formatSafetensors(floats) }
  }
}

/** The numbers of a layer W x + b. */
export const layer = (name: string, rows: readonly (readonly number[])[], bias = rows.map(() => 0)) => ({
  [`${name}.weight`]: { shape: [rows.length, rows[0].length], data: rows.flat() },
  [`${name}.bias`]: { shape: [rows.length], data: bias }
})

/** v = 3 x^2, whose solutions leave all bounds: from 1 at the time 1/3. */
export const SQUARE = graphModel(
  1,
  [
    { op: 'state' },
    { op: 'multiply', inputs: [0, 0] },
    { op: 'dense', name: 'three', inputs: [1], width: 1 }
  ],
  layer('three', [[3]])
)
