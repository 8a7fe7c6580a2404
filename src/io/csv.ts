import { GaussflowError } from '../error.ts'
import type { Batch } from '../types.ts'

/** A table of numbers, with the names of its columns where the file has a header line. */
export interface Table extends Batch {
  readonly columns: readonly string[] | undefined
}

/** What stands in a cell whose number is missing: nothing, or one of the words that tables are written with. */
const MISSING = /^(|nan|na|n\/a|null|\?)$/i

/** How to read a table. */
export interface CsvOptions {
  /** Whether a number may be missing (an empty cell, NaN, NA, null or ?), which is then NaN. @default false */
  readonly missing?: boolean
}

/**
 * Reads comma-separated numbers, one row a line; a first line without any number is the header, unless all of it is missing.
 *
 * @throws GaussflowError `invalid_file`, naming line and column.
 */
export function parseCsv(text: string, { missing = false }: CsvOptions = {}): Table {
  const lines = text.replace(/^\uFEFF/, '').split(/\r?\n/)
  while (lines.at(-1)?.trim() === '') lines.pop()
  const isGap = (cell: string): boolean => missing && MISSING.test(cell)
  const cells = lines.map((line) => line.split(',').map((cell) => cell.trim()))
  const first = cells.at(0) ?? []
  // One bad cell among numbers is a mistake, not a name: it is refused below, not taken for a header and dropped.
  const named = first.length > 0 && first.every((cell) => !isNumber(cell)) && !first.every(isGap)
  const header = named ? first : undefined
  const rows = header === undefined ? cells : cells.slice(1)
  if (rows.length === 0) refuse('a .csv file must have at least one row of numbers, got none')
  const dim = rows[0].length
  const skipped = header === undefined ? 1 : 2
  if (header !== undefined && header.length !== dim) {
    refuse(`line 2 must have the ${header.length} columns of the header, got ${dim}`)
  }
  const data = new Float32Array(rows.length * dim)
  rows.forEach((row, i) => {
    if (row.length !== dim) refuse(`line ${i + skipped} must have ${dim} columns, got ${row.length}`)
    row.forEach((cell, j) => {
      if (!isNumber(cell) && !isGap(cell))
        refuse(`line ${i + skipped}, column ${j + 1} must be a finite number, got "${cell.slice(0, 40)}"`)
      data[i * dim + j] = isGap(cell) ? NaN : Number(cell)
    })
  })
  return { count: rows.length, dim, data, columns: header?.map((name) => name.replace(/^"(.*)"$/, '$1')) }
}

/** Writes numbers with the fewest digits that read back as the same f32. */
export function formatCsv({ count, dim, data }: Batch): string {
  let text = ''
  for (let i = 0; i < count; i++)
    text += `${Array.from(data.subarray(i * dim, (i + 1) * dim), shortest).join(',')}\n`
  return text
}

function shortest(value: number): string {
  if (Object.is(value, -0)) return '-0'
  for (let digits = 6; digits < 9; digits++) {
    const text = value.toPrecision(digits)
    if (Math.fround(Number(text)) === value) return String(Number(text))
  }
  return String(Number(value.toPrecision(9)))
}

function isNumber(cell: string): boolean {
  return cell !== '' && Number.isFinite(Math.fround(Number(cell)))
}

function refuse(message: string): never {
  throw new GaussflowError('invalid_file', message)
}
