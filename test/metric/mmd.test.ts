import fc from 'fast-check'
import { expect, it } from 'vitest'
import { medianDistance, mmd } from '../../src/metric/index.ts'
import { refusal } from '../fixtures/refusal.ts'
import { cloud, lattice, line, moved } from './clouds.ts'

/** E k(X, Y) of X ~ N(0, s^2 I), Y ~ N(m 1, t^2 I) in d dimensions. */
function kernelMean(d: number, m: number, s: number, t: number, g: number): number {
  const total = g * g + s * s + t * t
  return ((g * g) / total) ** (d / 2) * Math.exp((-d * m * m) / (2 * total))
}

it('is what its definition gives on two and two points', () => {
  const k = (distance: number) => Math.exp(-(distance ** 2) / 8)
  const [x, y] = [line(0, 1), line(3, 5)]
  const across = (k(3) + k(5) + k(2) + k(4)) / 4
  expect(mmd(x, y, { bandwidth: 2 }).squared).toBeCloseTo(k(1) + k(2) - 2 * across, 14)
  const withSelf = (1 + k(1)) / 2 + (1 + k(2)) / 2 - 2 * across
  expect(mmd(x, y, { bandwidth: 2, estimate: 'v-statistic' }).squared).toBeCloseTo(withSelf, 14)
})

it.each([
  [1, 1, 1],
  [2, 0.5, 2],
  [3, 0, 0.5]
])('averages to the closed form between Gaussians: d = %i, m = %d, t = %d', (d, m, t) => {
  const bandwidth = 1.5
  const exact =
    kernelMean(d, 0, 1, 1, bandwidth) +
    kernelMean(d, 0, t, t, bandwidth) -
    2 * kernelMean(d, m, 1, t, bandwidth)
  const values = Array.from(
    { length: 60 },
    (_, i) => mmd(cloud(80, d, 2 * i), cloud(70, d, 2 * i + 1, m, t), { bandwidth }).squared
  )
  const mean = values.reduce((sum, value) => sum + value, 0) / values.length
  const deviation = Math.sqrt(values.reduce((sum, value) => sum + (value - mean) ** 2, 0) / values.length)
  expect(Math.abs(mean - exact)).toBeLessThan((4 * deviation) / Math.sqrt(values.length))
})

it('is 0 exactly between equal sets as a V-statistic, and positive between others', () => {
  const x = cloud(50, 3, 1)
  expect(mmd(x, x, { estimate: 'v-statistic' }).squared).toBe(0)
  expect(mmd(x, cloud(50, 3, 2), { estimate: 'v-statistic' }).squared).toBeGreaterThan(0)
})

it('takes the median distance of both sets together for its bandwidth, or a part of it', () => {
  const [x, y] = [line(0, 1), line(3)]
  // distances 1, 2, 3
  expect(mmd(x, y, { estimate: 'v-statistic' }).bandwidth).toBe(2)
  expect(mmd(x, y, { estimate: 'v-statistic', medianFactor: 0.1 }).bandwidth).toBeCloseTo(0.2, 15)
})

it('finds the median that sorting all distances finds, the lower one of two', () => {
  const check = (x: ReturnType<typeof line>): void => {
    const distances: number[] = []
    for (let i = 0; i < x.count; i++)
      for (let j = i + 1; j < x.count; j++) {
        let square = 0
        for (let k = 0; k < x.dim; k++) square += (x.data[i * x.dim + k] - x.data[j * x.dim + k]) ** 2
        distances.push(Math.sqrt(square))
      }
    distances.sort((a, b) => a - b)
    expect(medianDistance(x)).toBe(distances[Math.ceil(distances.length / 2) - 1])
  }
  fc.assert(
    fc.property(
      fc.integer({ min: 2, max: 12 }).chain((n) => lattice(n, 2)),
      check
    )
  )
  for (let n = 2; n < 30; n++) check(cloud(n, 3, n, 0, n % 2 === 0 ? 1e-20 : 1e15))
})

it('refuses a median of 0, and two rules at once', () => {
  const x = moved(cloud(9, 2, 1), () => 1)
  expect(refusal(() => mmd(x, x)).message).toBe(
    '`bandwidth` must be given where most rows are equal: the median distance between them is 0'
  )
  expect(refusal(() => mmd(x, x, { bandwidth: 1, medianFactor: 1 })).message).toBe(
    '`medianFactor` must be left out beside `bandwidth`, got 1'
  )
  expect(refusal(() => medianDistance([[1]])).message).toBe('`x` must hold at least 2 rows, got 1')
})
