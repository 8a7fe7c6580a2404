/** Who wants to hear of long work, and may end it. */
export interface WatchingOptions {
  /** Called between slices of the work. */
  readonly onProgress?: (done: number, total: number) => void
  /** Looked at between slices, of a few hundredths of a second. A call that gives its result at once lets no timer abort it: `onProgress` may. */
  readonly signal?: AbortSignal
}

/** What a network with a condition is told, for all rows the same or for each its own; by default nothing. */
export interface TellingOptions {
  /** Of a network that is told a label: one of its classes, from 0 on. */
  readonly label?: number | readonly number[]
  /** Of a network that is told numbers: those. */
  readonly condition?: readonly number[] | readonly (readonly number[])[]
  /**
   * w of classifier-free guidance, v_none + w (v_told - v_none): above 1 nearer to what is told, 0 as if nothing were. Where it
   * is neither 0 nor 1 each velocity takes two evaluations of the network. @default 1
   */
  readonly guidance?: number
  /** The times between which `guidance` holds; at others it is 1. @default [0, 1] */
  readonly guidanceInterval?: readonly [from: number, to: number]
}

export interface DrawOptions {
  /** @default 1 */
  readonly count?: number
  /** @default 0 */
  readonly seed?: number
  /** Index of the first sample in the seed's sequence: sample i is the same whatever batch it is drawn in. @default 0 */
  readonly first?: number
}

/** Which core it was, where its last digits are the machine's own. */
export interface KernelMark {
  readonly kernel?: 'relaxed'
}
