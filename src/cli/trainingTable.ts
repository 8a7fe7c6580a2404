import { GaussflowError } from '../error.ts'
import { parseCsv, type Table } from '../io/csv.ts'
import { parseNpy } from '../io/npy.ts'
import { UsageError } from './command.ts'
import { batchOf, naming, readBytes } from './input.ts'
import { suggestion } from './nearest.ts'

/** Rows of numbers, and the label of each where there is a column or file of them. */
export interface LabelledTable {
  readonly table: Table
  readonly labels: readonly string[] | undefined
}

/**
 * Reads the columns of a .csv file, or a .npy file, and the labels: of a .csv a column, of a .npy another .npy file.
 *
 * @param columns which columns to learn; without, all but the labels
 */
export async function readTable(
  path: string,
  columns: readonly string[] | undefined,
  labels: string | undefined
): Promise<LabelledTable> {
  const bytes = await readBytes(path, 'data')
  if (path.toLowerCase().endsWith('.csv'))
    return naming('data', path, () => tableOf(bytes.toString('utf8'), columns, labels))
  const table = naming('data', path, () => ({ ...batchOf(parseNpy(bytes), 'data'), columns: undefined }))
  return { table, labels: labels === undefined ? undefined : await readLabels(labels, table.count) }
}

async function readLabels(path: string, count: number): Promise<string[]> {
  if (!path.toLowerCase().endsWith('.npy'))
    throw new UsageError(`\`labels\` must be a .npy file beside a .npy file, got ${path}`)
  const bytes = await readBytes(path, 'labels')
  const { data } = naming('labels', path, () => parseNpy(bytes))
  const bad = data.findIndex((value) => !Number.isInteger(value))
  if (data.length !== count || bad >= 0) {
    const got = bad >= 0 ? `${data[bad]} at position ${bad}` : String(data.length)
    const message = `\`labels\` must hold ${count} integers, one for each row, got ${got} in ${path}`
    throw new GaussflowError('shape_mismatch', message, { path: 'labels' })
  }
  return Array.from(data, String)
}

function tableOf(
  text: string,
  columns: readonly string[] | undefined,
  labels: string | undefined
): LabelledTable {
  if (columns === undefined && labels === undefined) return { table: parseWhole(text), labels: undefined }
  const [header, ...lines] = cellsOf(text)
  const at = labels === undefined ? undefined : placeOf('labels', labels, header)
  const names = columns ?? header.filter((name) => name !== labels)
  const places = names.map((name) => placeOf('columns', name, header))
  const picked = [header, ...lines].map((cells) => places.map((at) => cells[at] ?? '').join(','))
  const table = parseCsv(picked.join('\n'))
  if (at === undefined) return { table, labels: undefined }
  const found = lines.map((cells, i) => {
    const label = cells[at] ?? ''
    if (label !== '') return label
    const message = `\`labels\` must name a column without gaps, got nothing under ${labels} in line ${i + 2}`
    throw new GaussflowError('invalid_file', message, { path: 'labels' })
  })
  return { table, labels: found }
}

/** All columns; where one of them holds no numbers, there are flags to leave it out. */
function parseWhole(text: string): Table {
  try {
    return parseCsv(text)
  } catch (error) {
    if (!(error instanceof GaussflowError)) throw error
    const message = `${error.message}; --columns picks the columns to learn, --labels one of labels`
    throw new GaussflowError(error.code, message, { cause: error })
  }
}

function cellsOf(text: string): string[][] {
  return text
    .replace(/^\uFEFF/, '')
    .trimEnd()
    .split(/\r?\n/)
    .map((line) => line.split(',').map((cell) => cell.trim().replace(/^"(.*)"$/, '$1')))
}

function placeOf(flag: string, name: string, header: readonly string[]): number {
  const at = header.indexOf(name)
  if (at >= 0) return at
  const instead = suggestion(name, header) || `; it has ${header.join(', ')}`
  const what = flag === 'columns' ? 'columns' : 'a column'
  throw new UsageError(`\`${flag}\` must name ${what} of the first line, got ${name}${instead}`)
}
