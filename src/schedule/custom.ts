import { GaussflowError } from '../error.ts'
import type { CustomSpec } from '../schema/schedule.ts'
import { show } from '../schema/validate.ts'
import type { Coefficients } from './schedule.ts'
import { tabulated } from './table.ts'

const [CELLS, MOST_CELLS] = [4096, 16384]

/** What to do about a value that is not finite. */
const FIXES: Readonly<Record<keyof Coefficients, string>> = {
  a: '',
  aDa: "; give the product a a', which is finite at t = 1 even where a' is not",
  b: '',
  db: '; the slope of b must be finite at both ends too'
}

/**
 * A schedule of one's own, by a function that gives a, a a', b and b' at a time, as the data that a flow file carries:
 * `{ schedule: customSchedule((t) => ({ a: 1 - t, aDa: t - 1, b: t, db: 1 })), target: ... }`.
 *
 * It is tabulated at 4097 times and interpolated by cubics of a^2 and b, which errs by about 1e-15 of the fourth
 * derivative; where it is too steep for that, at up to 16385. A table is plain data, and so the flow file can travel.
 *
 * @throws GaussflowError `invalid_argument` for values that are no finite numbers, with their time; where it is no schedule
 *   (a must fall to 0, b rise to 1); or where the derivatives are not those of the values, with the size of the mismatch; or where it
 *   is so steep that cubics through it turn.
 */
export function customSchedule(at: (t: number) => Coefficients): CustomSpec {
  if (typeof at !== 'function')
    refuse('at', `must be a function that gives { a, aDa, b, db } at a time, got ${show(at)}`)
  for (let cells = CELLS; ; cells *= 2) {
    const spec = tableOf(at, cells)
    try {
      tabulated(spec)
      return spec
    } catch (error) {
      if (cells === MOST_CELLS || !isSteep(error)) throw error
    }
  }
}

function tableOf(at: (t: number) => Coefficients, cells: number): CustomSpec {
  const rows = Array.from({ length: cells + 1 }, (_, i) => coefficients(at, i, cells))
  return {
    kind: 'custom',
    a: rows.map(({ a }) => a),
    aDa: rows.map(({ aDa }) => aDa),
    b: rows.map(({ b }) => b),
    db: rows.map(({ db }) => db)
  }
}

/** Whether slopes as a whole are refused, which more knots may mend. */
function isSteep(error: unknown): boolean {
  return error instanceof GaussflowError && (error.path === 'schedule.aDa' || error.path === 'schedule.db')
}

/** What the function gives at one knot, which may be anything. */
function coefficients(at: (t: number) => Coefficients, i: number, cells: number): Coefficients {
  const t = i / cells
  const given = at(t) as Partial<Coefficients> | null | undefined
  if (typeof given !== 'object' || given === null)
    refuse('schedule', `must have { a, aDa, b, db } at every time, got ${show(given)} at t = ${t}`)
  const number = (field: keyof Coefficients): number => {
    const value = given[field]
    if (typeof value === 'number' && Number.isFinite(value)) return value
    const fix = FIXES[field]
    refuse(`schedule.${field}[${i}]`, `must be a finite number, got ${show(value)} at t = ${t}${fix}`)
  }
  return { a: number('a'), aDa: number('aDa'), b: number('b'), db: number('db') }
}

function refuse(path: string, requirement: string): never {
  throw new GaussflowError('invalid_argument', `\`${path}\` ${requirement}`, { path })
}
