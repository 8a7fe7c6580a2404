import type { ScheduleName } from '../schema/flowFile.ts'
import { linear } from './linear.ts'
import type { Schedule } from './schedule.ts'
import { trigonometric } from './trigonometric.ts'

export type { Coefficients, Schedule } from './schedule.ts'
export { linear, trigonometric }

/** Every schedule; the tests hold each law on each of them. */
export const schedules: readonly Schedule[] = [linear, trigonometric]

export function scheduleOf(name: ScheduleName): Schedule {
  return name === 'linear' ? linear : trigonometric
}
