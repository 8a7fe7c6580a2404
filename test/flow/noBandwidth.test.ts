import { describe, expect, it } from 'vitest'
import { openFlow, schedules, solvers, type FlowFile, type ScheduleName } from '../../src/index.ts'
import { worstError } from '../assembly/core.ts'
import { randomRows } from '../fixtures/numbers.ts'
import { refusal } from '../fixtures/refusal.ts'

const points = randomRows(4, 10, 2, 2)
const dataSet = (schedule: ScheduleName, bandwidth: number): FlowFile => ({
  schedule,
  target: { kind: 'empirical', points, bandwidth }
})
const flow = await openFlow(dataSet('linear', 0))
const x = randomRows(5, 6, 2)

describe.each(schedules)('a data set without bandwidth on the $name schedule', ({ name }) => {
  it('has before the end the estimates of one with a tiny one', async () => {
    using bare = await openFlow(dataSet(name as ScheduleName, 0))
    using smoothed = await openFlow(dataSet(name as ScheduleName, 1e-9))
    for (const time of [0, 0.2, 0.7, 0.95]) {
      const at = { time, divergence: true } as const
      const [got, want] = [bare.velocity(x, at), smoothed.velocity(x, at)]
      expect(worstError(got.velocity.data, want.velocity.data)).toBeLessThan(1e-6)
      expect(worstError(got.divergence ?? [], want.divergence ?? [])).toBeLessThan(1e-6)
      for (const ask of ['score', 'denoiser', 'noise'] as const)
        expect(worstError(bare[ask](x, { time }).data, smoothed[ask](x, { time }).data)).toBeLessThan(1e-6)
      expect(
        worstError(bare.logProb(x, { time }).logProb, smoothed.logProb(x, { time }).logProb)
      ).toBeLessThan(1e-6)
    }
  })
})

const SHORT = solvers.filter(({ evaluatesEnd, name }) => !evaluatesEnd && name !== 'stochastic')
const UP_TO = solvers.filter(({ evaluatesEnd }) => evaluatesEnd)

it.each(SHORT)('is sampled by $name, which ends on its points', ({ name: solver }) => {
  const { data, status } = flow.sample({ count: 20, seed: 1, solver, steps: 200 })
  expect(status.every((row) => row === 'ok')).toBe(true)
  const off = Array.from({ length: 20 }, (_, i) =>
    Math.min(...points.map(([p, q]) => Math.hypot(data[2 * i] - p, data[2 * i + 1] - q)))
  )
  expect(Math.max(...off)).toBeLessThan(0.05)
})

it('shows frames inside its last step', async () => {
  const frames = []
  for await (const frame of flow.trajectory({ seed: 1, solver: 'euler', steps: 4, frames: [0.8, 0.9, 1] }))
    frames.push(frame)
  expect(frames.map(({ status }) => status[0])).toEqual(['ok', 'ok', 'ok'])
})

describe('at time 1 it has nothing, and says so', () => {
  it.each(UP_TO)('for the solver $name', ({ name: solver }) => {
    const refused = refusal(() => flow.sample({ solver }))
    expect(refused.path).toBe('target.bandwidth')
    expect(refused.message).toMatch(/above 0 for the solver \w+, which evaluates.*choose one of .*euler/)
  })

  it.each(solvers.filter(({ name }) => name !== 'stochastic'))(
    'for an encoding by $name',
    ({ name: solver }) => {
      const refused = refusal(() => flow.encode(x, { solver, steps: 5 }))
      expect(refused.message).toMatch(/`target.bandwidth` must be above 0 for a way that starts at time 1/)
    }
  )

  it('for the velocity, the estimates, tangents and the log-density', () => {
    const asks = [
      () => flow.velocity(x, { time: 1 }),
      () => flow.tangent(x, { time: 1, directions: x }),
      () => flow.score(x, { time: 1 }),
      () => flow.denoiser(x, { time: 1 }),
      () => flow.noise(x, { time: 1 }),
      () => flow.logProb(x),
      () => flow.logProb(x, { method: 'ode' })
    ]
    for (const ask of asks) expect(refusal(ask)).toMatchObject({ code: 'invalid_argument', path: 'time' })
    expect(flow.velocity(x, { time: 0.5 }).nfe).toBe(1)
  })

  it('a negative bandwidth is refused by name', async () => {
    await expect(openFlow(dataSet('linear', -1))).rejects.toMatchObject({ path: 'target.bandwidth' })
  })
})
