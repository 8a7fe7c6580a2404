import { reserve, scoped, takeF32, takeI32, type Core } from '../wasm/core.ts'

/** Standard normals (count, dim) of a stream of a seed, from the sample `first` on. */
export function normalsOf(
  core: Core,
  seed: number,
  stream: number,
  first: number,
  count: number,
  dim: number
): Float32Array {
  if (dim === 0) return new Float32Array()
  return scoped(core, () => {
    const at = reserve(core, 4 * count * dim)
    core.normals(seed >>> 0, Math.floor(seed / 2 ** 32), stream, first, count, dim, at)
    return takeF32(core, at, count * dim)
  })
}

/** 32 random bits for each sample, from `first` on. */
export function wordsOf(
  core: Core,
  seed: number,
  stream: number,
  first: number,
  count: number
): Float64Array<ArrayBuffer> {
  return scoped(core, () => {
    const out = reserve(core, 16)
    return Float64Array.from({ length: count }, (_, i) => {
      core.philox(0, first + i, 0, stream, seed >>> 0, Math.floor(seed / 2 ** 32), out)
      return takeI32(core, out, 1)[0] >>> 0
    })
  })
}
