import { GaussflowError } from '../error.ts'

/** Of what is compared: numbers that differ by no more are not held against each other. */
export const ROUNDING = 1e-9

/** @throws GaussflowError `invalid_argument` at that field of `assume`. */
export function refuse(field: string, requirement: string): never {
  const path = `assume.${field}`
  throw new GaussflowError('invalid_argument', `\`${path}\` ${requirement}`, { path })
}
