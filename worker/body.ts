import type { Context } from 'hono'
import { GaussflowError } from '../src/error.ts'
import { parseNpy } from '../src/io/npy.ts'
import { show } from '../src/schema/validate.ts'
import type { Batch, Tensor } from '../src/types.ts'
import { checkValues } from './limit.ts'
import { HttpError } from './problem.ts'

const JSON_TYPE = 'application/json'
const NPY = 'application/x-npy'

/** The fields of a request, not yet checked. */
export type Fields = Readonly<Record<string, unknown>>

/** Reads the fields of a JSON body. */
export async function readJson(c: Context): Promise<Fields> {
  const type = mediaType(c)
  if (type !== JSON_TYPE) throw unsupported(type, [JSON_TYPE])
  return parseJson(await bytesOf(c))
}

/** Reads the fields of a JSON body, or rows as an .npy body (which become `input`) with the other fields in the query. */
export async function readRows(c: Context): Promise<Fields> {
  const type = mediaType(c)
  if (type === JSON_TYPE) return parseJson(await bytesOf(c))
  if (type === NPY) return { ...queryFields(c), input: parseRows(await bytesOf(c)) }
  throw unsupported(type, [JSON_TYPE, NPY])
}

async function bytesOf(c: Context): Promise<Uint8Array> {
  return new Uint8Array(await c.req.arrayBuffer())
}

function mediaType(c: Context): string {
  return (c.req.header('content-type') ?? '').split(';')[0].trim().toLowerCase()
}

function unsupported(type: string, readable: readonly string[]): HttpError {
  const message = `\`content-type\` must be ${readable.join(' or ')}, got ${type === '' ? 'none' : type}`
  return new HttpError('unsupported_media_type', message, {
    path: 'content-type',
    headers: { 'accept-post': readable.join(', ') }
  })
}

function parseJson(bytes: Uint8Array): Fields {
  checkValues(bytes)
  let value: unknown
  try {
    value = JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(bytes))
  } catch (error) {
    throw new HttpError('malformed_json', `the body must be JSON: ${(error as Error).message}`, {
      cause: error
    })
  }
  if (typeof value === 'object' && value !== null && !Array.isArray(value)) return value as Fields
  throw new GaussflowError('invalid_argument', `the body must be an object of fields, got ${show(value)}`)
}

/** The rows of an array of two dimensions or more, whose later ones are one row's. */
function parseRows(bytes: Uint8Array): Batch {
  const { shape, data } = readArray(bytes)
  const [count] = shape
  if (shape.length >= 2 && data.length > 0) return { count, dim: data.length / count, data }
  const message = `\`input\` must be an array of rows, shape (count, dim), got shape (${shape.join(', ')})`
  throw new GaussflowError('shape_mismatch', message, { path: 'input' })
}

function readArray(bytes: Uint8Array): Tensor {
  try {
    return parseNpy(bytes)
  } catch (cause) {
    if (!(cause instanceof GaussflowError)) throw cause
    throw new GaussflowError(cause.code, `\`input\` cannot be read from the body: ${cause.message}`, {
      path: 'input',
      cause
    })
  }
}

const NUMERAL = /^[+-]?\d+(\.\d+)?(e[+-]?\d+)?$/i

/** The query, with numbers where they are written; a model may be named by one. */
function queryFields(c: Context): Fields {
  if (c.req.query('input') !== undefined)
    throw new GaussflowError('invalid_argument', '`input` must be the body alone, got it in the query too', {
      path: 'input'
    })
  const value = (name: string, text: string) => (name !== 'model' && NUMERAL.test(text) ? Number(text) : text)
  return Object.fromEntries(Object.entries(c.req.query()).map(([name, text]) => [name, value(name, text)]))
}
