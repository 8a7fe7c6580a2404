import { describe, expect, it } from 'vitest'
import {
  customSchedule,
  linear,
  reparametrize,
  scheduleOf,
  schedules,
  snr,
  timeOfSnr,
  type Coefficients,
  type Schedule
} from '../../src/schedule/index.ts'
import { refusal } from '../fixtures/refusal.ts'

const straight = (t: number): Coefficients => ({ a: 1 - t, aDa: t - 1, b: t, db: 1 })
const MANY: [string, Schedule][] = [
  ...schedules.map((schedule): [string, Schedule] => [schedule.name, schedule]),
  ['custom', scheduleOf(customSchedule(straight))]
]
const NO_TIMES = [-1e-9, 1 + 1e-9, NaN, Infinity, -Infinity, '0.5', null, undefined]

describe.each(MANY)('the %s schedule', (_, schedule) => {
  it.each(NO_TIMES)('has no coefficients, ratio or other clock at time %s', (given) => {
    const t = given as number
    for (const call of [
      () => schedule.at(t),
      () => snr(schedule, t),
      () => reparametrize(linear, schedule)(t),
      () => reparametrize(schedule, schedule)(t)
    ])
      expect(refusal(call)).toEqual({
        code: 'invalid_argument',
        path: 'time',
        message: `\`time\` must be a number from 0 to 1, got ${typeof given === 'string' ? `"${given}"` : String(given)}`
      })
  })

  it.each([-1e-9, -Infinity, NaN, '1', undefined])('has no time of the ratio %s', (rho) => {
    const { code, path, message } = refusal(() => timeOfSnr(schedule, rho as number))
    expect({ code, path }).toEqual({ code: 'invalid_argument', path: 'rho' })
    expect(message).toMatch(/^`rho` must be a number that is not negative, or Infinity, got /)
  })
})
