import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { SCHEDULE_NAMES } from '../../src/schema/schedule.ts'
import { mixtureVelocity } from '../reference/mixture.ts'
import { schedules } from '../reference/schedule.ts'
import { matrix, newCore, numbers, scoped, velocityOf, worstError } from './core.ts'
import { putMixture, randomMixture } from './mixture.ts'

const core = await newCore()
const TIMES = [0, 1e-4, 0.01, 0.1, 0.25, 0.5, 0.77, 0.9, 0.99, 0.9999, 1]
const SHAPES = [1, 2, 3, 4, 5, 8, 17].flatMap((d) =>
  [1, 2, 7].flatMap((k) => [false, true].map((r) => [k, d, r] as const))
)

describe.each(SCHEDULE_NAMES)('on the %s schedule', (schedule) => {
  it.each(SHAPES)(
    '%i components in %i dimensions (own axes: %s) have the velocity of the 64-bit twin at all times',
    (k, d, rotated) => {
      const next = numbers(k + 10 * d)
      const mixture = randomMixture(next, k, d, rotated)
      const x = matrix(next, 5, d).map((row) => row.map((value) => Math.fround(3 * value)))
      scoped(core, () => {
        const v = putMixture(core, schedule, mixture)
        for (const t of TIMES) {
          const expected = x.map((row) => mixtureVelocity(mixture, schedules[schedule](t), row))
          // The core computes in f64: what is left is the rounding of the result.
          expect(worstError(velocityOf(core, v, t, x).flat(), expected.flat()), `t = ${t}`).toBeLessThan(1e-7)
        }
      })
    }
  )

  it('a single Gaussian has an affine velocity', () => {
    const { a, aDa, b, db } = schedules[schedule](0.3)
    const [mean, variance] = [1.5, 0.49]
    const v = putMixture(core, schedule, { weights: [1], means: [[mean]], variances: [[variance]] })
    const c = (aDa + b * db * variance) / (a * a + b * b * variance)
    for (const x of [-3, 0, 0.5, 100]) {
      const [[velocity]] = velocityOf(core, v, 0.3, [[x]])
      expect(worstError([velocity], [db * mean + c * (x - b * mean)])).toBeLessThan(1e-7)
    }
  })

  it('far from every component the velocity stays finite, and that of the nearest component', () => {
    const far = { weights: [0.5, 0.5], means: [[-2], [2]], variances: [[1e-4], [1e-4]] }
    const v = putMixture(core, schedule, far)
    for (const t of TIMES) {
      for (const x of [-1e4, 1e4]) {
        const [[velocity]] = velocityOf(core, v, t, [[x]])
        const [expected] = mixtureVelocity(far, schedules[schedule](t), [x])
        expect(worstError([velocity], [expected])).toBeLessThan(1e-6)
      }
    }
  })
})

it('a row has the same bits alone and in any batch', () => {
  fc.assert(
    fc.property(
      fc.integer({ min: 1, max: 9 }),
      fc.integer({ min: 1, max: 6 }),
      fc.boolean(),
      fc.nat(),
      (count, d, rotated, seed) => {
        const next = numbers(seed)
        scoped(core, () => {
          const v = putMixture(core, 'linear', randomMixture(next, 3, d, rotated))
          const x = matrix(next, count, d)
          const batch = velocityOf(core, v, 0.6, x)
          x.forEach((row, i) => expect(velocityOf(core, v, 0.6, [row])).toEqual([batch[i]]))
        })
      }
    )
  )
})

it('axes that are the coordinate axes change nothing but the last bit', () => {
  const next = numbers(8)
  const mixture = randomMixture(next, 4, 5, false)
  const axes = mixture.means.map((mean) => mean.map((_, i) => mean.map((__, j) => Number(i === j))))
  const x = matrix(next, 6, 5)
  const plain = velocityOf(core, putMixture(core, 'linear', mixture), 0.4, x)
  const rotated = velocityOf(core, putMixture(core, 'linear', { ...mixture, axes }), 0.4, x)
  expect(worstError(rotated.flat(), plain.flat())).toBeLessThan(1e-7)
})

it.each([NaN, Infinity, -Infinity])(
  'a row with %s is not finite afterwards, and the other rows are untouched',
  (bad) => {
    const next = numbers(9)
    const v = putMixture(core, 'linear', randomMixture(next, 3, 3, true))
    const x = matrix(next, 3, 3)
    const clean = velocityOf(core, v, 0.4, x)
    x[1][2] = bad
    const dirty = velocityOf(core, v, 0.4, x)
    expect(dirty[1].every(Number.isFinite)).toBe(false)
    expect([dirty[0], dirty[2]]).toEqual([clean[0], clean[2]])
  }
)
