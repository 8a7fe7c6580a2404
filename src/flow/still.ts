import type { RowStatus } from '../types.ts'

/** States of all rows at one time. */
export interface Still {
  readonly time: number
  readonly data: Float32Array<ArrayBuffer>
  readonly status: readonly RowStatus[]
}
