import { expect, it } from 'vitest'
import { sinkhorn, sinkhornDivergence, wasserstein } from '../../src/metric/index.ts'
import { refusal } from '../fixtures/refusal.ts'
import { cloud, line, moved } from './clouds.ts'

const x = cloud(40, 2, 1)
const y = cloud(40, 2, 2, 1, 0.5)

it('tends to the exact cost as epsilon does to 0, from above, with its coupling', () => {
  const exact = wasserstein(x, y) ** 2
  const found = [1, 0.1, 0.01, 0.001].map((epsilon) => sinkhorn(x, y, { epsilon, iterations: 20_000 }))
  const above = found.map(({ cost }) => cost - exact)
  const blurred = found.map(({ transportCost }) => transportCost - exact)
  for (const gaps of [above, blurred]) {
    expect(gaps).toEqual([...gaps].sort((a, b) => b - a))
    expect(gaps[0]).toBeGreaterThan(0.1)
    expect(Math.abs(gaps[3])).toBeLessThan(5e-3)
  }
  expect(found.map(({ status }) => status)).toEqual(['ok', 'ok', 'ok', 'ok'])
})

it('is the closed form of two points against two: the coupling is one logistic function of epsilon', () => {
  // The share of the coupling that stays is p = 1 / (1 + exp(-1 / eps)): costs are 0 to stay and 1 to cross.
  for (const epsilon of [0.2, 1, 5]) {
    const p = 1 / (1 + Math.exp(-1 / epsilon))
    const entropy = p * Math.log(2 * p) + (1 - p) * Math.log(2 * (1 - p))
    const result = sinkhorn(line(0, 1), line(0, 1), { epsilon, tolerance: 1e-12 })
    expect(result.transportCost).toBeCloseTo(1 - p, 10)
    expect(result.cost).toBeCloseTo(1 - p + epsilon * entropy, 10)
  }
})

it('is the mean cost of independent points where epsilon is large', () => {
  const { transportCost, cost } = sinkhorn(line(0, 2), line(1, 4, 5), { epsilon: 1e7, tolerance: 1e-12 })
  // (1 + 16 + 25 + 1 + 4 + 9) / 6
  expect(transportCost).toBeCloseTo(56 / 6, 4)
  expect(cost).toBeCloseTo(56 / 6, 4)
})

it('takes the cost |x - y| by order 1, and sets of any sizes', () => {
  const [a, b] = [cloud(30, 1, 1), cloud(20, 1, 2, 2)]
  const options = { epsilon: 0.002, order: 1, iterations: 50_000, tolerance: 1e-3 } as const
  expect(Math.abs(sinkhorn(a, b, options).cost - wasserstein(a, b, { order: 1 }))).toBeLessThan(0.01)
})

it('gives finite numbers for an epsilon far below what exponentials of the costs can carry', () => {
  const far = moved(x, (value) => value + 1000)
  const { cost, marginalError } = sinkhorn(x, far, { epsilon: 1e-6, iterations: 50 })
  expect(Math.abs(cost / 2e6 - 1)).toBeLessThan(1e-6)
  expect(marginalError).toBeLessThanOrEqual(1)
})

it('says where the iterations ran out', () => {
  const result = sinkhorn(x, y, { epsilon: 1e-3, iterations: 3 })
  expect(result).toMatchObject({ status: 'not_converged', iterations: 3 })
  expect(result.marginalError).toBeGreaterThan(1e-4)
  expect(sinkhornDivergence(x, y, { epsilon: 1e-3, iterations: 3 }).status).toBe('not_converged')
})

it.each([1e-3, 0.1, 10])(
  'has a divergence of 0 between equal sets, to the tolerance times epsilon = %d',
  (epsilon) => {
    const turned = {
      ...x,
      data: Float32Array.from(Array.from({ length: 80 }, (_, at) => x.data[78 - at + 2 * (at % 2)]))
    }
    const { divergence } = sinkhornDivergence(x, turned, { epsilon })
    expect(Math.abs(divergence)).toBeLessThan(1e-4 * epsilon)
  }
)

it('has a divergence of |c|^2 between a set and the same shifted by c, for every epsilon', () => {
  const shifted = moved(x, (value, axis) => (axis === 0 ? value + 3 : value - 4))
  for (const epsilon of [0.05, 1, 20]) {
    const { divergence } = sinkhornDivergence(x, shifted, { epsilon, tolerance: 1e-7 })
    expect(divergence).toBeCloseTo(25, 4)
  }
})

it('is symmetric', () => {
  const options = { epsilon: 0.1, tolerance: 1e-8 }
  expect(sinkhorn(x, y, options).cost).toBeCloseTo(sinkhorn(y, x, options).cost, 8)
  expect(sinkhornDivergence(x, y, options).divergence).toBeCloseTo(
    sinkhornDivergence(y, x, options).divergence,
    8
  )
})

it('takes sets of equal points', () => {
  const point = moved(x, () => 1)
  expect(sinkhorn(point, point, { epsilon: 1 })).toMatchObject({ cost: 0, transportCost: 0, status: 'ok' })
})

it('refuses matrices beyond the memory limit: two for the transport, one for a set with itself', () => {
  expect(refusal(() => sinkhorn(x, y, { epsilon: 1, memoryLimit: 16 * 1600 - 1 })).code).toBe('over_limit')
  expect(sinkhorn(x, y, { epsilon: 1, memoryLimit: 16 * 1600 }).status).toBe('ok')
  const one = line(0)
  const many = cloud(100, 1, 1)
  expect(refusal(() => sinkhornDivergence(one, many, { epsilon: 1, memoryLimit: 79_999 })).code).toBe(
    'over_limit'
  )
})
