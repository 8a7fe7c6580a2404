import type { TransportResult } from '../../src/index.web.ts'
import type { Points } from './backend.ts'
import type { Answer } from './protocol.ts'

/**
 * Velocity evaluations per slice, about a quarter of a second of work. Between slices the page hears how far it is, sees
 * the rows that are ready, and can call the rest off.
 */
const SLICE = 256
const MOST_ROWS = 8

type Slice = (
  first: number,
  rows: number,
  onProgress: (done: number, total: number) => void
) => TransportResult

/** Who asked, how to answer, and whether an answer is still wanted. */
export interface Caller {
  readonly id: number
  readonly signal: AbortSignal
  readonly say: (answer: Answer) => void
}

/**
 * A row's bytes do not depend on its batch, so slices give what one call for all the rows would give.
 *
 * @param evaluations of the network, for a row
 */
export async function inSlices(
  { id, signal, say }: Caller,
  count: number,
  evaluations: number,
  one: Slice
): Promise<void> {
  const most = Math.max(1, Math.min(MOST_ROWS, Math.round(SLICE / evaluations)))
  let time = 0
  let nfe = 0
  for (let first = 0; first < count; first += most) {
    if (signal.aborted) return
    const rows = Math.min(most, count - first)
    const start = performance.now()
    const result = one(first, rows, (done, total) => {
      say({ id, kind: 'progress', share: (first + (rows * done) / total) / count })
    })
    time += performance.now() - start
    nfe = result.nfe
    const { dim, data } = result
    say({ id, kind: 'rows', first, rows: { count: rows, dim, data: data as Points['data'] } })
    await pause()
  }
  say({ id, kind: 'done', nfe, time })
}

export function slice({ dim, data }: Points, first: number, rows: number): Points {
  return { count: rows, dim, data: data.slice(first * dim, (first + rows) * dim) }
}

/** Lets the messages of the page come in. */
export const pause = (): Promise<void> => new Promise((resolve) => setTimeout(resolve))
