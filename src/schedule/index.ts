import { SCHEDULE_NAMES, type ScheduleSpec } from '../schema/schedule.ts'
import { follmer } from './follmer.ts'
import { checkSchedule, formulaOf } from './formula.ts'
import { linear } from './linear.ts'
import { polynomial } from './polynomial.ts'
import type { Schedule } from './schedule.ts'
import { tabulated } from './table.ts'
import { trigonometric } from './trigonometric.ts'
import { varianceExploding } from './varianceExploding.ts'
import { variancePreserving } from './variancePreserving.ts'

export { snr, sourceOf, timeOfSnr, type Coefficients, type Schedule, type Source } from './schedule.ts'
export { customSchedule } from './custom.ts'
export { reparametrize } from './reparametrize.ts'
export { follmer, linear, polynomial, trigonometric, varianceExploding, variancePreserving }

/**
 * The schedule that a flow file means.
 *
 * @throws GaussflowError `invalid_argument` for what is no schedule, naming the field.
 */
export function scheduleOf(spec: ScheduleSpec): Schedule {
  const checked = checkSchedule(spec)
  return checked.kind === 'custom' ? tabulated(checked) : formulaOf(checked)
}

/** Every schedule that has a name, with its usual parameters; the tests hold each law on each of them. */
export const schedules: readonly Schedule[] = SCHEDULE_NAMES.map(scheduleOf)
