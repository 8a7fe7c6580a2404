import type { ErrorCode } from '../error.ts'
import type { Batch } from '../types.ts'
import type { OverMemory } from '../flow/memory.ts'
import type { OpenOptions } from '../flow/open.ts'
import type { ModelSource } from '../flow/source.ts'
import type { AnomalyResult } from '../flow/anomaly/options.ts'
import type { LogProbResult, SampleResult } from '../flow/flow.ts'
import type { ImputeResult } from '../flow/impute/options.ts'

/** The methods of a flow whose rows can be shared out. */
export type Method = 'sample' | 'encode' | 'decode' | 'transport' | 'logProb' | 'impute' | 'anomaly'

/** Some of the rows of a call, for one thread. */
export interface Piece {
  readonly method: Method
  readonly input: Batch | undefined
  readonly options: object
}

export type PieceResult = SampleResult | LogProbResult | ImputeResult | AnomalyResult

/** What a thread is told when it starts. */
export interface Beginning {
  readonly source: ModelSource
  readonly options: OpenOptions
}

/** What a thread says of itself and of its piece. */
export type Message =
  | { readonly kind: 'ready' }
  | { readonly kind: 'progress'; readonly share: number }
  | { readonly kind: 'done'; readonly result: PieceResult }
  | {
      readonly kind: 'failed'
      /** Of a GaussflowError; anything else is a bug. */
      readonly code: ErrorCode | undefined
      readonly message: string
      readonly path: string | undefined
      /** What was refused for the memory that it would take. */
      readonly memory: Pick<OverMemory, 'field' | 'memoryLimit' | 'got' | 'most'> | undefined
    }
