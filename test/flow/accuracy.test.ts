import { describe, expect, it } from 'vitest'
import { openFlow, schedules, solvers, type ScheduleName } from '../../src/index.ts'
import { worstError } from '../assembly/core.ts'
import { randomRows } from '../fixtures/numbers.ts'
import { diagonal, flowsOn, mixture } from './flows.ts'

const TIGHT = { rtol: 1e-6, atol: 1e-6 } as const
const pairs = solvers.filter(({ tableau }) => tableau?.embedded !== undefined)
const z = randomRows(3, 12, 2)
const finest = { solver: 'rk4', steps: 2000, error: false } as const

it('the linear, trigonometric and Foellmer schedules lead to the same points', async () => {
  const ends = []
  for (const schedule of ['linear', 'trigonometric', 'follmer'] as const) {
    using flow = await openFlow(mixture(schedule))
    ends.push(flow.decode(z, { solver: 'dopri5', ...TIGHT }).data)
  }
  expect(worstError(ends[1], [...ends[0]])).toBeLessThan(1e-4)
  expect(worstError(ends[2], [...ends[0]])).toBeLessThan(1e-4)
})

describe.each(pairs)('$name', ({ name: solver }) => {
  it('is as exact as its tolerance, and works the harder the smaller that is', async () => {
    using flow = await openFlow(mixture('linear', 0.4))
    const exact = [...flow.decode(z, finest).data]
    let last = 0
    for (const tolerance of [1e-2, 1e-3, 1e-4, 1e-5]) {
      const { data, nfe, status } = flow.decode(z, { solver, rtol: tolerance, atol: tolerance, error: false })
      expect(status.every((row) => row === 'ok')).toBe(true)
      expect(worstError(data, exact)).toBeLessThan(20 * tolerance)
      expect(nfe).toBeGreaterThan(last)
      last = nfe
    }
  })

  it('ends at the limit of its steps with a status for each row, not in a hang', async () => {
    using flow = await openFlow(mixture('linear', 0.05))
    const { status } = flow.decode(z, { solver, ...TIGHT, maxSteps: 3 })
    expect(status).toEqual(z.map(() => 'step_limit'))
    expect(flow.decode(z, { solver, ...TIGHT }).status).toEqual(z.map(() => 'ok'))
  })
})

it.each(solvers.filter(({ name }) => name !== 'stochastic' && name !== 'implicit-midpoint'))(
  '$name says how far off its rows are, within a factor of 5 in the middle, or more where it may be of a lower order',
  async ({ name: solver, order, errorOrder }) => {
    using flow = await openFlow(mixture('linear', 0.4))
    const exact = flow.decode(z, finest).data
    const { data, error } = flow.decode(z, { solver, steps: 12 })
    const ratios = z
      .map((_, i) => {
        const off = [0, 1].map((j) => Math.abs(data[2 * i + j] - exact[2 * i + j]))
        return (error?.[i] ?? NaN) / Math.max(...off)
      })
      .sort((p, q) => p - q)
    expect(ratios[6]).toBeGreaterThan(0.2)
    expect(ratios[6]).toBeLessThan((5 * (2 ** order - 1)) / (2 ** errorOrder - 1))
  }
)

it.each(
  pairs.flatMap(({ name }) =>
    (['linear', 'follmer', 'vp'] as const).flatMap((schedule) =>
      [0.1, 0.01, 1e-3, 1e-5].map((tolerance) => [name, schedule, tolerance] as const)
    )
  )
)('%s on the %s schedule knows its error at a tolerance of %f', async (solver, schedule, tolerance) => {
  using flow = await openFlow(mixture(schedule, 0.4))
  const exact = flow.decode(z, { solver: 'dopri5', rtol: 1e-8, atol: 1e-8, error: false }).data
  const { data, error } = flow.decode(z, { solver, rtol: tolerance, atol: tolerance })
  const ratios = z
    .map((_, i) => error![i] / Math.max(...[0, 1].map((j) => Math.abs(data[2 * i + j] - exact[2 * i + j]))))
    .sort((p, q) => p - q)
  expect(ratios[2]).toBeGreaterThan(0.1)
  expect(ratios[6]).toBeGreaterThan(0.5)
  expect(ratios[6]).toBeLessThan(2)
})

it('a row whose tolerance no step can meet says so', async () => {
  // Its velocity goes up within a billionth of the way.
  using flow = await openFlow(diagonal('linear', [0], [1e12]))
  const { status, reached, error } = flow.decode([[1]], { solver: 'dopri5', rtol: 1e-8, atol: 1e-8 })
  expect(status).toEqual(['tolerance_not_met'])
  expect(reached[0]).toBeLessThan(1)
  expect(error?.[0]).toBeNaN()
})

// A grid of an odd number of steps has no every second time, and a schedule's end may be where most of the error is made.
it.each(
  (['linear', 'follmer', 'trigonometric'] as const).flatMap((schedule) =>
    (['heun', 'rk4', 'dpmpp2m', 'ab2'] as const).flatMap((solver) =>
      (['uniform', 'cosine'] as const).flatMap((grid) =>
        [9, 16, 17, 33].map((steps) => [schedule, solver, grid, steps] as const)
      )
    )
  )
)('on the %s schedule %s knows its error on a %s grid of %i steps', async (schedule, solver, grid, steps) => {
  using flow = await openFlow(mixture(schedule, 0.5))
  const exact = flow.decode(z, finest).data
  const { data, error } = flow.decode(z, { solver, grid, steps })
  const told = error!.reduce((sum, value) => sum + value, 0)
  const true_ = z.reduce(
    (sum, _, i) => sum + Math.max(...[0, 1].map((j) => Math.abs(data[2 * i + j] - exact[2 * i + j]))),
    0
  )
  // What makes an estimate of a lower order generous is that it is never far too small.
  expect(told / true_).toBeGreaterThan(solver === 'dpmpp2m' ? 0.5 : 0.2)
  expect(told / true_).toBeLessThan(solver === 'dpmpp2m' ? 15 : 5)
})

describe.each(schedules)('on the $name schedule', ({ name }) => {
  const schedule = name as ScheduleName

  it.each([1, 2, 5, 8])('the log-density along the flow is the exact one, in %i dimensions', async (dim) => {
    const stds = Array.from({ length: dim }, (_, j) => 0.6 + 0.1 * j)
    const mean = stds.map((_, j) => 0.5 * (-1) ** j)
    using flow = await openFlow(diagonal(schedule, mean, stds))
    const x = randomRows(7, 6, dim)
    const { logProb } = flow.logProb(x, { method: 'ode', solver: 'dopri5', ...TIGHT })
    expect(worstError(logProb, [...flow.logProb(x).logProb])).toBeLessThan(1e-3)
  })

  it('the samples of a mixture come with the log-density that its formula gives them', async () => {
    using flow = await openFlow(mixture(schedule))
    const drawn = flow.sample({ count: 9, seed: 5, logProb: true, solver: 'dopri5', ...TIGHT })
    expect(worstError(drawn.logProb ?? [], [...flow.logProb(drawn).logProb])).toBeLessThan(1e-3)
  })

  it('probes find the log-density within their standard error', async () => {
    using flow = await openFlow(mixture(schedule, 0.5))
    const x = randomRows(8, 6, 2)
    const how = { method: 'ode', solver: 'dopri5', ...TIGHT } as const
    const exact = flow.logProb(x).logProb
    for (const probeKind of ['rademacher', 'gaussian'] as const) {
      const { logProb, standardError } = flow.logProb(x, { ...how, probes: 64, probeKind, seed: 3 })
      x.forEach((_, i) => {
        expect(standardError?.[i]).toBeGreaterThan(0)
        expect(Math.abs(logProb[i] - exact[i])).toBeLessThan(5 * (standardError?.[i] ?? NaN) + 1e-3)
      })
    }
  })

  it.each(Object.entries(flowsOn(schedule)))(
    'noise and data of the %s make up the state',
    async (_, source) => {
      using flow = await openFlow(source)
      const x = randomRows(2, 5, flow.dim)
      const at = schedules.find((one) => one.name === name)
      for (const time of [0.1, 0.5, 0.9]) {
        const { a, b } = at?.at(time) ?? { a: NaN, b: NaN }
        const [data, noise] = [flow.denoiser(x, { time }).data, flow.noise(x, { time }).data]
        const state = data.map((value, i) => a * noise[i] + b * value)
        const size = Math.max(1, ...[...data].map(Math.abs))
        expect(worstError(state, x.flat())).toBeLessThan(1e-5 * size * Math.max(1, a))
        const score = flow.score(x, { time }).data.map((value) => -a * value)
        expect(worstError(score, [...noise])).toBeLessThan(1e-5 * size)
      }
    }
  )
})

it('the log-density of a network is that of its source where its velocity has no divergence to speak of', async () => {
  using flow = await openFlow(flowsOn('linear').network)
  const x = randomRows(5, 4, flow.dim)
  const exact = flow.logProb(x, TIGHT)
  const probed = flow.logProb(x, { ...TIGHT, probes: 256 })
  expect(exact.method).toBe('ode')
  x.forEach((_, i) => {
    expect(Math.abs(probed.logProb[i] - exact.logProb[i])).toBeLessThan(
      5 * (probed.standardError?.[i] ?? NaN)
    )
  })
})

describe('a trajectory', () => {
  it.each(solvers)('by $name ends where the sample is, to the bit', async ({ name: solver }) => {
    using flow = await openFlow(mixture('linear'))
    const how = { count: 4, seed: 3, solver, steps: 10 } as const
    const frames = []
    for await (const frame of flow.trajectory(how)) frames.push(frame)
    expect(frames.map(({ time }) => time)).toHaveLength(11)
    expect(frames[0].data).toEqual(flow.source({ count: 4, seed: 3 }).data)
    expect(frames.at(-1)?.data).toEqual(flow.sample(how).data)
  })

  it('shows the times that were asked for, on the way of the flow', async () => {
    using flow = await openFlow(mixture('linear'))
    const frames = []
    for await (const frame of flow.trajectory({
      input: z,
      solver: 'dopri5',
      ...TIGHT,
      frames: [0, 0.3, 0.77, 1]
    }))
      frames.push(frame)
    expect(frames.map(({ time }) => time)).toEqual([0, 0.3, 0.77, 1])
    for (const { time, data } of frames.slice(1)) {
      const there = flow.transport(z, { from: 0, to: time, solver: 'rk4', steps: 500, error: false })
      expect(worstError(data, [...there.data])).toBeLessThan(1e-4)
    }
  })
})
