import { describe, expect, it } from 'vitest'
import type { Flow } from '../../src/flow/flow.ts'
import type { ScheduleName } from '../../src/schema/schedule.ts'
import { openFlow, schedules, solvers } from '../../src/index.ts'
import { worstError } from '../assembly/core.ts'
import { numberStream, randomRows } from '../fixtures/numbers.ts'
import { diagonal, flowsOn, mixture } from './flows.ts'

const rows = (flow: Flow, data: Float32Array, from: number, to: number) =>
  data.subarray(from * flow.dim, to * flow.dim)
const CASES = schedules.flatMap((schedule) =>
  solvers.map((solver) => ({ schedule, name: schedule.name, solver }))
)

describe.each(CASES)('on the $name schedule by $solver.name', ({ schedule, name, solver: method }) => {
  const solver = method.name
  const random = solver === 'stochastic'
  const spec = name as ScheduleName
  // Noise that falls geometrically wants other steps than equal ones, and a multistep method whose last step is of the first
  // order feels it where a falls like a square root.
  const rough = name === 've' || (name === 'follmer' && solver === 'dpmpp2m')

  describe.each(Object.entries(flowsOn(spec)))('towards the %s', (_, source) => {
    const how = { solver, steps: 7 }

    if (!random)
      it('a sample is the decoded noise of its seed, to the bit', async () => {
        using flow = await openFlow(source)
        const drawn = flow.sample({ count: 11, seed: 2 ** 35 + 3, first: 4, ...how })
        const noise = flow.source({ count: 11, seed: 2 ** 35 + 3, first: 4 })
        expect(drawn).toEqual(flow.decode(noise, { ...how, error: false }))
      })

    it('sample i is the same alone, in any batch, and counted from any first', async () => {
      using flow = await openFlow(source)
      const all = flow.sample({ count: 13, seed: 9, ...how }).data
      for (let i = 0; i < 13; i++) {
        expect(flow.sample({ seed: 9, first: i, ...how }).data).toEqual(rows(flow, all, i, i + 1))
      }
      expect(flow.sample({ count: 6, seed: 9, first: 5, ...how }).data).toEqual(rows(flow, all, 5, 11))
    })

    if (!random)
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
      const all = method.core.together ? 40 : 5
      expect(told.at(-1)).toEqual([all, all])
      told.forEach(([done, total], i) => {
        expect(total).toBe(all)
        expect(done).toBeGreaterThan(told[i - 1]?.[0] ?? 0)
      })
    })

    it('says what it did: the solver, the steps, the evaluations, and how each row fared', async () => {
      using flow = await openFlow(source)
      const { nfe, ...report } = flow.sample({ count: 2, ...how })
      expect(report).toMatchObject({ count: 2, dim: flow.dim, solver, steps: 7 })
      expect(report.status).toHaveLength(2)
      if (solver === 'implicit-midpoint') expect(nfe).toBeGreaterThan(7)
      else expect(nfe).toBe(7 * method.evaluations)
    })
  })

  if (!random)
    it('decoding a Gaussian is the map of one Gaussian to another, and encoding its inverse', async () => {
      const [mean, stds] = [
        [1, -2, 0.25],
        [0.5, 2, 1]
      ]
      using flow = await openFlow(diagonal(spec, mean, stds))
      const { a, b } = schedule.at(0)
      const z = randomRows(3, 20, 3, 2).map((row) => row.map((value) => Math.fround(a * value)))
      const x = z.map((row) =>
        row.map((value, j) => mean[j] + (stds[j] * (value - b * mean[j])) / Math.hypot(a, b * stds[j]))
      )
      const steps = { 1: 3000, 2: 400, 3: 100, 4: 60, 5: 60 }[method.order] ?? 60
      const bound = (rough ? 20 : 1) * ({ 1: 1e-2, 2: 1e-3 }[method.order] ?? 1e-4)
      expect(worstError(flow.decode(z, { solver, steps, error: false }).data, x.flat())).toBeLessThan(bound)
      // What noise a schedule starts with is the unit of its latents.
      const back = flow.encode(x, { solver, steps, error: false }).data.map((value) => value / a)
      expect(
        worstError(
          back,
          z.flat().map((value) => value / a)
        )
      ).toBeLessThan(bound)
    })

  it('the samples of a Gaussian have its mean and its spread', async () => {
    using flow = await openFlow(diagonal(spec, [3], [0.5]))
    const { data } = flow.sample({ count: 20_000, seed: 4, solver, steps: 80 })
    const mean = data.reduce((sum, value) => sum + value, 0) / data.length
    const spread = Math.sqrt(data.reduce((sum, value) => sum + (value - mean) ** 2, 0) / data.length)
    // Methods of the first order are off by the size of their step; the rest is what 20,000 samples leave to chance.
    const off = (rough ? 3 : 1) * (method.order === 1 ? 0.12 : 0.03)
    expect(Math.abs(mean - 3)).toBeLessThan(off)
    expect(Math.abs(spread / 0.5 - 1)).toBeLessThan(off)
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
