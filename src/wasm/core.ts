import { instantiate } from '../../build/core.js'
import { GaussflowError } from '../error.ts'

/**
 * The WebAssembly core, with the types that its compiler wrote. There is no second declaration to keep in step:
 * change a kernel and the type checker finds its callers.
 */
export type Core = Awaited<ReturnType<typeof instantiate>>

/** A new instance of the core, with a memory of its own. */
export async function newCore(module: WebAssembly.Module): Promise<Core> {
  return await instantiate(module, {})
}

/** Takes `bytes` from the arena; throws `over_limit` where the memory cannot grow. */
export function reserve(core: Core, bytes: number): number {
  const address = core.alloc(bytes)
  if (address === 0) {
    throw new GaussflowError(
      'over_limit',
      `the core could not get ${bytes} bytes of memory; close other flows or ask for less at a time`
    )
  }
  return address
}

/** An address that the core made, or `over_limit` where it could not: its `new...` functions return 0 then. */
export function expectAddress(address: number): number {
  if (address !== 0) return address
  throw new GaussflowError('over_limit', 'the core could not get the memory that this takes')
}

/** Copies numbers into the arena as f32 and returns their address. */
export function putF32(core: Core, values: ArrayLike<number>): number {
  const address = reserve(core, values.length * 4)
  // The view is made after the reservation: growing the memory detaches older ones.
  new Float32Array(core.memory.buffer, address, values.length).set(values)
  return address
}

/** Copies numbers into the arena as f64 and returns their address. */
export function putF64(core: Core, values: ArrayLike<number>): number {
  const address = reserve(core, values.length * 8)
  new Float64Array(core.memory.buffer, address, values.length).set(values)
  return address
}

/** Copies 32-bit words into the arena and returns their address. */
export function putI32(core: Core, values: ArrayLike<number>): number {
  const address = reserve(core, values.length * 4)
  new Int32Array(core.memory.buffer, address, values.length).set(values)
  return address
}

/** A copy of `length` f32 numbers at `address`. */
export function takeF32(core: Core, address: number, length: number): Float32Array<ArrayBuffer> {
  return new Float32Array(core.memory.buffer, address, length).slice()
}

/** A copy of `length` f64 numbers at `address`. */
export function takeF64(core: Core, address: number, length: number): Float64Array<ArrayBuffer> {
  return new Float64Array(core.memory.buffer, address, length).slice()
}

/** A copy of `length` 32-bit words at `address`. */
export function takeI32(core: Core, address: number, length: number): Int32Array<ArrayBuffer> {
  return new Int32Array(core.memory.buffer, address, length).slice()
}

/** Runs `call` and gives back whatever it took from the arena, also when it throws. */
export function scoped<T>(core: Core, call: () => T): T {
  const top = core.mark()
  try {
    return call()
  } finally {
    core.release(top)
  }
}
