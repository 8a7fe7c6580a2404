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

describe('a function that is no schedule is refused', () => {
  const from = (t: number, given: unknown) => (time: number) => (time < t ? straight(time) : given)

  it.each<[string, unknown, string, string]>([
    ['no function', 5, 'at', 'must be a function that gives { a, aDa, b, db } at a time, got 5'],
    ['nothing', undefined, 'at', 'must be a function that gives { a, aDa, b, db } at a time, got undefined'],
    [
      'values that are nothing',
      from(0, undefined),
      'schedule',
      'must have { a, aDa, b, db } at every time, got undefined at t = 0'
    ],
    ['null', from(0.5, null), 'schedule', 'must have { a, aDa, b, db } at every time, got null at t = 0.5'],
    ['a number', from(1, 3), 'schedule', 'must have { a, aDa, b, db } at every time, got 3 at t = 1'],
    [
      'a promise',
      (t: number) => Promise.resolve(straight(t)),
      'schedule.a[0]',
      'must be a finite number, got undefined at t = 0'
    ],
    [
      'a field that is missing',
      from(0.5, { a: 0.5, aDa: -0.5, db: 1 }),
      'schedule.b[2048]',
      'must be a finite number, got undefined at t = 0.5'
    ],
    [
      'a field that is no number',
      from(0.25, { ...straight(0.25), a: '0.75' }),
      'schedule.a[1024]',
      'must be a finite number, got "0.75" at t = 0.25'
    ],
    [
      'NaN',
      from(0.5, { ...straight(0.5), b: NaN }),
      'schedule.b[2048]',
      'must be a finite number, got NaN at t = 0.5'
    ],
    [
      'a slope of b without bound',
      from(0, { ...straight(0), db: Infinity }),
      'schedule.db[0]',
      'must be a finite number, got Infinity at t = 0; the slope of b must be finite at both ends too'
    ],
    [
      "a' of a root, without bound at the end",
      (t: number) => ({ a: Math.sqrt(1 - t * t), aDa: -t / Math.sqrt(1 - t * t), b: t, db: 1 }),
      'schedule.aDa[4096]',
      "must be a finite number, got -Infinity at t = 1; give the product a a', which is finite at t = 1 even where a' is not"
    ]
  ])('%s', (_, at, path, requirement) => {
    expect(refusal(() => customSchedule(at as (t: number) => Coefficients))).toEqual({
      code: 'invalid_argument',
      path,
      message: `\`${path}\` ${requirement}`
    })
  })

  it('what the function itself throws stays what it is', () => {
    const own = new RangeError('mine')
    expect(() =>
      customSchedule(() => {
        throw own
      })
    ).toThrow(own)
  })
})
