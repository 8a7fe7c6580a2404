import fc from 'fast-check'
import { expect, it } from 'vitest'
import { matching, wasserstein } from '../../src/metric/index.ts'
import type { Batch } from '../../src/types.ts'
import { refusal } from '../fixtures/refusal.ts'
import { cloud, line, moved } from './clouds.ts'

const ORDERS = [1, 2] as const
/** Multiples of 1/8 up to 16: sums and squares of them are exact. */
const eighths = fc.integer({ min: -128, max: 128 }).map((k) => k / 8)
const sample = fc.array(eighths, { minLength: 1, maxLength: 12 })

/** Every value as often as it takes to make both samples as long. */
const repeated = (values: readonly number[], times: number): number[] =>
  values.flatMap((value) => new Array<number>(times).fill(value)).sort((a, b) => a - b)

it('couples the quantiles of samples of different sizes: as if each value stood there several times', () => {
  fc.assert(
    fc.property(sample, sample, fc.constantFrom(...ORDERS), (a, b, order) => {
      const [x, y] = [repeated(a, b.length), repeated(b, a.length)]
      const mean = x.reduce((sum, value, i) => sum + Math.abs(value - y[i]) ** order, 0) / x.length
      expect(wasserstein(line(...a), line(...b), { order })).toBeCloseTo(mean ** (1 / order), 12)
    })
  )
})

it('is |c| exactly between a sample and the same shifted by c, on a line and in the plane', () => {
  fc.assert(
    fc.property(sample, eighths, (values, c) => {
      const x = line(...values)
      for (const order of ORDERS) {
        expect(
          wasserstein(
            x,
            moved(x, (value) => value + c),
            { order }
          )
        ).toBe(Math.abs(c))
        const flat = { ...x, count: values.length, dim: 2, data: Float32Array.from([...values, ...values]) }
        expect(
          wasserstein(
            flat,
            moved(flat, (value, axis) => (axis === 0 ? value + c : value)),
            { order }
          )
        ).toBe(Math.abs(c))
      }
    })
  )
})

it('is |s - 1| root mean |x|^2 between a set and the same scaled by s', () => {
  const x = cloud(150, 3, 4)
  const size = Math.sqrt(x.data.reduce((sum, value) => sum + value * value, 0) / x.count)
  expect(
    wasserstein(
      x,
      moved(x, (value) => 2.5 * value)
    )
  ).toBeCloseTo(1.5 * size, 6)
})

it('finds on a line by assignment what it finds by sorting', () => {
  fc.assert(
    fc.property(fc.array(fc.tuple(eighths, eighths), { minLength: 1, maxLength: 40 }), (pairs) => {
      const [x, y] = [line(...pairs.map(([a]) => a)), line(...pairs.map(([, b]) => b))]
      for (const order of ORDERS)
        expect(matching(x, y, { order }).distance).toBeCloseTo(wasserstein(x, y, { order }), 12)
    })
  )
})

it("tends to the closed form between Gaussians on a line: W2^2 = (m - m')^2 + (s - s')^2", () => {
  // Standard errors of the means and of the deviations are 0.007 and 0.005.
  expect(wasserstein(cloud(20_000, 1, 1), cloud(15_000, 1, 2, 3, 2))).toBeCloseTo(Math.sqrt(10), 1)
  expect(wasserstein(cloud(20_000, 1, 1), cloud(15_000, 1, 2, 3), { order: 1 })).toBeCloseTo(3, 1)
})

it('returns the pairing: a permutation whose cost is the distance, and which undoes a shuffle', () => {
  const x = cloud(50, 2, 7)
  const order = Array.from({ length: 50 }, (_, i) => (i * 17 + 3) % 50)
  const y: Batch = { ...x, data: Float32Array.from(order.flatMap((i) => [x.data[2 * i], x.data[2 * i + 1]])) }
  const { partners, distance } = matching(x, y)
  expect(distance).toBe(0)
  expect([...partners].map((j) => order[j])).toEqual([...order.keys()])
})

it('takes rows as well as batches', () => {
  expect(
    wasserstein(
      [
        [0, 0],
        [3, 4]
      ],
      [
        [3, 4],
        [6, 8]
      ],
      { order: 1 }
    )
  ).toBe(5)
  expect(wasserstein([[1], [2]], [[4]])).toBe(Math.sqrt(6.5))
})

it('refuses sets of different sizes in the plane, and says what takes them', () => {
  expect(refusal(() => wasserstein(cloud(3, 2, 1), cloud(4, 2, 1)))).toEqual({
    code: 'shape_mismatch',
    path: 'y',
    message:
      '`y` must have 3 rows (as many as `x`), got 4; take as many of each, or use slicedWasserstein or sinkhorn, which take any numbers'
  })
})

it('refuses a matrix beyond the memory limit before it takes any of it, naming what fits', () => {
  const many: Batch = { count: 2 ** 20, dim: 2, data: new Float32Array(2 ** 21) }
  expect(refusal(() => matching(many, many))).toEqual({
    code: 'over_limit',
    path: 'x',
    message: `\`x\` and \`y\` must fit in the memory limit of ${2 ** 30} bytes, got ${2 ** 20} and ${2 ** 20} rows, which take ${2 ** 43}; 11585 rows of each fit, or raise \`memoryLimit\``
  })
  const ten = cloud(10, 2, 1)
  expect(refusal(() => wasserstein(ten, ten, { memoryLimit: 799 })).code).toBe('over_limit')
  expect(wasserstein(ten, ten, { memoryLimit: 800 })).toBe(0)
})
