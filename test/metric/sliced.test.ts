import { expect, it } from 'vitest'
import { drawDirection } from '../../src/metric/directions.ts'
import { slicedWasserstein, wasserstein } from '../../src/metric/index.ts'
import { cloud, line, moved } from './clouds.ts'

it.each([2, 3, 10])(
  'is |c| / sqrt(d) between a set and the same shifted by c, within its standard error: d = %i',
  (dim) => {
    const x = cloud(40, dim, 1)
    const y = moved(x, (value, axis) => (axis === 0 ? value + 2 : value))
    for (const seed of [0, 1, 2 ** 40]) {
      const { distance, standardError } = slicedWasserstein(x, y, { projections: 2000, seed })
      expect(Math.abs(distance - 2 / Math.sqrt(dim))).toBeLessThan(4 * standardError)
      expect(standardError).toBeLessThan(0.03)
    }
  }
)

it('has the standard error that its values over seeds have', () => {
  const [x, y] = [cloud(60, 3, 1), cloud(50, 3, 2, 0.5, 2)]
  const results = Array.from({ length: 200 }, (_, seed) => slicedWasserstein(x, y, { projections: 64, seed }))
  const mean = results.reduce((sum, { distance }) => sum + distance, 0) / 200
  const spread = Math.sqrt(results.reduce((sum, { distance }) => sum + (distance - mean) ** 2, 0) / 199)
  const said = results.reduce((sum, { standardError }) => sum + standardError, 0) / 200
  // 200 values know their deviation to 5 %.
  expect(Math.abs(spread / said - 1)).toBeLessThan(0.2)
})

it('is the exact distance on a line, from one projection and without error', () => {
  const [x, y] = [line(0, 1, 5), line(2, 2.5)]
  for (const order of [1, 2] as const)
    expect(slicedWasserstein(x, y, { order })).toEqual({
      distance: wasserstein(x, y, { order }),
      standardError: 0
    })
})

it('never passes the distance itself', () => {
  const [x, y] = [cloud(100, 2, 1), cloud(100, 2, 2, 1, 0.3)]
  for (const order of [1, 2] as const)
    expect(slicedWasserstein(x, y, { order }).distance).toBeLessThan(wasserstein(x, y, { order }))
})

it('draws directions of length 1 that favour no axis, another one for each index and seed', () => {
  const direction = new Float64Array(3)
  const second = [0, 0, 0]
  const seen = new Set<string>()
  for (let index = 0; index < 4000; index++) {
    drawDirection(index % 2, index, direction)
    expect(direction.reduce((sum, u) => sum + u * u, 0)).toBeCloseTo(1, 14)
    direction.forEach((u, axis) => (second[axis] += (u * u) / 4000))
    seen.add(direction.join())
  }
  expect(seen.size).toBe(4000)
  // The deviation of u^2 is sqrt(4/45).
  for (const mean of second)
    expect(Math.abs(mean - 1 / 3)).toBeLessThan((4 * Math.sqrt(4 / 45)) / Math.sqrt(4000))
})

it('gives the numbers that it gave everywhere: seed 7, from coordinates that are the same everywhere', () => {
  const x = [
    [0, 0, 1],
    [1, 2, 0],
    [3, 1, 1]
  ]
  const y = [
    [1, 1, 1],
    [0, 2, 5]
  ]
  expect(slicedWasserstein(x, y, { seed: 7, projections: 16 })).toEqual({
    distance: 2.023577777167773,
    standardError: 0.15171707476289728
  })
})
