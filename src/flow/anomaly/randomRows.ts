import type { Batch } from '../../types.ts'
import type { Core } from '../../wasm/core.ts'
import { wordsOf } from '../streams.ts'

const STREAM = 7

/** `most` different rows, each choice of as many as likely as any other, in their order; all of them where there are no more. */
export function randomRows(core: Core, batch: Batch, most: number, seed: number): Batch {
  const { count, dim, data } = batch
  if (count <= most) return batch
  const words = wordsOf(core, seed, STREAM, 0, count)
  const chosen = Array.from({ length: count }, (_, i) => i)
    .sort((i, j) => words[i] - words[j] || i - j)
    .slice(0, most)
    .sort((i, j) => i - j)
  const rows = new Float32Array(most * dim)
  chosen.forEach((i, at) => {
    rows.set(data.subarray(i * dim, (i + 1) * dim), at * dim)
  })
  return { count: most, dim, data: rows }
}
