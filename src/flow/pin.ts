import type { Core } from '../wasm/core.ts'
import type { Engine } from './engine.ts'

interface Pins {
  count: number
  readonly base: number
}

const pins = new WeakMap<Core, Pins>()

/**
 * Keeps what is taken of the arena from now on until the function that this returns is called. Others may come and go
 * meanwhile; the arena goes back to where it was when the last of them has gone.
 */
export function pin({ core }: Engine): () => void {
  const held = pins.get(core) ?? { count: 0, base: core.mark() }
  held.count++
  pins.set(core, held)
  return () => {
    if (--held.count > 0) return
    core.release(held.base)
    pins.delete(core)
  }
}
