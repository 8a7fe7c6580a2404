import type { Batch } from '../types.ts'
import { toBatch } from './batch.ts'

/** Rows of which some numbers are missing: there `data` is 0, and `known` too, which is 1 elsewhere. */
export interface IncompleteBatch extends Batch {
  readonly known: Uint8Array
}

const isMissing = (value: unknown): boolean => value === null || Number.isNaN(value)

/**
 * Points as `toBatch` reads them, in which a number may be missing: NaN, or null as JSON writes it.
 *
 * @throws GaussflowError as `toBatch`
 */
export function toIncomplete(value: unknown, path: string, dim?: number): IncompleteBatch {
  const gaps: boolean[] = []
  const filled = fill(value, gaps)
  const batch = toBatch(filled, path, dim)
  return { ...batch, known: Uint8Array.from(gaps, (gap) => (gap ? 0 : 1)) }
}

/** The same value with zeros in its gaps, which are told in `gaps`, one for each number. */
function fill(value: unknown, gaps: boolean[]): unknown {
  if (value instanceof Float32Array) {
    for (const number of value) gaps.push(Number.isNaN(number))
    return value.map((number) => (Number.isNaN(number) ? 0 : number))
  }
  if (Array.isArray(value)) {
    // By index: what is missing from a sparse array is not null, and is refused.
    return Array.from({ length: value.length }, (_, i) => {
      const item = (value as unknown[])[i]
      if (Array.isArray(item)) return fill(item, gaps)
      gaps.push(isMissing(item))
      return isMissing(item) ? 0 : item
    })
  }
  if (typeof value === 'object' && value !== null && 'data' in value)
    return { ...value, data: fill(value.data, gaps) }
  return value
}
