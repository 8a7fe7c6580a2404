import { GaussflowError } from '../error.ts'
import type { Engine } from './engine.ts'

/** The field of the request that says how many rows there are. */
export type RowsField = 'count' | 'input'

const PAGE = 65536 // bytes: the core's memory grows by whole pages

/** Bytes rounded up to the alignment of the core's arena. */
export const aligned = (bytes: number): number => Math.ceil(bytes / 16) * 16

/** Bytes of `count` states in the arena. */
export function stateBytes({ dim }: Engine, count: number): number {
  return aligned(4 * count * dim)
}

/** Bytes that the core's memory has once `bytes` more of its arena are taken. */
export function memoryWith({ core }: Engine, bytes: number): number {
  return Math.max(core.memory.buffer.byteLength, Math.ceil((core.mark() + bytes + 16) / PAGE) * PAGE)
}

/**
 * Refuses what would not fit, before anything is taken for it.
 *
 * @param bytes what so many rows take of the arena
 * @throws GaussflowError `over_limit`, naming the largest number of rows that fits.
 */
export function expectMemory(
  engine: Engine,
  field: RowsField,
  count: number,
  bytes: (rows: number) => number
): void {
  const { memoryLimit } = engine
  const fits = (rows: number): boolean => memoryWith(engine, bytes(rows)) <= memoryLimit
  if (fits(count)) return
  let most = 0
  for (let step = 2 ** Math.floor(Math.log2(count)); step >= 1; step /= 2) if (fits(most + step)) most += step
  throw new OverMemory(field, memoryLimit, field === 'count' ? String(count) : `${count} rows`, most)
}

/** The refusal of what would not fit. */
export class OverMemory extends GaussflowError {
  readonly field: RowsField
  readonly memoryLimit: number
  readonly got: string
  /** The largest count that fits. */
  readonly most: number

  constructor(field: RowsField, memoryLimit: number, got: string, most: number) {
    const largest = most > 0 ? `the largest count that fits is ${most}` : 'not even one row fits'
    const message = `\`${field}\` must fit in the memory limit of ${memoryLimit} bytes, got ${got}; ${largest}`
    super('over_limit', message, { path: field })
    this.field = field
    this.memoryLimit = memoryLimit
    this.got = got
    this.most = most
  }
}
