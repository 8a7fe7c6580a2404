import type { Batch, RowStatus } from '../../types.ts'
import type { TellingOptions, WatchingOptions } from '../asked.ts'
import type { LogProbOptions, LogProbResult } from '../flow.ts'
import { spansOf } from '../parts.ts'
import { pauses } from '../pause.ts'
import { rowStatus } from '../transport.ts'
import { DENSITY } from './price.ts'
import type { Scored } from './scored.ts'

interface Surprises {
  /** -log p(x), in units of the data. */
  readonly score: Float64Array
  readonly nfe: number
  readonly status: RowStatus[]
}

/**
 * -log p(x) of every row: by the formula where there is one, else along the flow. Every row is the first of its seed, so that no
 * score depends on a row's place: where probes estimate the divergence, rows go one by one.
 */
export async function surprises(
  { flow, engine }: Scored,
  { count, dim, data }: Batch,
  { seed, ...told }: TellingOptions & { readonly seed: number },
  { onProgress, signal }: WatchingOptions
): Promise<Surprises> {
  const options = engine.closedForm ? told : { ...told, ...alongTheFlow(dim, seed) }
  const most = 'probes' in options ? 1 : count
  const pause = pauses(signal)
  const score = new Float64Array(count)
  let nfe = 0
  for (const { first, rows } of spansOf(count, most)) {
    const part = { count: rows, dim, data: data.subarray(first * dim, (first + rows) * dim) }
    const watched = most === count ? { ...(onProgress && { onProgress }), ...(signal && { signal }) } : {}
    const found: LogProbResult = flow.logProb(part, { ...options, ...watched })
    found.logProb.forEach((value, i) => {
      score[first + i] = -value
    })
    nfe = Math.max(nfe, found.nfe)
    if (most < count) onProgress?.(first + rows, count)
    await pause()
  }
  return { score, nfe, status: rowStatus(score, count, 1) }
}

function alongTheFlow(dim: number, seed: number): LogProbOptions {
  const solving = { method: 'ode', solver: 'heun', steps: DENSITY.steps } as const
  return dim <= DENSITY.mostExact ? solving : { ...solving, probes: DENSITY.probes, seed }
}
