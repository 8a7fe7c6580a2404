import { conditionWidth, writeCondition, type Told } from '../network/condition.ts'
import type { Condition } from '../schema/architecture.ts'
import type { TellingOptions } from './asked.ts'
import { GaussflowError } from '../error.ts'
import { show } from '../schema/validate.ts'
import { putF32 } from '../wasm/core.ts'
import type { Engine } from './engine.ts'
import { aligned } from './memory.ts'
import type { Span } from './parts.ts'
import { refuse, refuseGiven } from './request.ts'

/**
 * The engine of a request: the same with what its rows are told.
 *
 * @param count rows of the request
 * @param each how many rows each of them stands for, one after the other
 * @throws GaussflowError `invalid_argument` for what the flow's network cannot be told, `shape_mismatch` for another number of
 *   conditions than of rows
 */
export function telling<E extends Pick<Engine, 'condition' | 'telling'>>(
  engine: E,
  options: TellingOptions,
  count: number,
  each = 1
): E {
  const { label, condition, guidance, guidanceInterval } = options
  if (
    label === undefined &&
    condition === undefined &&
    guidance === undefined &&
    guidanceInterval === undefined
  )
    return engine
  const own = engine.condition
  if (own === undefined) {
    refuseGiven({ label, condition, guidance, guidanceInterval }, 'of a flow whose network is told nothing')
    return engine
  }
  const name = own.kind === 'label' ? 'label' : 'condition'
  const told = own.kind === 'label' ? label : condition
  if (own.kind === 'label') refuseGiven({ condition }, 'of a flow that is told a `label`')
  else refuseGiven({ label }, 'of a flow that is told a `condition`')
  if (told === undefined)
    refuseGiven({ guidance, guidanceInterval }, `without a \`${name}\`, which guidance leads to`)
  if (guidance === undefined) refuseGiven({ guidanceInterval }, 'without `guidance`')
  const interval = guidanceInterval ?? [0, 1]
  if (!(interval[0] < interval[1]))
    refuse('guidanceInterval', `run from a time to a later one, got ${show(interval)}`)
  const list = listOf(own, told!)
  if (list.length > 1) expectEach(name, list.length, count)
  const rows = list.flatMap((one) => new Array<Told>(list.length > 1 ? each : 1).fill(one))
  return {
    ...engine,
    telling: {
      rows: written(own, rows),
      each: rows.length > 1,
      guidance: guidance ?? 1,
      interval
    }
  }
}

/** @throws GaussflowError `shape_mismatch` for a list that has another number than one for each row. */
function expectEach(path: string, length: number, count: number): void {
  if (length === count) return
  const message = `\`${path}\` must be one for all rows or one for each of ${count}, got ${length}`
  throw new GaussflowError('shape_mismatch', message, { path })
}

/** The same options for some of `count` rows. */
export function optionsOfRows<T extends TellingOptions>(options: T, count: number, { first, rows }: Span): T {
  const { label, condition } = options
  const part = <L extends readonly unknown[]>(path: string, list: L): L => {
    if (list.length > 1) expectEach(path, list.length, count)
    return (list.length > 1 ? list.slice(first, first + rows) : list) as unknown as L
  }
  return {
    ...options,
    ...(Array.isArray(label) && { label: part('label', label as readonly number[]) }),
    ...(Array.isArray(condition?.[0]) && {
      condition: part('condition', condition as readonly (readonly number[])[])
    })
  }
}

/** The engine for some of its rows. */
export function ofRows(engine: Engine, { first, rows }: Span): Engine {
  const { telling, condition } = engine
  if (!telling?.each) return engine
  const width = conditionWidth(condition)
  return {
    ...engine,
    telling: { ...telling, rows: telling.rows.subarray(first * width, (first + rows) * width) }
  }
}

/** Puts what the rows are told into the arena; 0 where they are told nothing. */
export function putTelling({ core, telling }: Engine): number {
  return telling === undefined ? 0 : putF32(core, telling.rows)
}

/** Bytes of the arena that this takes, for so many rows. */
export function tellingBytes({ telling, condition }: Engine, count: number): number {
  if (telling === undefined) return 0
  return aligned(4 * conditionWidth(condition) * (telling.each ? count : 1))
}

/** Tells the core before a call, which hears it until it is told something else. */
export function tell({ core, velocity, condition, telling }: Engine, address: number): void {
  if (condition === undefined) return
  const { each = false, guidance = 1, interval = [0, 1] } = telling ?? {}
  core.tell(velocity, address, each, guidance, interval[0], interval[1])
}

/** One for all rows, or one for each. */
function listOf(
  own: Condition,
  told: NonNullable<TellingOptions['label'] | TellingOptions['condition']>
): Told[] {
  if (own.kind === 'label') {
    const labels = (typeof told === 'number' ? [told] : told) as readonly number[]
    labels.forEach((label, i) => {
      if (label < own.classes) return
      const path = typeof told === 'number' ? 'label' : `label[${i}]`
      refuse(path, `be an integer from 0 to ${own.classes - 1}, got ${label}`)
    })
    return [...labels]
  }
  const one = !Array.isArray((told as readonly unknown[])[0])
  const rows = (one ? [told] : told) as readonly (readonly number[])[]
  rows.forEach((row, i) => {
    const path = one ? 'condition' : `condition[${i}]`
    if (row.length !== own.size) refuse(path, `have ${own.size} numbers, got ${row.length}`)
    const large = row.find((value) => !Number.isFinite(Math.fround(value)))
    if (large !== undefined) refuse(path, `have numbers that are finite in 32 bits, got ${large}`)
  })
  return [...rows]
}

function written(own: Condition, told: readonly Told[]): Float32Array {
  const width = conditionWidth(own)
  const rows = new Float32Array(told.length * width)
  told.forEach((one, i) => {
    writeCondition(own, one, rows, i * width)
  })
  return rows
}
