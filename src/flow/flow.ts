import type { FlowFile } from '../schema/flowFile.ts'
import type { Manifest } from '../schema/manifest.ts'
import type { SolverName } from '../schema/request.ts'
import type { Batch, RowStatus } from '../types.ts'

/** Points as the library takes them: a batch, or plain rows. */
export type Points = Batch | readonly (readonly number[])[]

export interface TransportOptions {
  /** Default: the model's own choice, or `heun`. */
  readonly solver?: SolverName
  /** Default: the model's own choice, or 50. */
  readonly steps?: number
  /** Called between slices of steps. */
  readonly onProgress?: (done: number, total: number) => void
}

export interface SampleOptions extends TransportOptions {
  /** @default 1 */
  readonly count?: number
  /** @default 0 */
  readonly seed?: number
  /** Index of the first sample in the seed's sequence: sample i is the same whatever batch it is drawn in. @default 0 */
  readonly first?: number
}

/** The end points of a transport, with what they cost. */
export interface TransportResult extends Batch {
  /** Velocity evaluations per row. */
  readonly nfe: number
  readonly solver: SolverName
  readonly steps: number
  /** One for each row. */
  readonly status: readonly RowStatus[]
}

export interface VelocityResult {
  readonly velocity: Batch
  readonly nfe: number
}

/** A flow between noise (time 0) and data (time 1), ready to run. */
export interface Flow {
  readonly dim: number
  readonly flowFile: FlowFile
  /** What the model folder says of itself; undefined for a bare flow file. */
  readonly manifest: Manifest | undefined
  /** Draws from the target: `decode` of the source noise of `seed`. Shape (count, dim), in data units. */
  sample(options?: SampleOptions): TransportResult
  /** The source noise that `sample` starts from, shape (count, dim). */
  source(options?: Pick<SampleOptions, 'count' | 'seed' | 'first'>): Batch
  /** Carries data (time 1) to latents (time 0). */
  encode(x: Points, options?: TransportOptions): TransportResult
  /** Carries latents (time 0) to data (time 1). */
  decode(z: Points, options?: TransportOptions): TransportResult
  /** v(time, x) for states x, shape (count, dim). */
  velocity(x: Points, options: { readonly time: number }): VelocityResult
  /** Gives the memory back; every later call throws `closed`. */
  close(): void
  [Symbol.dispose](): void
}
