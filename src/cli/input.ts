import { readFile } from 'node:fs/promises'
import { GaussflowError } from '../error.ts'
import type { IncompletePoints } from '../flow/impute/options.ts'
import { toBatch } from '../io/batch.ts'
import { parseCsv } from '../io/csv.ts'
import { parseNpy } from '../io/npy.ts'
import { decodePng } from '../io/png.ts'
import type { Batch, Tensor } from '../types.ts'
import { required } from './arguments.ts'
import type { Arguments, Io, Options } from './command.ts'
import { isSystemError, reasonOf } from './failure.ts'
import { formatOf, type Format } from './format.ts'
import type { Meaning } from './model.ts'

/** The formats of rows of numbers, in the order of the help. */
export const NUMBERS: readonly Format[] = ['json', 'npy', 'csv']

/** The flag of the points to start from, for a command that reads these formats. */
export const inputOption = (formats: readonly Format[]): Options => ({
  input: {
    value: 'FILE',
    description: `the points: ${formats.map((format) => `.${format}`).join(', ')}, or - for JSON on the standard input`
  }
})

/** Where the points come from; the path `-` stands for the standard input. */
export interface Input {
  readonly path: string
  readonly format: Format
}

export function inputOf(args: Arguments, formats: readonly Format[], flag = 'input'): Input {
  const path = required(args, flag, { value: 'FILE' })
  return { path, format: path === '-' ? 'json' : formatOf(flag, path, formats) }
}

/** Reads rows in which a number may be missing: null in JSON, NaN, or an empty cell of a table. */
export async function readIncomplete(input: Input, io: Io, meaning: Meaning): Promise<IncompletePoints> {
  return await readRows(
    input,
    io,
    meaning,
    { field: 'input', missing: true },
    (points) => points as IncompletePoints
  )
}

/**
 * Reads the points.
 *
 * @throws GaussflowError that names the file, or the place in it, at fault
 */
export async function readInput(input: Input, io: Io, meaning: Meaning, field = 'input'): Promise<Batch> {
  return await readRows(input, io, meaning, { field, missing: false }, (points) => toBatch(points, field))
}

/** Points of any form; `take` makes of JSON and arrays what is wanted. */
async function readRows<T>(
  { path, format }: Input,
  io: Io,
  { image }: Meaning,
  { field, missing }: { readonly field: string; readonly missing: boolean },
  take: (points: unknown) => T
): Promise<T | Batch> {
  if (path === '-') return take(pointsOf(parseJson(await io.readStdin(), 'the standard input', field)))
  const bytes = await readBytes(path, field)
  return naming(field, path, () => {
    switch (format) {
      case 'json':
        return take(pointsOf(parseJson(bytes.toString('utf8'), path, field)))
      case 'csv':
        return parseCsv(bytes.toString('utf8'), { missing })
      case 'npy':
        return take(rowsOf(parseNpy(bytes), field))
      case 'png':
        return decodePng(bytes, image ?? refusePicture(path))
    }
  })
}

/** Rows of an array of two dimensions or more, whose later ones are one row's. */
export function batchOf(tensor: Tensor, field: string): Batch {
  return toBatch(rowsOf(tensor, field), field)
}

/** The same, whatever the numbers are. */
function rowsOf({ shape, data }: Tensor, field: string): Batch {
  const [count] = shape
  if (shape.length >= 2 && data.length > 0) return { count, dim: data.length / count, data }
  const message = `\`${field}\` must be an array of rows, shape (count, dim), got shape (${shape.join(', ')})`
  throw new GaussflowError('shape_mismatch', message, { path: field })
}

/** Adds the name of the file to an error that says only what is wrong inside it. */
export function naming<T>(field: string, path: string, read: () => T): T {
  try {
    return read()
  } catch (error) {
    if (!(error instanceof GaussflowError) || error.path !== undefined) throw error
    throw new GaussflowError(error.code, `\`${field}\` cannot be read from ${path}: ${error.message}`, {
      path: field,
      cause: error
    })
  }
}

function refusePicture(path: string): never {
  const message = `\`input\` must be .json, .npy or .csv for a model whose data are no pictures, got ${path}`
  throw new GaussflowError('unsupported', message, { path: 'input' })
}

/** An earlier answer is points too: what it says beside them is dropped. */
function pointsOf(value: unknown): unknown {
  if (typeof value !== 'object' || value === null || !('shape' in value) || !('data' in value)) return value
  return { shape: value.shape, data: value.data }
}

function parseJson(text: string, place: string, field = 'input'): unknown {
  try {
    return JSON.parse(text)
  } catch (cause) {
    const message = `\`${field}\` must be JSON, but ${place} is not: ${(cause as Error).message}`
    throw new GaussflowError('invalid_file', message, { path: field, cause })
  }
}

/** The bytes of the file that a flag names. */
export async function readBytes(path: string, field = 'input'): Promise<Buffer> {
  try {
    return await readFile(path)
  } catch (cause) {
    if (!isSystemError(cause)) throw cause
    const message = `\`${field}\` must be a file that can be read, got ${path} (${reasonOf(cause)})`
    throw new GaussflowError('invalid_argument', message, { path: field, cause })
  }
}
