import type { Engine } from '../engine.ts'
import { solvingOf, type Solving } from '../solving.ts'

/** What stands for the exact flow over all of the way. */
export interface Reference {
  readonly solving: Solving
  /** As statements call it, whose reader is to judge how exact it is. */
  readonly name: string
}

const TOLERANCE = 1e-7

/** Steps of a network, whose rows go together, faster than each alone: the price of more is beyond what one request may take. */
export const STEPS_OF_NETWORK = 64

export function referenceOf({ closedForm }: Pick<Engine, 'closedForm'>): Reference {
  if (closedForm)
    return {
      solving: solvingOf({ solver: 'dopri5', rtol: TOLERANCE, atol: TOLERANCE, maxSteps: 10_000 }),
      name: `dopri5 with tolerances of ${TOLERANCE}`
    }
  const solving = solvingOf({ solver: 'rk4', steps: STEPS_OF_NETWORK })
  return { solving, name: `rk4 with ${STEPS_OF_NETWORK} steps, which is not exact itself` }
}
