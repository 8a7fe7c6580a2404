import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { SCHEDULE_NAMES } from '../../src/schema/schedule.ts'
import { mixtureVelocity } from '../reference/mixture.ts'
import { schedules } from '../reference/schedule.ts'
import { grid, integrateOn, matrix, newCore, numbers, scoped, velocityOf, worstError } from './core.ts'
import { putMixture, randomMixture, roundMixture } from './mixture.ts'

const core = await newCore()
const TIMES = [0, 1e-4, 0.01, 0.1, 0.25, 0.5, 0.77, 0.9, 0.99, 0.9999, 1]
/** Of the components: one variance for all coordinates, one for each, or one for each of their own axes. */
const MAKES = {
  round: roundMixture,
  aligned: (next: () => number, k: number, d: number) => randomMixture(next, k, d, false),
  turned: (next: () => number, k: number, d: number) => randomMixture(next, k, d, true)
}
const KINDS = ['round', 'aligned', 'turned'] as const
const SHAPES = [1, 2, 3, 4, 5, 8, 17].flatMap((d) =>
  [1, 2, 3, 5, 7].flatMap((k) => KINDS.map((kind) => [k, d, kind] as const))
)

describe.each(SCHEDULE_NAMES)('on the %s schedule', (schedule) => {
  it.each(SHAPES)(
    '%i components in %i dimensions (%s) have the velocity of the 64-bit twin at all times',
    (k, d, kind) => {
      const next = numbers(k + 10 * d)
      const mixture = MAKES[kind](next, k, d)
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
      fc.integer({ min: 1, max: 6 }),
      fc.constantFrom(...KINDS),
      fc.nat(),
      (count, k, d, kind, seed) => {
        const next = numbers(seed)
        scoped(core, () => {
          const v = putMixture(core, 'linear', MAKES[kind](next, k, d))
          const x = matrix(next, count, d)
          const batch = velocityOf(core, v, 0.6, x)
          x.forEach((row, i) => expect(velocityOf(core, v, 0.6, [row])).toEqual([batch[i]]))
        })
      }
    )
  )
})

it('what lies in memory besides the arrays of a mixture changes no bit', () => {
  const [k, d] = [3, 5]
  for (const kind of KINDS) {
    const found = [0, 0xff, 0x41].map((byte) =>
      scoped(core, () => {
        const size = 1 << 16
        const start = core.alloc(size)
        new Uint8Array(core.memory.buffer, start, size).fill(byte)
        core.release(start)
        const next = numbers(4)
        const v = putMixture(core, 'linear', MAKES[kind](next, k, d))
        return velocityOf(core, v, 0.3, matrix(next, 4, d))
      })
    )
    expect(found[1], kind).toEqual(found[0])
    expect(found[2], kind).toEqual(found[0])
  }
})

it('one mixture in the place of another, at the same time, has the velocity of its own', () => {
  const x = [[0.3, -0.2]]
  const at = (seed: number): number[][] =>
    scoped(core, () =>
      velocityOf(core, putMixture(core, 'linear', roundMixture(numbers(seed), 2, 2)), 0.5, x)
    )
  const first = at(1)
  expect(at(2)).not.toEqual(first)
  expect(at(1)).toEqual(first)
})

it('a trajectory that others interrupt between its steps goes its own way', () => {
  const times = grid(0, 1, 6)
  for (const kind of KINDS) {
    const [v, other] = [3, 4].map((seed) => putMixture(core, 'linear', MAKES[kind](numbers(seed), 3, 3)))
    const x = matrix(numbers(5), 2, 3)
    const alone = integrateOn(core, v, 'rk4', times, x)
    const disturb = () => {
      for (const t of times) velocityOf(core, other, t, x)
    }
    expect(integrateOn(core, v, 'rk4', times, x, 1, disturb), kind).toEqual(alone)
  }
})

it('variances from the smallest to the largest double leave a velocity that is finite', () => {
  for (const variances of [
    [1e-308, 1e-308],
    [1e308, 1e308],
    [1e-300, 1],
    [1e-140, 1e-300],
    [1e140, 1e300],
    [1e300, 1e-300, 1]
  ]) {
    const means = [variances.map(() => 0), variances.map(() => 1)]
    const extreme = { weights: [0.5, 0.5], means, variances: [variances, variances] }
    const v = putMixture(core, 'linear', extreme)
    for (const t of TIMES)
      for (const x of [...means, variances.map(() => 0.25)])
        expect(
          velocityOf(core, v, t, [x]).flat().every(Number.isFinite),
          `${variances.join(' and ')} at ${t}`
        ).toBe(true)
  }
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

it.each(
  [NaN, Infinity, -Infinity].flatMap((bad) =>
    KINDS.flatMap((kind) => [2, 3].map((d) => [bad, kind, d] as const))
  )
)(
  'a row with %s is not finite afterwards, and the other rows are untouched (%s, %i dimensions)',
  (bad, kind, d) => {
    const next = numbers(9)
    const v = putMixture(core, 'linear', MAKES[kind](next, 3, d))
    const x = matrix(next, 3, d)
    const clean = velocityOf(core, v, 0.4, x)
    x[1][1] = bad
    const dirty = velocityOf(core, v, 0.4, x)
    expect(dirty[1].every(Number.isFinite)).toBe(false)
    expect([dirty[0], dirty[2]]).toEqual([clean[0], clean[2]])
  }
)
