import type { Batch } from '../../types.ts'
import { reserve, scoped, takeI32, type Core } from '../../wasm/core.ts'

const STREAM = 7

/** `most` different rows, each choice of as many as likely as any other, in their order; all of them where there are no more. */
export function randomRows(core: Core, batch: Batch, most: number, seed: number): Batch {
  const { count, dim, data } = batch
  if (count <= most) return batch
  const words = wordsOf(core, seed, count)
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

/** 32 random bits for each row. */
function wordsOf(core: Core, seed: number, count: number): Float64Array {
  return scoped(core, () => {
    const out = reserve(core, 16)
    return Float64Array.from({ length: count }, (_, i) => {
      core.philox(0, i, 0, STREAM, seed >>> 0, Math.floor(seed / 2 ** 32), out)
      return takeI32(core, out, 1)[0] >>> 0
    })
  })
}
