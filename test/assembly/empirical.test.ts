import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { SCHEDULE_NAMES, type ScheduleName } from '../../src/schema/schedule.ts'
import { empiricalVelocity } from '../reference/empirical.ts'
import { mixtureVelocity } from '../reference/mixture.ts'
import { schedules } from '../reference/schedule.ts'
import { matrix, newCore, numbers, putF32, putSchedule, scoped, velocityOf, worstError } from './core.ts'

const core = await newCore()
const TIMES = [0, 1e-4, 0.01, 0.1, 0.25, 0.5, 0.77, 0.9, 0.99, 0.9999, 1]

function putEmpirical(schedule: ScheduleName, points: number[][], bandwidth: number): number {
  const data = putF32(core, points.flat())
  return core.newEmpirical(putSchedule(core, schedule), points[0].length, points.length, data, bandwidth)
}

describe.each(SCHEDULE_NAMES)('on the %s schedule', (schedule) => {
  it.each([1, 2, 3, 4, 5, 8, 17, 66].flatMap((d) => [1, 2, 15, 16, 17, 130].map((n) => [n, d] as const)))(
    '%i points in %i dimensions have the velocity of the 64-bit twin at all times',
    (n, d) => {
      const next = numbers(n + 10 * d)
      const points = matrix(next, n, d)
      const x = matrix(next, 7, d).map((row) => row.map((value) => Math.fround(2 * value)))
      for (const bandwidth of [0.05, 0.5]) {
        scoped(core, () => {
          const v = putEmpirical(schedule, points, bandwidth)
          for (const t of TIMES) {
            const expected = x.map((row) => empiricalVelocity(points, bandwidth, schedules[schedule](t), row))
            const error = worstError(velocityOf(core, v, t, x).flat(), expected.flat())
            expect(error, `t = ${t}, bandwidth ${bandwidth}`).toBeLessThan(1e-7)
          }
        })
      }
    }
  )
})

it('points far from the origin lose no accuracy', () => {
  const next = numbers(3)
  const points = matrix(next, 20, 3).map((row) => row.map((value) => Math.fround(1000 + value)))
  const x = matrix(next, 4, 3).map((row) => row.map((value) => Math.fround(700 + value)))
  const v = putEmpirical('linear', points, 0.1)
  const expected = x.map((row) => empiricalVelocity(points, 0.1, schedules.linear(0.7), row))
  expect(worstError(velocityOf(core, v, 0.7, x).flat(), expected.flat())).toBeLessThan(1e-6)
})

it('is the mixture of one Gaussian a point', () => {
  const next = numbers(4)
  const points = matrix(next, 12, 4)
  const x = matrix(next, 5, 4)
  const mixture = {
    weights: points.map(() => 1 / 12),
    means: points,
    variances: points.map((p) => p.map(() => 0.09))
  }
  const expected = x.map((row) => mixtureVelocity(mixture, schedules.trigonometric(0.6), row))
  const v = putEmpirical('trigonometric', points, 0.3)
  expect(worstError(velocityOf(core, v, 0.6, x).flat(), expected.flat())).toBeLessThan(1e-7)
})

it('a row has the same bits alone and in any batch', () => {
  const size = (max: number) => fc.integer({ min: 1, max })
  fc.assert(
    fc.property(size(11), size(9), size(80), fc.nat(), (count, d, n, seed) => {
      const next = numbers(seed)
      scoped(core, () => {
        const v = putEmpirical('linear', matrix(next, n, d), 0.2)
        const x = matrix(next, count, d)
        const batch = velocityOf(core, v, 0.8, x)
        x.forEach((row, i) => expect(velocityOf(core, v, 0.8, [row])).toEqual([batch[i]]))
      })
    })
  )
})

it('scratch does not depend on the number of points', () => {
  const few = putEmpirical('linear', [[0, 1]], 0.1)
  const many = putEmpirical('linear', matrix(numbers(1), 5000, 2), 0.1)
  expect(core.scratchBytes(many, 16, -1)).toBe(core.scratchBytes(few, 16, -1))
})

it.each([NaN, Infinity, -Infinity])(
  'a row with %s is not finite afterwards, and the other rows are untouched',
  (bad) => {
    const next = numbers(9)
    const v = putEmpirical('linear', matrix(next, 30, 3), 0.3)
    const x = matrix(next, 6, 3)
    const clean = velocityOf(core, v, 0.4, x)
    x[1][2] = bad
    const dirty = velocityOf(core, v, 0.4, x)
    expect(dirty[1].every(Number.isFinite)).toBe(false)
    expect(dirty.filter((_, i) => i !== 1)).toEqual(clean.filter((_, i) => i !== 1))
  }
)
