import { GaussflowError } from '../error.ts'
import type { Told } from '../network/condition.ts'
import type { Condition } from '../schema/architecture.ts'
import { show } from '../schema/validate.ts'
import type { Batch } from '../types.ts'

/** data = shift + scale * state, one number for all coordinates or one for each. */
export interface Preprocessing {
  readonly shift: number | readonly number[]
  readonly scale: number | readonly number[]
}

/** state = (data - shift) / scale. */
export function toStates(
  { count, dim, data }: Batch,
  preprocessing: Preprocessing = { shift: 0, scale: 1 }
): Batch {
  const shift = spread(preprocessing.shift, dim)
  const scale = spread(preprocessing.scale, dim)
  const states = Float32Array.from(data, (value, i) => (value - shift[i % dim]) / scale[i % dim])
  return { count, dim, data: states }
}

/** data = shift + scale * state. */
export function toData(
  { count, dim, data }: Batch,
  preprocessing: Preprocessing = { shift: 0, scale: 1 }
): Batch {
  const shift = spread(preprocessing.shift, dim)
  const scale = spread(preprocessing.scale, dim)
  return { count, dim, data: Float32Array.from(data, (state, i) => shift[i % dim] + scale[i % dim] * state) }
}

/** @throws GaussflowError for data that the network cannot learn from. */
export function checkData(
  data: Batch,
  heldOut: Batch | undefined,
  dim: number,
  preprocessing?: Preprocessing
): void {
  checkRows('data', data, dim)
  if (heldOut !== undefined) checkRows('heldOut', heldOut, dim)
  for (const name of ['shift', 'scale'] as const) {
    const value = preprocessing?.[name] ?? 1
    const numbers = typeof value === 'number' ? [value] : value
    const path = `preprocessing.${name}`
    checkLength(path, value, dim)
    if (!numbers.every((n) => Number.isFinite(n) && (name === 'shift' || n > 0))) {
      const wanted = name === 'shift' ? 'finite numbers' : 'positive numbers'
      throw new GaussflowError(
        'invalid_argument',
        `\`${path}\` must be ${wanted}, got ${numbers.join(', ')}`,
        { path }
      )
    }
  }
}

/** @throws GaussflowError unless there is one row of noise for each row of the data. */
export function checkNoise(path: string, noise: Batch | undefined, data: Batch | undefined): void {
  if (noise === undefined) return
  checkRows(path, noise, data?.dim ?? 0)
  if (noise.count === data?.count) return
  throw new GaussflowError(
    'shape_mismatch',
    `\`${path}\` must have ${data?.count ?? 0} rows, one for each row of the data, got ${noise.count}`,
    { path }
  )
}

/**
 * The steps of `dequantise` for each coordinate in units of the states; none where nothing was rounded.
 *
 * @throws GaussflowError where values are no multiples of their step apart: it would blur what is not rounded.
 */
export function roundingOf(
  dequantise: number | readonly number[],
  { count, dim, data }: Batch,
  preprocessing: Preprocessing = { shift: 0, scale: 1 }
): readonly number[] {
  checkLength('dequantise', dequantise, dim)
  const steps = spread(dequantise, dim)
  if (steps.every((step) => step === 0)) return []
  for (let at = 0; at < count * dim; at++) {
    const [step, first] = [steps[at % dim], data[at % dim]]
    const apart = (data[at] - first) / step
    // Numbers of 32 bits are themselves rounded, by up to 6e-8 of their size.
    const blur = 0.01 + (1.2e-7 * (Math.abs(data[at]) + Math.abs(first))) / step
    if (step === 0 || Math.abs(apart - Math.round(apart)) <= blur) continue
    const message = `\`dequantise\` must be the step of the values, or 0 where there is none, got ${step} for data[0][${at % dim}] = ${first} and data[${Math.floor(at / dim)}][${at % dim}] = ${data[at]}`
    throw new GaussflowError('invalid_argument', message, { path: 'dequantise' })
  }
  const scale = spread(preprocessing.scale, dim)
  return steps.map((step, j) => step / scale[j])
}

/** @throws GaussflowError unless there is one condition of the right kind for each of so many rows, or none where none is read. */
export function checkConditions(
  path: string,
  told: readonly Told[],
  count: number,
  condition: Condition | undefined
): void {
  const wanted = condition === undefined ? 0 : count
  if (told.length !== wanted) {
    const why = condition === undefined ? 'the architecture has no condition' : 'one for each row'
    throw new GaussflowError(
      'shape_mismatch',
      `\`${path}\` must hold ${wanted}, ${why}, got ${told.length}`,
      { path }
    )
  }
  if (condition === undefined) return
  const at = told.findIndex((one) => !isOf(condition, one))
  if (at < 0) return
  const kind =
    condition.kind === 'label'
      ? `an integer from 0 to ${condition.classes - 1}`
      : `${condition.size} finite numbers`
  throw new GaussflowError('invalid_argument', `\`${path}[${at}]\` must be ${kind}, got ${show(told[at])}`, {
    path: `${path}[${at}]`
  })
}

function isOf(condition: Condition, told: Told): boolean {
  if (told === undefined) return true
  if (condition.kind === 'label')
    return Number.isInteger(told) && Number(told) >= 0 && Number(told) < condition.classes
  return typeof told === 'object' && told.length === condition.size && Array.from(told).every(Number.isFinite)
}

function checkRows(path: string, batch: Batch, dim: number): void {
  if (batch.count < 1)
    throw new GaussflowError('invalid_argument', `\`${path}\` must have at least one row, got none`, { path })
  if (batch.dim !== dim || batch.data.length !== batch.count * batch.dim) {
    throw new GaussflowError(
      'shape_mismatch',
      `\`${path}\` must have rows of ${dim} numbers, as the architecture does, got rows of ${batch.dim}`,
      { path }
    )
  }
  const at = batch.data.findIndex((value) => !Number.isFinite(value))
  if (at < 0) return
  const place = `${path}[${Math.floor(at / dim)}][${at % dim}]`
  throw new GaussflowError('not_finite', `\`${place}\` must be a finite number, got ${batch.data[at]}`, {
    path: place
  })
}

function checkLength(path: string, value: number | readonly number[], dim: number): void {
  if (typeof value === 'number' || value.length === dim) return
  throw new GaussflowError(
    'shape_mismatch',
    `\`${path}\` must be one number or ${dim}, got ${value.length}`,
    {
      path
    }
  )
}

function spread(value: number | readonly number[], dim: number): readonly number[] {
  return typeof value === 'number' ? new Array<number>(dim).fill(value) : value
}
