import { describe, expect, it } from 'vitest'
import type { Flow } from '../../src/flow/flow.ts'
import { openFlow, schedules, solvers } from '../../src/index.ts'
import { worstError } from '../assembly/core.ts'
import { numberStream, randomRows } from '../fixtures/numbers.ts'
import { diagonal, flowsOn, mixture } from './flows.ts'

const rows = (flow: Flow, data: Float32Array, from: number, to: number) =>
  data.subarray(from * flow.dim, to * flow.dim)
const CASES = schedules.flatMap((schedule) =>
  solvers.map((solver) => ({ schedule: schedule.name, solver: solver.name }))
)

describe.each(CASES)('on the $schedule schedule by $solver', ({ schedule, solver }) => {
  describe.each(Object.entries(flowsOn(schedule)))('towards %s', (_, source) => {
    const how = { solver, steps: 7 }

    it('a sample is the decoded noise of its seed, to the bit', async () => {
      using flow = await openFlow(source)
      const drawn = flow.sample({ count: 11, seed: 2 ** 35 + 3, first: 4, ...how })
      const noise = flow.source({ count: 11, seed: 2 ** 35 + 3, first: 4 })
      expect(drawn).toEqual(flow.decode(noise, how))
    })

    it('sample i is the same alone, in any batch, and counted from any first', async () => {
      using flow = await openFlow(source)
      const all = flow.sample({ count: 13, seed: 9, ...how }).data
      for (let i = 0; i < 13; i++) {
        expect(flow.sample({ seed: 9, first: i, ...how }).data).toEqual(rows(flow, all, i, i + 1))
      }
      expect(flow.sample({ count: 6, seed: 9, first: 5, ...how }).data).toEqual(rows(flow, all, 5, 11))
    })

    it('a row is carried to the same bits in any split of its batch, both ways', async () => {
      using flow = await openFlow(source)
      const next = numberStream(1)
      const x = randomRows(2, 17, flow.dim, 2)
      for (const carry of [flow.encode.bind(flow), flow.decode.bind(flow)]) {
        const whole = carry(x, how).data
        for (let from = 0; from < 17;) {
          const to = Math.min(17, from + 1 + Math.floor(3 * Math.abs(next())))
          expect(carry(x.slice(from, to), how).data).toEqual(rows(flow, whole, from, to))
          from = to
        }
      }
    })

    it('progress is told in order up to the end, and changes no bit', async () => {
      using flow = await openFlow(source)
      const told: [number, number][] = []
      const onProgress = (done: number, total: number) => told.push([done, total])
      const watched = flow.sample({ count: 5, seed: 1, solver, steps: 40, onProgress })
      expect(watched).toEqual(flow.sample({ count: 5, seed: 1, solver, steps: 40 }))
      expect(told.length).toBeGreaterThan(1)
      expect(told.at(-1)).toEqual([40, 40])
      told.forEach(([done, total], i) => {
        expect(total).toBe(40)
        expect(done).toBeGreaterThan(told[i - 1]?.[0] ?? 0)
      })
    })

    it('says what it did: the solver, the steps, the evaluations, and how each row fared', async () => {
      using flow = await openFlow(source)
      const stages = { euler: 1, heun: 2, rk4: 4 }[solver]
      expect(flow.sample({ count: 2, ...how })).toMatchObject({
        count: 2,
        dim: flow.dim,
        solver,
        steps: 7,
        nfe: 7 * stages,
        status: ['ok', 'ok']
      })
    })
  })

  it('decoding a Gaussian is m + s z, and encoding is its inverse', async () => {
    const [mean, stds] = [
      [1, -2, 0.25],
      [0.5, 2, 1]
    ]
    using flow = await openFlow(diagonal(schedule, mean, stds))
    const z = randomRows(3, 20, 3, 2)
    const x = z.map((row) => row.map((value, j) => mean[j] + stds[j] * value))
    const [steps, bound] = { euler: [2000, 5e-3], heun: [400, 1e-4], rk4: [60, 3e-5] }[solver]
    expect(worstError(flow.decode(z, { solver, steps }).data, x.flat())).toBeLessThan(bound)
    expect(worstError(flow.encode(x, { solver, steps }).data, z.flat())).toBeLessThan(bound)
  })

  it('encoding what was decoded comes back at the order of the solver', async () => {
    using flow = await openFlow(mixture(schedule, 0.3))
    const z = randomRows(8, 64, 2, 1.5)
    const error = (steps: number) => {
      const back = flow.encode(flow.decode(z, { solver, steps }), { solver, steps }).data
      return Math.sqrt(z.flat().reduce((sum, value, i) => sum + (back[i] - value) ** 2, 0) / back.length)
    }
    const order = solvers.find(({ name }) => name === solver)!.order
    // Few enough steps that rounding to f32 stays far below what is measured.
    const steps = { euler: 32, heun: 16, rk4: 4 }[solver]
    expect(Math.log2(error(steps) / error(2 * steps))).toBeGreaterThan(order - 0.4)
    expect(error(2 * steps)).toBeGreaterThan(1e-5)
  })

  it('the samples of a Gaussian have its mean and its spread', async () => {
    using flow = await openFlow(diagonal(schedule, [3], [0.5]))
    const { data } = flow.sample({ count: 20_000, seed: 4, solver, steps: 40 })
    const mean = data.reduce((sum, value) => sum + value, 0) / data.length
    const spread = Math.sqrt(data.reduce((sum, value) => sum + (value - mean) ** 2, 0) / data.length)
    // Euler is off by the size of its step; the rest is what 20,000 samples leave to chance.
    const [offMean, offSpread] = solver === 'euler' ? [0.06, 0.1] : [0.015, 0.02]
    expect(Math.abs(mean - 3)).toBeLessThan(offMean)
    expect(Math.abs(spread / 0.5 - 1)).toBeLessThan(offSpread)
  })
})

it('seeds that differ in any of their 53 bits draw different noise', async () => {
  using flow = await openFlow(mixture('linear'))
  const seeds = [0, ...Array.from({ length: 53 }, (_, bit) => 2 ** bit), Number.MAX_SAFE_INTEGER]
  const drawn = new Set(seeds.map((seed) => flow.source({ seed }).data.join()))
  expect(drawn.size).toBe(seeds.length)
})

it('the last sample of a seed can be drawn', async () => {
  using flow = await openFlow(mixture('linear'))
  expect(flow.sample({ first: 2 ** 32 - 1 }).status).toEqual(['ok'])
})
