import { GaussflowError } from '../error.ts'
import type { CustomSpec } from '../schema/schedule.ts'
import { findMismatch } from './derivative.ts'
import { monotone } from './monotone.ts'
import { within, type Coefficients, type Schedule } from './schedule.ts'

/**
 * A schedule by its values at t = i / n, and between them by the cubics that meet the values and slopes of a^2 and of b:
 * both are smooth up to the ends, where a itself need not be. A cubic of a^2 that would rise, or one of b that would fall,
 * between its knots has slopes that are slightly less steep, and so a falls and b rises over all of [0, 1].
 *
 * @throws GaussflowError `invalid_argument` where the values are no schedule, or the derivatives not theirs, or where a cubic
 *   turns by more than a slight change of its slopes removes.
 */
export function tabulated(spec: CustomSpec): Schedule {
  checkTable(spec)
  const { a, aDa, b, db } = spec
  const cells = a.length - 1
  const squares = a.map((value) => Math.max(value, 0) ** 2)
  const halfSlopes = expectMonotone('aDa', halves(squares), aDa, -1, 'a^2 fall', "a a'")
  const slopes = expectMonotone('db', b, db, 1, 'b rise', "b'")
  const knots = Float64Array.from({ length: 4 * a.length }, (_, i) => {
    const at = i >> 2
    return [squares[at], halfSlopes[at], b[at], slopes[at]][i & 3]
  })
  return { name: 'custom', core: { cells, knots }, at: within((t) => interpolate(knots, cells, t)) }
}

function interpolate(knots: Float64Array, cells: number, t: number): Coefficients {
  const place = t * cells
  const cell = Math.min(cells - 1, Math.floor(place))
  const f = place - cell
  const square = cubic(knots, 4 * cell, 2 / cells, f)
  const data = cubic(knots, 4 * cell + 2, 1 / cells, f)
  return {
    a: Math.sqrt(Math.max(square.value, 0)),
    aDa: (square.slope * cells) / 2,
    b: data.value,
    db: data.slope * cells
  }
}

/** Hermite's cubic through (value, slope) at `at` and at the next knot; slopes times `scale` are per cell. */
function cubic(knots: Float64Array, at: number, scale: number, f: number): { value: number; slope: number } {
  const [y0, y1] = [knots[at], knots[at + 4]]
  const [d0, d1] = [scale * knots[at + 1], scale * knots[at + 5]]
  const rest = 1 - f
  return {
    value: y0 * rest * rest * (1 + 2 * f) + y1 * f * f * (3 - 2 * f) + f * rest * (d0 * rest - d1 * f),
    slope: d0 * rest * (1 - 3 * f) + d1 * f * (3 * f - 2) + 6 * (y1 - y0) * f * rest
  }
}

const ENDS = 1e-12

function checkTable({ a, aDa, b, db }: CustomSpec): void {
  for (const [name, values] of Object.entries({ aDa, b, db })) {
    if (values.length !== a.length)
      refuse(`.${name}`, `must have as many numbers as \`schedule.a\`, ${a.length}, got ${values.length}`)
  }
  const last = a.length - 1
  if (Math.abs(a[last]) > ENDS) refuse('.a', `must end in 0 (no noise at t = 1), got ${a[last]}`)
  if (Math.abs(b[last] - 1) > ENDS) refuse('.b', `must end in 1 (all data at t = 1), got ${b[last]}`)
  if (!(a[0] > 0)) refuse('.a', `must start above 0 (some noise at t = 0), got ${a[0]}`)
  if (!(b[0] >= 0)) refuse('.b', `must start at 0 or above, got ${b[0]}`)
  if (a[0] ** 2 === Infinity) refuse('.a', `must have squares that a double can hold, got ${a[0]}`)
  for (let i = 0; i < last; i++) {
    if (!(a[i + 1] <= a[i])) refuse(`.a[${i + 1}]`, `must not rise above ${a[i]}, got ${a[i + 1]}`)
    if (!(b[i + 1] >= b[i])) refuse(`.b[${i + 1}]`, `must not fall below ${b[i]}, got ${b[i + 1]}`)
    if (i > 0 && !(a[i] > 0)) refuse(`.a[${i}]`, `must be above 0 inside (0, 1), got ${a[i]}`)
    if (i > 0 && !(b[i] > 0)) refuse(`.b[${i}]`, `must be above 0 inside (0, 1), got ${b[i]}`)
  }
  expectDerivative(
    'aDa',
    halves(a.map((value) => value * value)),
    aDa,
    "the product a a', half the derivative of a^2",
    "a a'"
  )
  expectDerivative('db', b, db, 'the derivative of b', "b'")
}

function expectDerivative(
  field: string,
  values: readonly number[],
  slopes: readonly number[],
  meaning: string,
  symbol: string
): void {
  const mismatch = findMismatch(values, slopes)
  if (mismatch === undefined) return
  const { time, size, slope } = mismatch
  refuse(
    `.${field}`,
    `must be ${meaning}: around t = ${short(time)} the two differ by ${short(size)} (${symbol} is ${short(slope)} there); ` +
      'correct it; where it is right it changes too fast for cubics, as at an end: give more knots there, or a smoother clock'
  )
}

/** The slopes that the cubics have. */
function expectMonotone(
  field: string,
  values: readonly number[],
  given: readonly number[],
  way: 1 | -1,
  need: string,
  symbol: string
): readonly number[] {
  const { slopes, turn } = monotone(values, given, way)
  if (turn === undefined) return slopes
  refuse(
    `.${field}`,
    `must let ${need} between the knots too, got a cubic with ${symbol} = ${short(turn.slope)} at t = ${short(turn.time)}: ` +
      'it is too steep there for so few knots; give more'
  )
}

const halves = (values: readonly number[]): number[] => values.map((value) => value / 2)

function short(value: number): string {
  return String(Number(value.toPrecision(4)))
}

function refuse(field: string, requirement: string): never {
  const path = `schedule${field}`
  throw new GaussflowError('invalid_argument', `\`${path}\` ${requirement}`, { path })
}
