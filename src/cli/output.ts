import { formatCsv } from '../io/csv.ts'
import { formatNpy } from '../io/npy.ts'
import { encodePng } from '../io/png.ts'
import type { Batch } from '../types.ts'
import { UsageError, type Arguments, type Io, type Options } from './command.ts'
import { formatOf, type Format } from './format.ts'
import type { Meaning } from './model.ts'
import { checkFolder, writeWhole } from './writeFile.ts'

export const OUT: Options = {
  out: {
    value: 'FILE',
    description: 'write .json, .npy, .csv or (pictures only) .png instead of JSON to the standard output'
  }
}

/** Where an answer goes; undefined stands for the standard output. */
export type Output = { readonly path: string; readonly format: Format } | undefined

/** Reads `--out` and makes sure, before any work is done, that it can be written. */
export async function outputOf({ flags: { out } }: Arguments): Promise<Output> {
  if (typeof out !== 'string') return undefined
  const format = formatOf('out', out)
  await checkFolder(out)
  return { path: out, format }
}

/** An answer: points, and what else is to be told of them in JSON. */
export interface Answer {
  readonly points: Batch
  readonly fields: Readonly<Record<string, unknown>>
  readonly meaning: Meaning
}

/** Refuses a picture of what is none. */
export function checkMeaning(output: Output, { image }: Meaning): void {
  if (output?.format !== 'png' || image !== undefined) return
  throw new UsageError(
    `\`out\` must end in .json, .npy or .csv where the points are no pictures, got ${output.path}`
  )
}

/** Prints the answer as JSON, or writes its file and says so on the standard error. */
export async function deliver(output: Output, io: Io, answer: Answer): Promise<void> {
  if (output === undefined) {
    for (const chunk of formatJson(answer)) if (!(await io.write(chunk))) return
    return
  }
  await writeWhole(output.path, formatAnswer(output.format, answer))
  const { count, dim } = answer.points
  io.report(`wrote ${output.path}: ${count} x ${dim}\n`)
}

function formatAnswer(format: Format, answer: Answer): Iterable<string | Uint8Array> {
  const { points, meaning } = answer
  switch (format) {
    case 'json':
      return formatJson(answer)
    case 'npy':
      return [formatNpy({ shape: [points.count, points.dim], data: points.data })]
    case 'csv':
      return formatTable(points, meaning.columns)
    case 'png':
      return [encodePng(points, meaning.image!)]
  }
}

/** What a solver says of its work, for JSON: all of it but the points. */
export function fieldsOf(result: object): Record<string, unknown> {
  const { count: _, dim: __, data: ___, ...fields } = result as Batch
  return fields
}

/** Typed arrays as lists. */
function plain(value: unknown): unknown {
  return value instanceof Float64Array ? [...value] : value
}

/** A thousand rows at a time, under the names of the columns where they have names. */
function* formatTable(
  { count, dim, data }: Batch,
  columns: readonly string[] | undefined
): Generator<string> {
  if (columns !== undefined) yield `${columns.join(',')}\n`
  for (let i = 0; i < count; i += 1000) {
    const rows = Math.min(1000, count - i)
    yield formatCsv({ count: rows, dim, data: data.subarray(i * dim, (i + rows) * dim) })
  }
}

/** Row by row: the text of a large answer is longer than a string can be. A number that is not finite becomes null. */
function* formatJson({ points: { count, dim, data }, fields }: Answer): Generator<string> {
  yield `{"shape":[${count},${dim}],"data":[`
  for (let i = 0; i < count; i++) {
    const row = JSON.stringify(Array.from(data.subarray(i * dim, (i + 1) * dim)))
    yield i === 0 ? `\n${row}` : `,\n${row}`
  }
  const rest = Object.entries(fields).filter(([, value]) => value !== undefined)
  yield `\n]${rest.map(([name, value]) => `,${JSON.stringify(name)}:${JSON.stringify(plain(value))}`).join('')}}\n`
}
