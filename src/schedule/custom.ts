import type { CustomSpec } from '../schema/schedule.ts'
import type { Coefficients } from './schedule.ts'
import { tabulated } from './table.ts'

const CELLS = 4096

/**
 * A schedule of one's own, by a function that gives a, a a', b and b' at a time, as the data that a flow file carries:
 * `{ schedule: customSchedule((t) => ({ a: 1 - t, aDa: t - 1, b: t, db: 1 })), target: ... }`.
 *
 * It is tabulated at 4097 times and interpolated by cubics of a^2 and b, which errs by about 1e-15 of the fourth
 * derivative; a table is plain data, and so the flow file can travel.
 *
 * @throws GaussflowError `invalid_argument` where it is no schedule (a must fall to 0, b rise to 1) or the derivatives are
 *   not those of the values, with the size of the mismatch.
 */
export function customSchedule(at: (t: number) => Coefficients): CustomSpec {
  const values = Array.from({ length: CELLS + 1 }, (_, i) => at(i / CELLS))
  const spec: CustomSpec = {
    kind: 'custom',
    a: values.map(({ a }) => a),
    aDa: values.map(({ aDa }) => aDa),
    b: values.map(({ b }) => b),
    db: values.map(({ db }) => db)
  }
  tabulated(spec)
  return spec
}
