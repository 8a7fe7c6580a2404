import type { Statement } from './statement.ts'

/** Whether a statement says something, and not why there is nothing to say: what a double cannot hold is still said in words. */
export function stands({ value, hypotheses }: Statement): boolean {
  return value !== null || hypotheses.length > 0
}
