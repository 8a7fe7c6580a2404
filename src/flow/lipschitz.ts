import { reserve, scoped, takeF64 } from '../wasm/core.ts'
import type { Engine } from './engine.ts'
import { aligned } from './memory.ts'
import { putTelling, tell } from './told.ts'

/** A bound on |grad v(t, .)| for each of `times`, from the spectral norms of a network's layers, which are found once. */
export function networkLipschitz(engine: Engine, times: readonly number[]): number[] {
  const { core, velocity } = engine
  return scoped(core, () => {
    const norms = reserve(core, 8 * core.layerCount(velocity))
    const scratch = reserve(core, core.lipschitzScratch(velocity))
    core.layerNorms(velocity, norms, scratch)
    tell(engine, putTelling(engine))
    return times.map((t) => core.lipschitzBound(velocity, t, norms, scratch))
  })
}

/** The spectral norms themselves, of the layers in the order in which the network takes them. */
export function layerNorms({ core, velocity }: Engine): number[] {
  return scoped(core, () => {
    const norms = reserve(core, 8 * core.layerCount(velocity))
    const scratch = reserve(core, core.lipschitzScratch(velocity))
    core.layerNorms(velocity, norms, scratch)
    return [...takeF64(core, norms, core.layerCount(velocity))].filter((norm) => norm > 0)
  })
}

/** Bytes of the arena that either takes. */
export function lipschitzBytes({ core, velocity }: Engine): number {
  return aligned(8 * core.layerCount(velocity)) + aligned(core.lipschitzScratch(velocity))
}
