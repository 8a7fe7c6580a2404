import { GaussflowError } from '../error.ts'
import { validate } from '../schema/validate.ts'
import {
  SCHEDULE_NAMES,
  ScheduleSchema,
  type CheckedSchedule,
  type ScheduleName,
  type ScheduleSpec
} from '../schema/schedule.ts'
import { follmer } from './follmer.ts'
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
  const checked = validate(ScheduleSchema, spec, 'schedule')
  const full: CheckedSchedule = typeof checked === 'string' ? usual(checked) : checked
  switch (full.kind) {
    case 'linear':
      return linear
    case 'trigonometric':
      return trigonometric
    case 'follmer':
      return follmer
    case 'vp':
      return variancePreserving(full)
    case 've':
      expectBelow(full.sigmaMin, full.sigmaMax)
      return varianceExploding(full)
    case 'polynomial':
      return polynomial(full)
    case 'custom':
      return tabulated(full)
  }
}

/** A name's schedule with its usual parameters. */
function usual(name: ScheduleName): CheckedSchedule {
  return validate(ScheduleSchema, { kind: name }) as CheckedSchedule
}

function expectBelow(sigmaMin: number, sigmaMax: number): void {
  if (sigmaMin < sigmaMax) return
  const path = 'schedule.sigmaMax'
  const message = `\`${path}\` must be greater than \`sigmaMin\` (${sigmaMin}), got ${sigmaMax}`
  throw new GaussflowError('invalid_argument', message, { path })
}

/** Every schedule that has a name, with its usual parameters; the tests hold each law on each of them. */
export const schedules: readonly Schedule[] = SCHEDULE_NAMES.map(scheduleOf)
