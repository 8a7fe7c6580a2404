import { GaussflowError } from '../error.ts'

/** Who wants to hear of long work, and may end it. */
export interface Watch {
  readonly onProgress: ((done: number, total: number) => void) | undefined
  readonly signal: AbortSignal | undefined
}

const SLICE_MS = 25 // between two looks at the signal, and two reports of progress

/** Whether anybody wants to hear of the work before it is done. */
export const isWatched = ({ onProgress, signal }: Watch): boolean =>
  onProgress !== undefined || signal !== undefined

/**
 * Takes `total` units of work in slices that grow until one lasts about as long as somebody would wait for news; at once
 * where nobody watches.
 *
 * @param take does up to so many units more and returns how many are done in all
 * @throws GaussflowError `aborted`, between two slices
 */
export function inSlices(total: number, watch: Watch, take: (units: number) => number): void {
  const { onProgress, signal } = watch
  expectGoing(signal)
  if (!isWatched(watch)) {
    take(total)
    return
  }
  for (const done of slices(total, take)) {
    onProgress?.(done, total)
    expectGoing(signal)
  }
}

/** The same as a sequence of the units done, for those who do something between slices. */
export function* slices(total: number, take: (units: number) => number): Generator<number, void> {
  let slice = 1
  for (let done = 0; done < total;) {
    const start = performance.now()
    done = take(slice)
    const elapsed = performance.now() - start
    slice = Math.max(1, Math.min(2 * slice, Math.floor((slice * SLICE_MS) / Math.max(elapsed, 1))))
    yield done
  }
}

export function expectGoing(signal: AbortSignal | undefined): void {
  if (signal?.aborted !== true) return
  throw new GaussflowError('aborted', 'the work was stopped by its signal', { cause: signal.reason })
}
