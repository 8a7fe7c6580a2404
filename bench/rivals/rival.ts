import type { Architecture } from '../../src/schema/architecture.ts'
import type { Tensors } from '../../src/types.ts'

/** A runtime with a velocity network in it. */
export interface Sampler {
  /** Carries noise (count, dim) from time 0 to 1 in `steps` Euler steps. */
  sample(noise: Float32Array, count: number, steps: number): Promise<Float32Array>
  close(): Promise<void> | void
}

/** A runtime, used as its users are told to use it for speed, on one thread. */
export interface Rival {
  readonly name: string
  /** Brings a network into the runtime's own form; what it returns starts the runtime. */
  prepare(architecture: Architecture, tensors: Tensors): () => Promise<Sampler>
}
