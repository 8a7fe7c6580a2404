import { GaussflowError } from '../error.ts'

/**
 * Refuses a variance that is no number to compute with: at time 1 velocities are divided by it.
 *
 * @param given what the caller wrote, such as the standard deviation
 */
export function expectVariance(variance: number, path: string, given: number): void {
  if (Number.isFinite(1 / variance) && Number.isFinite(Math.fround(Math.sqrt(variance)))) return
  const message = `\`${path}\` must have a variance that a double can divide by, and a standard deviation that is a finite 32-bit number, as states are, got ${given}`
  throw new GaussflowError('invalid_argument', message, { path })
}
