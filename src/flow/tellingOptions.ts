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
