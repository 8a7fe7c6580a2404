import type { RowStatus } from '../types.ts'
import type { Engine } from './engine.ts'
import { spansOf, type Span } from './parts.ts'
import { rowStatus } from './transport.ts'

/** States of all rows at one time. */
export interface Still {
  readonly time: number
  readonly data: Float32Array<ArrayBuffer>
  readonly status: RowStatus[]
}

/** What is done between parts of the work, and to states that are shown. */
export interface Viewing {
  /** A place for the event loop to turn at, and for the signal to be looked at. */
  readonly pause: () => Promise<void>
  /** Turns states, in place, into what is shown of them. */
  readonly finish: (rows: Float32Array) => void
}

/**
 * Puts a still together, `most` rows at a time.
 *
 * @param rowsOf the states of some rows, which are copied
 * @param arrived what is said of rows that are finite
 */
export async function stillOf(
  { dim }: Engine,
  count: number,
  time: number,
  most: number,
  { pause, finish }: Viewing,
  rowsOf: (span: Span) => Float32Array,
  arrived: RowStatus = 'ok'
): Promise<Still> {
  const data = new Float32Array(count * dim)
  const status: RowStatus[] = []
  for (const span of spansOf(count, most)) {
    const rows = rowsOf(span)
    data.set(rows, span.first * dim)
    for (const row of rowStatus(rows, span.rows, dim, arrived)) status.push(row)
    finish(data.subarray(span.first * dim, (span.first + span.rows) * dim))
    await pause()
  }
  return { time, data, status }
}
