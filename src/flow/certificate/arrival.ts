import type { RowStatus } from '../../types.ts'

/** A way that rows were brought along, and what came of each of them. */
export interface Way {
  readonly status: readonly RowStatus[]
  /** Who brought them, where that is not the solver that is measured. */
  readonly by?: string
}

/** What came of the samples that a measurement rests on. */
export interface Arrival {
  /** Places of those that arrived on all of the ways. */
  readonly rows: readonly number[]
  /** What came of the others, as words; nothing where all arrived. */
  readonly missing: string | undefined
}

export const byReference = (status: readonly RowStatus[]): Way => ({ status, by: 'by the reference' })

/** The rows that arrived on all of some ways; of another the first that it did not arrive on is told. */
export function arrivalOf(ways: readonly Way[]): Arrival {
  const rows: number[] = []
  const fates = new Map<string, number>()
  const count = ways[0].status.length
  for (let row = 0; row < count; row++) {
    const lost = ways.find(({ status }) => status[row] !== 'ok')
    if (lost === undefined) {
      rows.push(row)
      continue
    }
    const fate = lost.by === undefined ? lost.status[row] : `${lost.status[row]} ${lost.by}`
    fates.set(fate, (fates.get(fate) ?? 0) + 1)
  }
  if (rows.length === count) return { rows, missing: undefined }
  const told = [...fates].map(([fate, many]) => `${many} ${fate}`).join(', ')
  const most = rows.length === 0 ? `none of ${count} samples arrived` : `${count - rows.length} of ${count} samples did not arrive` // prettier-ignore
  return { rows, missing: `${most} (${told})` }
}

/** Those rows of some data, shape (count, dim), that arrived. */
export function arrivedRows<T extends Float32Array | Float64Array>(
  data: T,
  { rows, missing }: Arrival,
  dim: number
): T {
  if (missing === undefined) return data
  const kept = data.slice(0, rows.length * dim) as T
  rows.forEach((row, i) => {
    kept.set(data.subarray(row * dim, (row + 1) * dim), i * dim)
  })
  return kept
}

/** A number measured on the rows that arrived, and what is said of it: there is none where not all did, or where it is not finite. */
export function measuredOn(
  { rows, missing }: Arrival,
  number: () => number,
  sentence: (number: number) => string
): { readonly value: number | null; readonly text: string } {
  if (rows.length === 0) return { value: null, text: `Not measured: ${missing ?? 'there are no samples'}.` }
  const value = number()
  const finite = Number.isFinite(value)
  const said = finite ? sentence(value) : 'What there was to measure is no finite number.'
  if (missing === undefined) return { value: finite ? value : null, text: said }
  return {
    value: null,
    text: `Not measured: ${missing}. On the others: ${said[0].toLowerCase()}${said.slice(1)}`
  }
}
