import type { Tensor } from '../types.ts'
import { putF32, reserve, scoped, type Core } from '../wasm/core.ts'
import { padded } from './registers.ts'

/** Columns `from` to `from + width` of a weight matrix, in the panels that the dense kernel reads; their address. */
export function packed(core: Core, { shape, data }: Tensor, from: number, width: number): number {
  const [rows, total] = shape
  const panels = reserve(core, core.packedBytes(width, rows))
  let columns = data
  if (width !== total) {
    columns = new Float32Array(rows * width)
    for (let i = 0; i < rows; i++)
      columns.set(data.subarray(i * total + from, i * total + from + width), i * width)
  }
  scoped(core, () => core.packDense(putF32(core, columns), rows, width, panels))
  return panels
}

/** The rows of a tensor, each of whole vectors; their address. */
export function paddedRows(core: Core, { data }: Tensor, rows: number, width: number): number {
  const out = new Float32Array(rows * padded(width))
  for (let i = 0; i < rows; i++) out.set(data.subarray(i * width, (i + 1) * width), i * padded(width))
  return putF32(core, out)
}
