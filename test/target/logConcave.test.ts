import { describe, expect, it } from 'vitest'
import { openFlow, schedules, type Flow, type ScheduleName } from '../../src/index.ts'
import { logConcaveTargets } from '../../src/target/logConcave.ts'
import { symmetricEigen } from '../../src/target/eigen.ts'

const TIMES = [0.02, 0.1, 0.3, 0.5, 0.7, 0.9, 0.98, 1]

/** A grid of states as wide as they get. */
const states = (dim: number): number[][] => {
  const length = dim === 1 ? 41 : 13
  const line = Array.from({ length }, (_, i) => (6 * i) / (length - 1) - 3)
  return dim === 1 ? line.map((x) => [x]) : line.flatMap((x) => line.map((y) => [x, y]))
}

/** The least and the largest eigenvalue of grad v(t, .) over the states. */
function extremes(flow: Flow, x: readonly (readonly number[])[], time: number): [number, number] {
  const { dim } = flow
  const directions = x.flatMap(() =>
    Array.from({ length: dim }, (_, i) => Array.from({ length: dim }, (__, j) => Number(i === j)))
  )
  const { data } = flow.tangent(x, { time, directions }).tangents
  const values = x.flatMap((_, i) => {
    const matrix = Float64Array.from(data.subarray(i * dim * dim, (i + 1) * dim * dim))
    return [...symmetricEigen(matrix, dim).values]
  })
  return [Math.min(...values), Math.max(...values)]
}

it('there are several, each with bounds that make it strongly log-concave', () => {
  expect(logConcaveTargets.length).toBeGreaterThan(2)
  for (const { kappa, beta } of logConcaveTargets) {
    expect(kappa).toBeGreaterThan(0)
    expect(beta).toBeGreaterThanOrEqual(kappa)
  }
})

describe.each(logConcaveTargets)('$name', ({ target, kappa, beta }) => {
  it.each(schedules)(
    'bends the velocity on the $name schedule no more than its bounds allow',
    async (schedule) => {
      using flow = await openFlow({ schedule: schedule.name as ScheduleName, target })
      const x = states(flow.dim)
      for (const t of TIMES) {
        const { a, aDa, b, db } = schedule.at(t)
        // Gao, Huang & Jiao 2024, Proposition 29
        const bound = (curve: number) => (curve * aDa + b * db) / (curve * a * a + b * b)
        const [least, most] = extremes(flow, x, t)
        const rounding = 2e-5 * (1 + Math.abs(least) + Math.abs(most))
        expect(most, `t = ${t}`).toBeLessThanOrEqual(bound(kappa) + rounding)
        expect(least, `t = ${t}`).toBeGreaterThanOrEqual(bound(beta) - rounding)
      }
    }
  )

  it('is a contraction of noise up to the root of 1 / kappa, and of data up to that of beta', async () => {
    using flow = await openFlow({ schedule: 'linear', target })
    const x = states(flow.dim)
    const h = 1e-2
    const how = { solver: 'rk4', steps: 100, error: false } as const
    const stretch = (carry: (rows: number[][]) => { data: Float32Array }) => {
      const moved = carry(x.map((row) => row.map((value, j) => (j === 0 ? value + h : value)))).data
      const still = carry(x).data
      return Math.max(
        ...x.map((_, i) => {
          const at = i * flow.dim
          return Math.hypot(...Array.from({ length: flow.dim }, (__, j) => moved[at + j] - still[at + j])) / h
        })
      )
    }
    expect(stretch((rows) => flow.decode(rows, how))).toBeLessThanOrEqual(1.001 / Math.sqrt(kappa))
    expect(stretch((rows) => flow.encode(rows, how))).toBeLessThanOrEqual(1.001 * Math.sqrt(beta))
  })
})

it('two masses at the ends of a line bend the velocity most in the middle, as much as their radius allows', async () => {
  const { target, kappa } = logConcaveTargets[1]
  using flow = await openFlow({ schedule: 'linear', target })
  const t = 0.6
  const [, most] = extremes(flow, [[0]], t)
  const [a, b] = [1 - t, t]
  // At x = 0 the posterior's variance is R^2: grad v = (a a' + s^2 b b') / q + a b (a b' - a' b) R^2 / q^2, q = a^2 + s^2 b^2
  const q = a * a + b * b
  expect(most).toBeCloseTo((b - a) / q + (a * b * 0.25) / q ** 2, 6)
  expect(most).toBeLessThan((b - kappa * a) / (kappa * a * a + b * b))
})
