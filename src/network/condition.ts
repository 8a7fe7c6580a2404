import type { Condition } from '../schema/architecture.ts'

/** What a row is told: a label, numbers, or nothing. */
export type Told = number | ArrayLike<number> | undefined

/**
 * Numbers that a network reads of its condition: one more than there are classes or numbers, which tells whether there is one;
 * 0 of a network without.
 */
export function conditionWidth(condition: Condition | undefined): number {
  if (condition === undefined) return 0
  return 1 + (condition.kind === 'label' ? condition.classes : condition.size)
}

/**
 * The numbers that a network reads, written to `out` from `offset`: of a label a 1 at its own place, and at the last where
 * there is none; of a vector its numbers and a 1, or zeros where there is none.
 */
export function writeCondition(condition: Condition, told: Told, out: Float32Array, offset: number): void {
  const width = conditionWidth(condition)
  out.fill(0, offset, offset + width)
  if (condition.kind === 'label') {
    out[offset + (told === undefined ? condition.classes : Number(told))] = 1
  } else if (told !== undefined) {
    out.set(told as ArrayLike<number>, offset)
    out[offset + condition.size] = 1
  }
}

/** How many times a network is evaluated for one velocity of so much guidance. */
export function branchesOf(guidance = 1): 1 | 2 {
  return guidance === 0 || guidance === 1 ? 1 : 2
}

/** What the rows of a request are told beside their states, and how much it weighs. */
export interface Telling {
  /** As `writeCondition` writes them: one for all rows, or one for each. */
  readonly rows: Float32Array
  readonly each: boolean
  /** w of v_none + w (v_told - v_none), at the times of the interval; 1 at others. */
  readonly guidance: number
  readonly interval: readonly [from: number, to: number]
}
