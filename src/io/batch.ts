import { GaussflowError } from '../error.ts'
import { show } from '../schema/validate.ts'
import type { Batch } from '../types.ts'

/**
 * Points from what JSON can say: rows `[[...], ...]`, or `{ shape: [count, dim], data }` with flat or nested data.
 *
 * @param path the field's name, for the errors
 * @param dim the dimension that the flow asks for, where there is one
 * @throws GaussflowError `invalid_argument`, `shape_mismatch` or `not_finite`, naming the number at fault: `input[3][5]`.
 */
export function toBatch(value: unknown, path: string, dim?: number): Batch {
  if (isBatch(value)) return checkBatch(value, path, dim)
  if (Array.isArray(value)) return fromRows(value, path, dim)
  if (typeof value === 'object' && value !== null && 'shape' in value && 'data' in value) {
    return fromShape(value.shape, value.data, path, dim)
  }
  refuse('invalid_argument', path, `must be rows [[...], ...] or { shape, data }, got ${show(value)}`)
}

/** Rows for JSON; what is not finite becomes null there. */
export function toRows({ count, dim, data }: Batch): number[][] {
  return Array.from({ length: count }, (_, i) => Array.from(data.subarray(i * dim, (i + 1) * dim)))
}

function isBatch(value: unknown): value is Batch {
  return (
    typeof value === 'object' &&
    value !== null &&
    'data' in value &&
    value.data instanceof Float32Array &&
    'count' in value
  )
}

function checkBatch(batch: Batch, path: string, dim: number | undefined): Batch {
  const { count, data } = batch
  expectDim(batch.dim, path, dim)
  if (!Number.isInteger(count) || count < 1)
    refuse('shape_mismatch', path, `must hold at least one row, got ${count}`)
  if (data.length !== count * batch.dim) {
    refuse('shape_mismatch', path, `must hold count x dim = ${count * batch.dim} numbers, got ${data.length}`)
  }
  for (let i = 0; i < data.length; i++)
    if (!Number.isFinite(data[i]))
      notFinite(`${path}[${Math.floor(i / batch.dim)}][${i % batch.dim}]`, data[i])
  return batch
}

function fromRows(rows: readonly unknown[], path: string, dim: number | undefined): Batch {
  if (rows.length === 0) refuse('shape_mismatch', path, 'must hold at least one row, got []')
  const first = rows[0]
  if (!Array.isArray(first))
    refuse('shape_mismatch', `${path}[0]`, `must be a row of numbers, got ${show(first)}`)
  const width = first.length
  expectDim(width, path, dim)
  const data = new Float32Array(rows.length * width)
  // By index: forEach would pass over the holes of a sparse array, and leave zeros there.
  for (let i = 0; i < rows.length; i++) {
    const row = rows[i]
    if (!Array.isArray(row))
      refuse('shape_mismatch', `${path}[${i}]`, `must be a row of numbers, got ${show(row)}`)
    if (row.length !== width)
      refuse('shape_mismatch', `${path}[${i}]`, `must have length ${width}, got ${row.length}`)
    for (let j = 0; j < width; j++) data[i * width + j] = number(row[j], () => `${path}[${i}][${j}]`)
  }
  return { count: rows.length, dim: width, data }
}

function fromShape(shape: unknown, values: unknown, path: string, dim: number | undefined): Batch {
  const sizes = Array.isArray(shape) ? (shape as unknown[]) : []
  const [count, width] = sizes
  if (sizes.length !== 2 || !isSize(count) || !isSize(width)) {
    refuse(
      'shape_mismatch',
      `${path}.shape`,
      `must be [count, dim], two positive integers, got ${show(shape)}`
    )
  }
  expectDim(width, path, dim)
  // What parseNpy returns.
  if (values instanceof Float32Array) return checkBatch({ count, dim: width, data: values }, path, dim)
  if (!Array.isArray(values))
    refuse('invalid_argument', `${path}.data`, `must be an array, got ${show(values)}`)
  if (Array.isArray(values[0])) {
    const batch = fromRows(values, `${path}.data`, width)
    if (batch.count === count) return batch
    refuse('shape_mismatch', `${path}.data`, `must have the ${count} rows of its shape, got ${batch.count}`)
  }
  if (values.length !== count * width) {
    refuse(
      'shape_mismatch',
      `${path}.data`,
      `must hold ${count} x ${width} = ${count * width} numbers, got ${values.length}`
    )
  }
  return {
    count,
    dim: width,
    data: Float32Array.from(values, (x, i) => number(x, () => `${path}.data[${i}]`))
  }
}

function isSize(value: unknown): value is number {
  return Number.isInteger(value) && (value as number) > 0
}

function number(value: unknown, path: () => string): number {
  if (typeof value !== 'number') refuse('invalid_argument', path(), `must be a number, got ${show(value)}`)
  // Finite as a double is not enough: the core computes in 32 bits.
  if (!Number.isFinite(Math.fround(value))) notFinite(path(), value)
  return value
}

function expectDim(got: unknown, path: string, dim: number | undefined): void {
  if (!isSize(got)) refuse('shape_mismatch', path, `must have rows of at least one number, got ${show(got)}`)
  if (dim !== undefined && got !== dim) {
    refuse('shape_mismatch', path, `must have rows of length ${dim} (the dimension of the flow), got ${got}`)
  }
}

function notFinite(path: string, value: number): never {
  refuse('not_finite', path, `must be a finite 32-bit number, got ${value}`)
}

function refuse(
  code: 'invalid_argument' | 'shape_mismatch' | 'not_finite',
  path: string,
  what: string
): never {
  throw new GaussflowError(code, `\`${path}\` ${what}`, { path })
}
