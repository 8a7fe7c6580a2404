import { describe, expect, it } from 'vitest'
import {
  customSchedule,
  polynomial,
  scheduleOf,
  trigonometric,
  varianceExploding,
  variancePreserving,
  type Schedule
} from '../../src/schedule/index.ts'
import { SCHEDULE_NAMES, type CustomSpec } from '../../src/schema/schedule.ts'
import { refusal } from '../fixtures/refusal.ts'

const NAMED = SCHEDULE_NAMES.map((name): [string, Schedule] => [name, scheduleOf(name)])
const OTHERS: [string, Schedule][] = [
  ['vp of other rates', variancePreserving({ betaMin: 1, betaMax: 5 })],
  ['vp of fast rates', variancePreserving({ betaMin: 0, betaMax: 100 })],
  ['ve of other sizes', varianceExploding({ sigmaMin: 0.002, sigmaMax: 80 })],
  ['ve of the widest range', varianceExploding({ sigmaMin: 1e-3, sigmaMax: 1e6 })],
  ['polynomial of power 1', polynomial({ power: 1 })],
  ['polynomial of power 1.25, whose slope starts like a root', polynomial({ power: 1.25 })],
  ['polynomial of power 1.5', polynomial({ power: 1.5 })],
  ['polynomial of power 2.5', polynomial({ power: 2.5 })],
  ['polynomial of power 16', polynomial({ power: 16 })]
]

function tableOf(schedule: Schedule, knots: number): CustomSpec {
  const rows = Array.from({ length: knots }, (_, i) => schedule.at(i / (knots - 1)))
  return {
    kind: 'custom',
    a: rows.map(({ a }) => a),
    aDa: rows.map(({ aDa }) => aDa),
    b: rows.map(({ b }) => b),
    db: rows.map(({ db }) => db)
  }
}

/** The values of the schedule's table with those of one field changed in the eighth that starts at `from`. */
function bent(
  schedule: Schedule,
  knots: number,
  field: 'aDa' | 'db',
  from: number,
  change: (x: number) => number
) {
  const table = tableOf(schedule, knots)
  const inside = (i: number) => i / (knots - 1) >= from && i / (knots - 1) <= from + 1 / 8
  return { ...table, [field]: table[field].map((x, i) => (inside(i) ? change(x) : x)) }
}

/** The time and the size that a message about a derivative tells. */
function told(message: string): { time: number; size: number } {
  const [, time, size] = /around t = (\S+) the two differ by (\S+) /.exec(message) ?? []
  return { time: Number(time), size: Number(size) }
}

const EIGHTHS = Array.from({ length: 8 }, (_, i) => i / 8)

describe.each([17, 65, 1025])('a table of %i knots', (knots) => {
  it.each([...NAMED, ...OTHERS])('of the %s schedule is accepted', (_, schedule) => {
    const { a, b } = scheduleOf(tableOf(schedule, knots)).at(0.5)
    expect([a, b].every(Number.isFinite)).toBe(true)
  })
})

describe.each(NAMED)('a table of the %s schedule', (name, schedule) => {
  // 17 knots show the curves of vp and ve only roughly; Simpson's rule itself errs by more there.
  const enough = name === 'vp' || name === 've' ? [65, 1025] : [17, 65, 1025]
  const fields = name === 've' ? (['aDa'] as const) : (['aDa', 'db'] as const) // b = 1 has no slope to err by
  const cases = enough.flatMap((knots) => fields.map((field) => ({ knots, field })))

  it.each(cases)('of $knots knots with slopes $field wrong by 1e-4 of them anywhere is refused', (at) => {
    for (const from of EIGHTHS) {
      const spec = bent(schedule, at.knots, at.field, from, (x) => 1.0001 * x)
      const { code, path, message } = refusal(() => scheduleOf(spec))
      expect({ code, path }).toEqual({ code: 'invalid_argument', path: `schedule.${at.field}` })
      const { time, size } = told(message)
      expect(time).toBeGreaterThan(from - 2 / at.knots)
      expect(time).toBeLessThan(from + 1 / 8 + 2 / at.knots)
      const largest = Math.max(...tableOf(schedule, at.knots)[at.field].map(Math.abs))
      expect(size).toBeGreaterThan(0)
      expect(size).toBeLessThanOrEqual(1.1e-4 * largest)
    }
  })
})

it.each([17, 65, 1025])(
  'a constant error of 1e-4 in %i slopes is refused, with its size and place',
  (knots) => {
    const spec = bent(trigonometric, knots, 'db', 7 / 8, (x) => x + 1e-4)
    const { time, size } = told(refusal(() => scheduleOf(spec)).message)
    expect(time).toBeGreaterThan(0.8)
    expect(size / 1e-4).toBeCloseTo(1, 1)
  }
)

it('where slopes are small an error is held against them, not against the largest of the table', () => {
  // b' = 4 t^3 is below 0.004 there: 1 % of it is 1e-5 of the largest slope.
  const spec = bent(polynomial({ power: 4 }), 1025, 'db', 0, (x) => (x < 0.004 ? 1.01 * x : x))
  expect(told(refusal(() => scheduleOf(spec)).message).size).toBeLessThan(1e-4)
})

it.each([0, 1, 64])('one wrong slope, at knot %i of 65, is refused', (knot) => {
  const spec = tableOf(trigonometric, 65)
  const aDa = spec.aDa.map((x, i) => (i === knot ? x - 0.01 : x))
  expect(refusal(() => scheduleOf({ ...spec, aDa })).path).toBe('schedule.aDa')
})

it('slopes whose errors alternate are refused, though they are no smooth function', () => {
  const spec = tableOf(trigonometric, 1025)
  const db = spec.db.map((x, i) => x + (i % 2 === 0 ? 1e-3 : -1e-3))
  expect(refusal(() => scheduleOf({ ...spec, db })).path).toBe('schedule.db')
})

it('derivatives by differences are accepted', () => {
  const h = 1e-6
  const halfSquare = (t: number) => Math.cos((Math.PI / 2) * t) ** 2 / 2
  const b = (t: number) => Math.sin((Math.PI / 2) * t)
  const slope = (f: (t: number) => number, t: number) => (f(t + h) - f(t - h)) / (2 * h)
  const made = customSchedule((t) => ({
    ...trigonometric.at(t),
    aDa: slope(halfSquare, t),
    db: slope(b, t)
  }))
  expect(scheduleOf(made).at(0.3).db).toBeCloseTo(trigonometric.at(0.3).db, 8)
})

it.each(['a', 'b'] as const)('a value of %s that is 0 inside is refused by its own name', (field) => {
  const spec = tableOf(trigonometric, 17)
  // Neither may rise or fall on the way: a is 0 at the last but one, b at the second.
  const zero = field === 'a' ? 15 : 1
  const values = spec[field].map((x, i) => (i === zero ? 0 : x))
  expect(refusal(() => scheduleOf({ ...spec, [field]: values }))).toEqual({
    code: 'invalid_argument',
    path: `schedule.${field}[${zero}]`,
    message: `\`schedule.${field}[${zero}]\` must be above 0 inside (0, 1), got 0`
  })
})

it('an infinite product in a table is refused by its place, with what to give', () => {
  const spec = tableOf(trigonometric, 17)
  const { path, message } = refusal(() => scheduleOf({ ...spec, aDa: spec.aDa.with(16, -Infinity) }))
  expect(path).toBe('schedule.aDa[16]')
  expect(message).toMatch(/must be a finite number \(the product a a', .*\), got -Infinity$/)
})

it('noise whose square no double can hold is refused', () => {
  const spec = tableOf(trigonometric, 17)
  const { path, message } = refusal(() => scheduleOf({ ...spec, a: spec.a.map((x) => 1e200 * x) }))
  expect({ path, message }).toEqual({
    path: 'schedule.a',
    message: '`schedule.a` must have squares that a double can hold, got 1e+200'
  })
})
