import { GaussflowError } from '../error.ts'
import type { CustomSpec } from '../schema/schedule.ts'
import { show } from '../schema/validate.ts'
import type { Coefficients } from './schedule.ts'
import { tabulated } from './table.ts'

const CELLS = 4096

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
 * derivative; a table is plain data, and so the flow file can travel.
 *
 * @throws GaussflowError `invalid_argument` for values that are no finite numbers, with their time; where it is no schedule
 *   (a must fall to 0, b rise to 1); or where the derivatives are not those of the values, with the size of the mismatch.
 */
export function customSchedule(at: (t: number) => Coefficients): CustomSpec {
  if (typeof at !== 'function')
    refuse('at', `must be a function that gives { a, aDa, b, db } at a time, got ${show(at)}`)
  const rows = Array.from({ length: CELLS + 1 }, (_, i) => coefficients(at, i))
  const spec: CustomSpec = {
    kind: 'custom',
    a: rows.map(({ a }) => a),
    aDa: rows.map(({ aDa }) => aDa),
    b: rows.map(({ b }) => b),
    db: rows.map(({ db }) => db)
  }
  tabulated(spec)
  return spec
}

/** What the function gives at one knot, which may be anything. */
function coefficients(at: (t: number) => Coefficients, i: number): Coefficients {
  const t = i / CELLS
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
