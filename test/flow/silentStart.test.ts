import { describe, expect, it } from 'vitest'
import { customSchedule, openFlow, type FlowFile, type ScheduleSpec } from '../../src/index.ts'
import { worstError } from '../assembly/core.ts'
import { networkModel } from '../fixtures/determinism.ts'
import { randomRows } from '../fixtures/numbers.ts'
import { perceptron } from './flows.ts'

// Schedules whose b and b' are both 0 at the start, where a velocity says nothing of the data.
const SILENT: [string, ScheduleSpec][] = [
  ['polynomial', 'polynomial'],
  ['polynomial of power 1.5', { kind: 'polynomial', power: 1.5 }],
  ['polynomial of power 5', { kind: 'polynomial', power: 5 }],
  [
    'custom',
    customSchedule((t) => ({ a: 1 - t ** 3, aDa: -3 * t * t * (1 - t ** 3), b: t ** 3, db: 3 * t * t }))
  ]
]
const PREDICTIONS = ['velocity', 'denoiser', 'noise'] as const

const trained = (schedule: ScheduleSpec, prediction: (typeof PREDICTIONS)[number]) =>
  networkModel(perceptron, 5, {
    flow: {
      schedule,
      target: { kind: 'network', architecture: perceptron, prediction, weights: 'weights.safetensors' }
    } as FlowFile
  })
const x = randomRows(3, 6, 3)
const start = { time: 0 }

describe.each(SILENT)('on the schedule %s', (_, schedule) => {
  it.each(PREDICTIONS)(
    'a network that predicts the %s knows the noise at the start: it is x',
    async (prediction) => {
      using flow = await openFlow(trained(schedule, prediction))
      expect(flow.noise(x, start).data).toEqual(new Float32Array(x.flat()))
      expect(flow.score(x, start).data).toEqual(new Float32Array(x.flat()).map((value) => -value))
    }
  )

  it.each(['velocity', 'noise'] as const)(
    'the %s tells a denoiser at the start that is one of a little later',
    async (prediction) => {
      using flow = await openFlow(trained(schedule, prediction))
      // b of these times is from 0.001 to 0.003, or for the custom one to 0.008.
      const times = Array.from({ length: 14 }, (_, i) => 1e-4 * 2 ** i)
      const there = flow.denoiser(x, start).data
      const size = Math.max(...there.map(Math.abs))
      const off = times.map((time) => worstError(flow.denoiser(x, { time }).data, there) / (1 + size))
      expect(Math.min(...off)).toBeLessThan(1e-6)
    }
  )

  it.each(PREDICTIONS)('the %s on straight lines starts with E[X_1] - x', async (prediction) => {
    using flow = await openFlow(trained(schedule, prediction), { schedule: 'linear' })
    const { velocity } = flow.velocity(x, start)
    const denoiser = flow.denoiser(x, start).data
    expect(flow.noise(x, start).data).toEqual(new Float32Array(x.flat()))
    const want = [...denoiser].map((value, i) => value - x.flat()[i])
    expect(worstError(velocity.data, want)).toBeLessThan(1e-6 * Math.max(1, ...want.map(Math.abs)))
  })
})

it('the first step of a stochastic sampler follows the score', async () => {
  using flow = await openFlow(trained('polynomial', 'velocity'))
  const how = { count: 4000, seed: 1 }
  const z = flow.source(how).data
  const rows = Array.from({ length: how.count }, (_, i) => [...z.subarray(3 * i, 3 * i + 3)])
  const v = flow.velocity(rows, start).velocity.data
  const { data } = flow.sample({ ...how, solver: 'stochastic', steps: 1, epsilon: 0.5 })
  // X_1 = z + v + 0.5 s + sqrt(2 * 0.5) w: with s = -z its part along z is z / 2.
  let [along, square] = [0, 0]
  z.forEach((value, i) => {
    along += (data[i] - v[i]) * value
    square += value * value
  })
  expect(along / square).toBeCloseTo(0.5, 1)
})
