import { describe, expect, it } from 'vitest'
import { scheduleOf, schedules } from '../../src/schedule/index.ts'
import { SCHEDULE_NAMES } from '../../src/schema/schedule.ts'
import { newCore, putSchedule } from '../assembly/core.ts'

const TIMES = Array.from({ length: 41 }, (_, i) => i / 40)
const INNER = TIMES.slice(1, -1)
const core = await newCore()

it('every schedule that a flow file can name is in the list, once', () => {
  expect(schedules.map(({ name }) => name)).toEqual([...SCHEDULE_NAMES])
  for (const name of SCHEDULE_NAMES) expect(scheduleOf(name).name).toBe(name)
})

describe.each(schedules)('the $name schedule', (schedule) => {
  const at = (t: number) => schedule.at(t)

  it('starts from pure noise and ends in pure data, exactly', () => {
    expect(at(0)).toMatchObject({ a: 1, b: 0 })
    expect(at(1)).toMatchObject({ a: 0, b: 1 })
  })

  it('fades noise out and data in all the way', () => {
    const [a, b] = [TIMES.map((t) => at(t).a), TIMES.map((t) => at(t).b)]
    for (let i = 1; i < TIMES.length; i++) {
      expect(a[i]).toBeLessThan(a[i - 1])
      expect(b[i]).toBeGreaterThan(b[i - 1])
    }
  })

  it('gives the derivatives that differences show', () => {
    const h = 1e-6
    for (const t of INNER) {
      const [before, here, after] = [at(t - h), at(t), at(t + h)]
      expect((after.b - before.b) / (2 * h)).toBeCloseTo(here.db, 8)
      expect((here.a * (after.a - before.a)) / (2 * h)).toBeCloseTo(here.aDa, 8)
    }
  })

  it('has finite coefficients at both ends', () => {
    for (const t of [0, 1]) expect(Object.values(at(t)).every(Number.isFinite)).toBe(true)
  })

  it('agrees with the core within 4 units of the last place of 1', () => {
    const out = core.alloc(32)
    for (const t of TIMES) {
      core.scheduleAt(putSchedule(core, schedule.name), t, out)
      const { a, aDa, b, db } = at(t)
      const inCore = new Float64Array(core.memory.buffer, out, 4)
      ;[a, aDa, b, db].forEach((value, i) => {
        expect(Math.abs(inCore[i] - value)).toBeLessThanOrEqual(4 * Number.EPSILON)
      })
    }
  })
})
