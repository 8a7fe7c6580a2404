import { describe, expect, it } from 'vitest'
import { SCHEDULE_NAMES } from '../../src/schema/schedule.ts'
import { schedules } from '../reference/schedule.ts'
import { grid, newCore, putSchedule, scoped } from './core.ts'

const core = await newCore()

describe.each(SCHEDULE_NAMES)('the %s schedule', (name) => {
  const scale = schedules[name](0).a // numbers of the schedule that explodes are as large as its noise

  function at(t: number): Float64Array {
    return scoped(core, () => {
      const out = core.alloc(32)
      core.scheduleAt(putSchedule(core, name), t, out)
      return new Float64Array(core.memory.buffer, out, 4).slice()
    })
  }

  it('equals its 64-bit twin at every time', () => {
    for (const t of grid(0, 1, 1000)) {
      const { a, aDa, b, db } = schedules[name](t)
      ;[a, aDa, b, db].forEach((value, i) => {
        expect(Math.abs(at(t)[i] - value)).toBeLessThan(2e-15 * Math.max(1, 20 * scale ** 2))
      })
    }
  })

  it('starts at the noise and ends at the data, exactly', () => {
    const [a0, , b0] = at(0)
    const [a1, , b1] = at(1)
    expect([Math.abs(a1), b1]).toEqual([0, 1])
    const start = { vp: [Math.sqrt(1 - Math.exp(-10.05)), Math.exp(-5.025)], ve: [0.01 * 4999, 1] }[
      name as string
    ] ?? [1, 0]
    expect(a0).toBeCloseTo(start[0], 12)
    expect(b0).toBeCloseTo(start[1], 14)
  })

  it("has a a' and b' as the derivatives of a^2 / 2 and b", () => {
    const h = 1e-5
    const digits = name === 've' ? 3 : 7
    for (const t of grid(0.05, 0.95, 18)) {
      const [before, here, after] = [at(t - h), at(t), at(t + h)]
      expect((after[0] ** 2 - before[0] ** 2) / (4 * h)).toBeCloseTo(here[1], digits)
      expect((after[2] - before[2]) / (2 * h)).toBeCloseTo(here[3], 7)
    }
  })
})
