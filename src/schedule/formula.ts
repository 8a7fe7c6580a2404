import { GaussflowError } from '../error.ts'
import {
  ScheduleSchema,
  type CheckedSchedule,
  type CustomSpec,
  type ScheduleName,
  type ScheduleSpec
} from '../schema/schedule.ts'
import { validate } from '../schema/validate.ts'
import { follmer } from './follmer.ts'
import { linear } from './linear.ts'
import { polynomial } from './polynomial.ts'
import type { Schedule } from './schedule.ts'
import { trigonometric } from './trigonometric.ts'
import { varianceExploding } from './varianceExploding.ts'
import { variancePreserving } from './variancePreserving.ts'

/** What a flow file says of a schedule, with all parameters filled in. */
export function checkSchedule(spec: ScheduleSpec): CheckedSchedule {
  const checked = validate(ScheduleSchema, spec, 'schedule')
  return typeof checked === 'string' ? usual(checked) : checked
}

/** A name's schedule with its usual parameters. */
function usual(name: ScheduleName): CheckedSchedule {
  return validate(ScheduleSchema, { kind: name }) as CheckedSchedule
}

/** A schedule that has formulas. */
export function formulaOf(spec: Exclude<CheckedSchedule, CustomSpec>): Schedule {
  switch (spec.kind) {
    case 'linear':
      return linear
    case 'trigonometric':
      return trigonometric
    case 'follmer':
      return follmer
    case 'vp':
      return variancePreserving(spec)
    case 've':
      expectBelow(spec.sigmaMin, spec.sigmaMax)
      return varianceExploding(spec)
    case 'polynomial':
      return polynomial(spec)
  }
}

function expectBelow(sigmaMin: number, sigmaMax: number): void {
  if (sigmaMin < sigmaMax) return
  const path = 'schedule.sigmaMax'
  const message = `\`${path}\` must be greater than \`sigmaMin\` (${sigmaMin}), got ${sigmaMax}`
  throw new GaussflowError('invalid_argument', message, { path })
}
