import fc from 'fast-check'
import { expect, it } from 'vitest'
import { assign } from '../../src/metric/assignment.ts'
import { squaredDistances } from '../../src/metric/neighbours.ts'
import { cloud, lattice, moved } from './clouds.ts'

const total = (cost: Float64Array, columns: Int32Array): number =>
  columns.reduce((sum, j, i) => sum + cost[i * columns.length + j], 0)

/** The least cost of all n! permutations. */
function leastCost(cost: Float64Array, n: number, row = 0, taken = 0): number {
  if (row === n) return 0
  let least = Infinity
  for (let j = 0; j < n; j++)
    if ((taken & (1 << j)) === 0)
      least = Math.min(least, cost[row * n + j] + leastCost(cost, n, row + 1, taken | (1 << j)))
  return least
}

/** What any assignment costs at least: sum_i min_j (cost_ij - price_j) + sum_j price_j, by linear duality. */
function lowerBound(cost: Float64Array, prices: Float64Array): number {
  const n = prices.length
  return prices.reduce((sum, price, i) => {
    const row = cost.subarray(i * n, (i + 1) * n)
    return sum + price + row.reduce((least, c, j) => Math.min(least, c - prices[j]), Infinity)
  }, 0)
}

const square = (entry: fc.Arbitrary<number>) =>
  fc
    .integer({ min: 1, max: 7 })
    .chain((n) =>
      fc
        .array(entry, { minLength: n * n, maxLength: n * n })
        .map((values) => ({ n, cost: Float64Array.from(values) }))
    )

it.each([
  ['whole numbers, with ties', fc.integer({ min: -3, max: 3 })],
  ['any numbers', fc.double({ min: -1e6, max: 1e6, noNaN: true })],
  ['numbers of very different sizes', fc.integer({ min: -40, max: 40 }).map((k) => 2 ** k)]
])('is as cheap as the cheapest of all permutations: costs of %s', (_, entry) => {
  fc.assert(
    fc.property(square(entry), ({ n, cost }) => {
      const { columns } = assign(cost, n)
      expect([...columns].sort((a, b) => a - b)).toEqual([...columns.keys()])
      const scale = cost.reduce((most, c) => Math.max(most, Math.abs(c)), 0)
      expect(Math.abs(total(cost, columns) - leastCost(cost, n))).toBeLessThanOrEqual(1e-13 * n * scale)
    }),
    { numRuns: 300 }
  )
})

it.each([
  ['of one distribution', cloud(300, 2, 2)],
  ['far apart', cloud(300, 2, 2, 5)],
  ['of which one is narrow', cloud(300, 2, 2, 0, 0.05)],
  ['with one far off', moved(cloud(300, 2, 2), (v) => (Math.abs(v) > 2.5 ? v * 1e4 : v))],
  ['of which one is a single point', moved(cloud(300, 2, 2), () => 1)]
])('attains the bound that its prices prove: 300 points %s', (_, y) => {
  const cost = squaredDistances(cloud(300, 2, 1), y)
  const { columns, prices } = assign(cost, 300)
  expect(new Set(columns).size).toBe(300)
  const cheapest = total(cost, columns)
  expect(Math.abs(cheapest - lowerBound(cost, prices))).toBeLessThanOrEqual(1e-12 * cheapest)
})

it('ends where all is tied: points of a small lattice, and equal ones', () => {
  fc.assert(
    fc.property(lattice(60, 2), lattice(60, 2), (x, y) => {
      const cost = squaredDistances(x, y)
      const { columns, prices } = assign(cost, 60)
      expect(new Set(columns).size).toBe(60)
      expect(total(cost, columns)).toBeCloseTo(lowerBound(cost, prices), 8)
    }),
    { numRuns: 20 }
  )
  expect(new Set(assign(new Float64Array(100 * 100).fill(7), 100).columns).size).toBe(100)
})
