/** One line of the results. `ours` and `theirs` are in milliseconds; the questions `size` and `memory` count bytes. */
export interface Row {
  readonly question: string
  /** What was run, and in which mode. */
  readonly case: string
  /** Rows of the batch, where there is one. */
  readonly batch: number | null
  readonly peer: string
  readonly ours: number
  readonly theirs: number
  /** theirs / ours: above 1, we are ahead. */
  readonly ratio: number
  /** The interquartile range of our runs as a share of their median; 0 for what is counted once. */
  readonly spread: number
  /** Our speed in GFLOP/s, where the work is known. */
  readonly speed?: number
}

/** What the numbers of a question are in. */
export type Unit = 'milliseconds' | 'bytes'

/** One file of the benchmark: what it asks, and its answer. */
export interface Question {
  readonly title: string
  readonly unit: Unit
  measure(effort: Effort): Promise<Row[]> | Row[]
}

/** How long to measure. */
export interface Effort {
  readonly rounds: number
  /** Milliseconds that a contender runs before the next one has its turn. */
  readonly turn: number
}

export const FULL: Effort = { rounds: 11, turn: 200 }
export const QUICK: Effort = { rounds: 3, turn: 40 }

/** Milliseconds until V8 has optimised a contender's JavaScript and WebAssembly. */
const WARM_UP = 400

export function quantile(values: readonly number[], q: number): number {
  const sorted = values.toSorted((a, b) => a - b)
  const at = (sorted.length - 1) * q
  const low = Math.floor(at)
  return sorted[low] + (sorted[Math.min(low + 1, sorted.length - 1)] - sorted[low]) * (at - low)
}

export const median = (values: readonly number[]): number => quantile(values, 0.5)

/** A row from what was measured of us and of them, run by run. */
export function compare(
  row: Pick<Row, 'question' | 'case' | 'batch' | 'peer'>,
  ours: readonly number[],
  theirs: readonly number[]
): Row {
  const [us, them] = [median(ours), median(theirs)]
  const spread = (quantile(ours, 0.75) - quantile(ours, 0.25)) / us
  return { ...row, ours: us, theirs: them, ratio: them / us, spread }
}

/**
 * Times every contender in turn, round after round, so that a change in the machine's speed meets them all alike.
 * Returns for each contender one time per round: its mean milliseconds per call.
 */
export async function interleave(
  contenders: readonly (() => unknown)[],
  { rounds, turn }: Effort
): Promise<number[][]> {
  const times: number[][] = contenders.map(() => [])
  for (const contender of contenders) await timeTurn(contender, Math.max(turn, WARM_UP))
  for (let round = 0; round < rounds; round++)
    for (const [i, contender] of contenders.entries()) times[i].push(await timeTurn(contender, turn))
  return times
}

async function timeTurn(contender: () => unknown, turn: number): Promise<number> {
  const start = performance.now()
  for (let calls = 1; ; calls++) {
    await contender()
    const elapsed = performance.now() - start
    if (elapsed >= turn) return elapsed / calls
  }
}
