import { reserve, scoped, takeF32 } from '../wasm/core.ts'
import type { Engine } from './engine.ts'
import { expectMemory, stateBytes } from './memory.ts'

/**
 * Rows of the source N(0, a(0)^2 I): row i is sample `first + i` of `seed`, in whatever batch. Where the schedule starts with
 * some of the data in it (b(0) > 0), the flow's own source is a(0) Z + b(0) X_1, and this Gaussian stands for it.
 *
 * @param std a(0)
 */
export function noise(
  engine: Engine,
  count: number,
  seed: number,
  first: number,
  std: number
): Float32Array<ArrayBuffer> {
  const { core, dim } = engine
  expectMemory(engine, 'count', count, (rows) => stateBytes(engine, rows))
  return scoped(core, () => {
    const out = reserve(core, 4 * count * dim)
    core.normals(seed >>> 0, Math.floor(seed / 2 ** 32), 0, first, count, dim, out)
    const rows = takeF32(core, out, count * dim)
    if (std !== 1) for (let i = 0; i < rows.length; i++) rows[i] *= std
    return rows
  })
}
