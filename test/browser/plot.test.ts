import { expect, test } from 'vitest'
import { bandOf, lineOf, scaleOf } from '../../worker/playground/plot.ts'

test.each([[[-1.25, 18]], [[1e43]], [[-64, 7e5]], [[]]])(
  'a scale for %j falls, keeps its values inside, and has ticks apart',
  (values) => {
    const { height, ticks } = scaleOf(values)
    for (const value of [...values, -1, 0, 1]) {
      expect(height(value)).toBeGreaterThan(0.1)
      expect(height(value)).toBeLessThan(0.9)
    }
    const heights = ticks.map(height).sort((a, b) => a - b)
    for (let i = 1; i < heights.length; i++) expect(heights[i] - heights[i - 1]).toBeGreaterThan(0.089)
    expect(height(2)).toBeLessThan(height(1))
    expect(ticks).toContain(0)
  }
)

test('where there is no value a line is broken off, and a band ends', () => {
  const scale = { height: (value: number) => value, ticks: [] }
  const gap = { t: [0, 0.25, 0.5, 1], value: [0.1, null, 0.3, 0.4] }
  expect(lineOf(gap, scale)).toBe('M0.0 100.0M500.0 300.0L1000.0 400.0')
  const below = { t: gap.t, value: [0.5, 0.6, 0.7, null] }
  expect(bandOf(gap, below, scale)).toBe('M0.0 100.0L500.0 300.0L500.0 700.0L0.0 500.0Z')
  expect(bandOf(gap, { t: gap.t, value: [null, 1, null, null] }, scale)).toBe('')
})
