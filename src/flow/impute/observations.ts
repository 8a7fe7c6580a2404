import { GaussflowError } from '../../error.ts'
import { toBatch } from '../../io/batch.ts'
import { toIncomplete, type IncompleteBatch } from '../../io/incomplete.ts'
import type { ImputeFields } from '../../schema/impute.ts'
import { show } from '../../schema/validate.ts'
import type { Batch } from '../../types.ts'
import type { Preprocessing } from '../preprocessing.ts'
import { refuse } from '../request.ts'
import { matrixOperator, selection, type Operator } from './operator.ts'

/** What is known of a row, in the units of the states. */
export interface Observation {
  /** The same object for all rows that are observed alike. */
  readonly operator: Operator
  readonly values: Float64Array
}

export interface Observations {
  readonly rows: readonly Observation[]
  /** Puts the coordinates that are known without noise, in the units of the data, into a draw of a row. */
  restore(row: number, out: Float32Array, offset: number): void
}

/**
 * Reads what is known: products with the rows of `operator`, or else the coordinates that are not missing and that `mask`, where
 * there is one, does not hide.
 *
 * @throws GaussflowError `invalid_argument`, `shape_mismatch` or `not_finite`, naming the field
 */
export function observationsOf(
  x: unknown,
  { mask, operator, noiseStd = 0 }: ImputeFields,
  dim: number,
  preprocessing: Preprocessing
): Observations {
  if (operator === undefined) return coordinates(x, mask, noiseStd, dim, preprocessing)
  expectNoMask(mask)
  return products(x, operator, noiseStd, dim, preprocessing)
}

/** Refuses a mask beside an operator. */
export function expectNoMask(mask: unknown): void {
  if (mask !== undefined) refuse('mask', 'be left out with `operator`; a mask is an operator that picks')
}

type Std = NonNullable<ImputeFields['noiseStd']>

function coordinates(
  x: unknown,
  mask: unknown,
  noiseStd: Std,
  dim: number,
  preprocessing: Preprocessing
): Observations {
  const given = toIncomplete(x, 'input', dim)
  const known = mask === undefined ? given.known : masked(given, mask)
  const stds = spread(noiseStd, dim, 'the dimension of the flow')
  const states = given.data.slice()
  preprocessing.toStates(states)
  const operators = new Map<string, Operator>()
  const rows = Array.from({ length: given.count }, (_, i) => {
    const picks = known.subarray(i * dim, (i + 1) * dim)
    const key = picks.join('')
    let operator = operators.get(key)
    if (operator === undefined) {
      const picked = Int32Array.from([...picks.keys()].filter((j) => picks[j] === 1))
      const scale = preprocessing.units?.scale
      const variances = Float64Array.from(picked, (j) => (stds[j] / (scale?.[j] ?? 1)) ** 2)
      operators.set(key, (operator = selection(dim, picked, variances)))
    }
    return { operator, values: operator.apply(states, i * dim) }
  })
  return {
    rows,
    restore: (row, out, offset) => {
      for (const [i, j] of (rows[row].operator.coordinates ?? []).entries())
        if (rows[row].operator.variances[i] === 0) out[offset + j] = given.data[row * dim + j]
    }
  }
}

/** The rows, with NaN for all that is missing or hidden by a mask. */
export function shown(x: unknown, mask: unknown, dim: number): Batch {
  const given = toIncomplete(x, 'input', dim)
  const known = mask === undefined ? given.known : masked(given, mask)
  return { ...given, data: given.data.map((value, at) => (known[at] === 1 ? value : NaN)) }
}

/** Which numbers are known: those that the mask shows. @throws GaussflowError for one of them that is missing */
function masked({ count, dim, known }: IncompleteBatch, mask: unknown): Uint8Array {
  const rows = maskRows(mask)
  const each = rows.length === count
  if (!each && rows.length !== 1)
    mismatch('mask', `be one row for all or one for each of ${count}, got ${rows.length}`)
  const out = new Uint8Array(count * dim)
  for (let i = 0; i < count; i++) {
    const row = rows[each ? i : 0]
    const path = each && rows.length > 1 ? `mask[${i}]` : 'mask'
    if (row.length !== dim)
      mismatch(path, `have length ${dim} (the dimension of the flow), got ${row.length}`)
    for (let j = 0; j < dim; j++) {
      const shown = row[j]
      if (shown !== 0 && shown !== 1 && typeof shown !== 'boolean')
        refuse(
          `${path}[${j}]`,
          `be true or 1 where a coordinate is known, else false or 0, got ${show(shown)}`
        )
      if (!shown) continue
      if (known[i * dim + j] === 0)
        throw new GaussflowError(
          'not_finite',
          `\`input[${i}][${j}]\` must be a finite 32-bit number where \`mask\` says that it is known, got none`,
          { path: `input[${i}][${j}]` }
        )
      out[i * dim + j] = 1
    }
  }
  return out
}

function maskRows(mask: unknown): ArrayLike<unknown>[] {
  if (Array.isArray(mask)) {
    const [first] = mask as unknown[]
    if (!Array.isArray(first)) return [mask as unknown[]]
    return (mask as unknown[]).map((row, i) =>
      Array.isArray(row) ? (row as unknown[]) : refuse(`mask[${i}]`, `be a row, got ${show(row)}`)
    )
  }
  const { count, dim, data } = toBatch(mask, 'mask')
  return Array.from({ length: count }, (_, i) => data.subarray(i * dim, (i + 1) * dim))
}

/** y = A (shift + scale x) + e as an observation of the state x: y - A shift = (A diag(scale)) x + e. */
function products(
  y: unknown,
  operator: unknown,
  noiseStd: Std,
  dim: number,
  { units }: Preprocessing
): Observations {
  const matrix = toBatch(operator, 'operator', dim)
  const size = matrix.count
  const given = toBatch(y, 'input')
  if (given.dim !== size)
    mismatch('input', `have rows of length ${size} (the rows of \`operator\`), got ${given.dim}`)
  const stds = spread(noiseStd, size, 'the rows of `operator`')
  const scaled = Float64Array.from(matrix.data, (value, at) => value * (units?.scale[at % dim] ?? 1))
  const own = matrixOperator(
    dim,
    scaled,
    stds.map((std) => std ** 2)
  )
  const raw = matrixOperator(dim, Float64Array.from(matrix.data), own.variances)
  const offset = units === undefined ? new Float64Array(size) : raw.apply(units.shift, 0)
  const rows = Array.from({ length: given.count }, (_, i) => ({
    operator: own,
    values: offset.map((shift, k) => given.data[i * size + k] - shift)
  }))
  return { rows, restore: () => undefined }
}

function spread(std: Std, size: number, why: string): Float64Array {
  if (typeof std === 'number') return new Float64Array(size).fill(std)
  if (std.length !== size) mismatch('noiseStd', `be a number or ${size} numbers (${why}), got ${std.length}`)
  return Float64Array.from(std)
}

function mismatch(path: string, requirement: string): never {
  throw new GaussflowError('shape_mismatch', `\`${path}\` must ${requirement}`, { path })
}
