import type { Statement } from './statement.ts'

/** The last time that a double tells from 1: the end of an interval that is open there. */
export const BELOW_ONE = 1 - 2 ** -53

/** Whether a statement says something, and not why there is nothing to say: what a double cannot hold is still said in words. */
export function stands({ value, hypotheses }: Statement): boolean {
  return value !== null || hypotheses.length > 0
}
