import { describe, expect, it } from 'vitest'
import { schedules } from '../../src/schedule/index.ts'
import { SCHEDULE_NAMES } from '../../src/schema/schedule.ts'
import { gradientBounds } from '../../src/theory/gradient.ts'
import { recognise } from '../../src/theory/recognise.ts'
import { schedules as twins } from '../reference/schedule.ts'
import { math } from './math.ts'
import { CASES, extremesOf, GAUSSIAN, SYMMETRIC, twinOf } from './targets.ts'

const TIMES = Array.from({ length: 20 }, (_, i) => (2 * i + 1) / 40)

describe.each(CASES)('towards $name', ({ target, points }) => {
  const { classes, unbounded } = recognise(target, math)
  const twin = twinOf(target)

  it.each(schedules)('no gradient passes its bounds on the $name schedule', (schedule) => {
    for (const t of TIMES) {
      const { least, most } = extremesOf(twin, twins[schedule.name as keyof typeof twins](t), points)
      const { lower, upper } = gradientBounds(classes, schedule.at(t), math)
      const rounding = 1e-9 * Math.max(1, Math.abs(least), Math.abs(most))
      expect(most, `t = ${t}`).toBeLessThanOrEqual(upper.value + rounding)
      expect(least, `t = ${t}`).toBeGreaterThanOrEqual(lower.value - rounding)
      expect(lower.class).toBeDefined()
      expect(upper.class === undefined, `t = ${t}`).toBe(unbounded !== undefined)
    }
  })
})

it.each(SCHEDULE_NAMES)('both bounds of one Gaussian are attained on the %s schedule', (name) => {
  const { classes } = recognise(GAUSSIAN.target, math)
  for (const t of TIMES) {
    const { least, most } = extremesOf(twinOf(GAUSSIAN.target), twins[name](t), [[0.7]])
    const { lower, upper } = gradientBounds(classes, twins[name](t), math)
    expect(upper.value / most).toBeCloseTo(1, 9)
    expect(lower.value / least).toBeCloseTo(1, 9)
  }
})

it.each(SCHEDULE_NAMES)(
  'the upper bound is attained midway between two clusters on the %s schedule',
  (name) => {
    const { classes } = recognise(SYMMETRIC.target, math)
    for (const t of TIMES) {
      const { most } = extremesOf(twinOf(SYMMETRIC.target), twins[name](t), [[0]])
      const { upper } = gradientBounds(classes, twins[name](t), math)
      expect(upper.value / most).toBeCloseTo(1, 9)
      expect(upper.class?.kind).toBe('gaussian-mixture')
    }
  }
)

it('the largest gradient of a narrow cluster inside a wide one is within a third of its bound', () => {
  // Only what the components do each on their own is taken at its largest everywhere; the rest is exact for two.
  const { target, points } = CASES.find(({ name }) => name === 'a narrow cluster inside a wide one')!
  const { classes } = recognise(target, math)
  for (const t of [0.6, 0.8, 0.95]) {
    const { most } = extremesOf(twinOf(target), twins.linear(t), points)
    expect(most / gradientBounds(classes, twins.linear(t), math).upper.value).toBeGreaterThan(2 / 3)
  }
})

it('all bounds are finite at both ends, for smoothed targets', () => {
  for (const schedule of schedules) {
    for (const { target } of CASES) {
      const { classes, unbounded } = recognise(target, math)
      for (const t of [0, 1]) {
        const { lower, upper } = gradientBounds(classes, schedule.at(t), math)
        expect(Number.isFinite(lower.value), `${schedule.name} at ${t}`).toBe(true)
        expect(Number.isFinite(upper.value), `${schedule.name} at ${t}`).toBe(unbounded === undefined)
      }
    }
  }
})
