import { transportOf } from '../carry.ts'
import type { Run } from '../run.ts'
import type { Solving } from '../solving.ts'
import type { Subject } from './subject.ts'

/** What the measured statements rest on. */
export interface Measuring {
  readonly solving: Solving
  readonly count: number
  readonly seed: number
  readonly signal: AbortSignal | undefined
  readonly pause: () => Promise<void>
}

/** A run of the flow of a subject, or by other solving. */
export function runOf(
  { engine }: Subject,
  { signal }: Pick<Measuring, 'signal'>,
  from: number,
  to: number,
  solving: Solving
): Run {
  return transportOf(engine, { field: 'count', from, to, solving, options: { ...(signal && { signal }) } })
}
