import { describe, expect, it } from 'vitest'
import { openFlow, schedules, type ScheduleName } from '../../src/index.ts'
import { worstError } from '../assembly/core.ts'
import { randomRows } from '../fixtures/numbers.ts'
import { refusal } from '../fixtures/refusal.ts'
import { flowsOn, mixture } from './flows.ts'

describe.each(schedules.map(({ name }) => name as ScheduleName))('on the %s schedule', (name) => {
  describe.each(Object.entries(flowsOn(name)))('the tangents of the %s', (_, source) => {
    it('are what differences of the velocity show', async () => {
      using flow = await openFlow(source)
      const x = randomRows(1, 4, flow.dim)
      const directions = randomRows(2, 4, flow.dim)
      const time = 0.4
      const { tangents, velocity } = flow.tangent(x, { time, directions })
      expect(velocity).toEqual(flow.velocity(x, { time }).velocity)
      const h = 1e-2
      const moved = (sign: number) =>
        flow.velocity(
          x.map((row, i) => row.map((value, j) => value + sign * h * directions[i][j])),
          { time }
        ).velocity.data
      const [ahead, behind] = [moved(1), moved(-1)]
      const slopes = ahead.map((value, i) => (value - behind[i]) / (2 * h))
      expect(worstError(tangents.data, slopes)).toBeLessThan(5e-3)
    })

    it('along the coordinates sum to the divergence, point by point', async () => {
      using flow = await openFlow(source)
      const x = randomRows(3, 5, flow.dim)
      const { dim } = flow
      const units = x.flatMap(() =>
        Array.from({ length: dim }, (__, j) => Array.from({ length: dim }, (___, c) => Number(c === j)))
      )
      const { tangents } = flow.tangent(x, { time: 0.6, directions: units })
      const traces = x.map((__, i) =>
        Array.from({ length: dim }, (___, j) => tangents.data[(i * dim + j) * dim + j]).reduce(
          (s, v) => s + v,
          0
        )
      )
      const { divergence } = flow.velocity(x, { time: 0.6, divergence: true })
      expect(worstError(traces, divergence ?? [])).toBeLessThan(1e-5)
    })
  })
})

it('directions that are not as many for each point, or of another width, are refused by name', async () => {
  using flow = await openFlow(mixture('linear'))
  const x = [
    [0, 0],
    [1, 1]
  ]
  const along = (directions: number[][]) => () => flow.tangent(x, { time: 0.5, directions })
  expect(
    refusal(
      along([
        [1, 0],
        [0, 1],
        [1, 1]
      ])
    ).message
  ).toMatch(/`directions` must have as many rows as `input`, 2/)
  expect(
    refusal(
      along([
        [1, 0, 0],
        [0, 1, 0]
      ])
    )
  ).toMatchObject({ code: 'shape_mismatch', path: 'directions' })
})

describe('the log-density of states at a time', () => {
  const TIGHT = { rtol: 1e-6, atol: 1e-6, solver: 'dopri5' } as const

  it.each(schedules.map(({ name }) => name as ScheduleName))(
    'along the flow is that of the formula, on the %s schedule',
    async (name) => {
      using flow = await openFlow(mixture(name))
      const x = randomRows(6, 5, 2)
      for (const time of [0, 0.25, 0.8]) {
        const exact = flow.logProb(x, { time })
        const along = flow.logProb(x, { time, method: 'ode', ...TIGHT })
        expect(worstError(along.logProb, exact.logProb)).toBeLessThan(1e-3)
      }
    }
  )

  it('of a network at time 0 is that of its noise', async () => {
    using flow = await openFlow(flowsOn('linear').network)
    const { logProb } = flow.logProb([[0, 0, 0]], { time: 0 })
    expect(logProb[0]).toBeCloseTo(-1.5 * Math.log(2 * Math.PI), 12)
  })
})
