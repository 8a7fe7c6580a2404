import { describe, expect, it } from 'vitest'
import { openFlow, solvers, type FlowFile, type ScheduleName } from '../../src/index.ts'
import { randomRows } from '../fixtures/numbers.ts'

const EXACT = { solver: 'dopri5', rtol: 1e-8, atol: 1e-8, error: false } as const
const pairs = solvers.filter(({ tableau }) => tableau?.embedded !== undefined)

/** Gaussians of one width at +-1 on the line, or one of them about `mean`. */
const narrow = (schedule: ScheduleName, width: number): FlowFile => ({
  schedule,
  target: { kind: 'mixture', weights: [1, 1], means: [[-1], [1]], stds: [width, width] }
})
const single = (schedule: ScheduleName, mean: number): FlowFile => ({
  schedule,
  target: { kind: 'gaussian', mean: [mean], covariance: [[1]] }
})

/** How many times each row is further off than its error says, rising. */
async function understated(source: FlowFile, options: object, way: 'decode' | 'encode' = 'decode') {
  using flow = await openFlow(source)
  const z = randomRows(4, 60, 1)
  const x = way === 'decode' ? z : flow.decode(z, EXACT)
  const exact = flow[way](x, EXACT).data
  const { data, error, status } = flow[way](x, options)
  expect(status.every((row) => row === 'ok')).toBe(true)
  return Array.from(data, (value, i) => Math.abs(value - exact[i]) / error![i]).sort((p, q) => p - q)
}

describe.each(['ddim', 'dpmpp2m'] as const)('%s', (solver) => {
  it.each([
    ['follmer', 0.1, 50],
    ['follmer', 0.03, 50],
    ['follmer', 0.003, 50],
    ['trigonometric', 0.01, 20],
    ['vp', 0.01, 50],
    ['vp', 0.003, 100],
    ['linear', 0.03, 20]
  ] as const)(
    'knows its error on the %s schedule where the target is as narrow as %f, which its last step into a = 0 collapses',
    async (schedule, width, steps) => {
      const times = await understated(narrow(schedule, width), { solver, steps })
      expect(times[30]).toBeLessThan(2)
      expect(times[54]).toBeLessThan(4)
      expect(times[30]).toBeGreaterThan(0.01)
    }
  )
})

it.each([
  ['follmer', 100, 'rk4', 2000],
  ['follmer', 1000, 'rk4', 200],
  ['vp', 1000, 'heun', 2000],
  ['linear', 100, 'rk4', 10_000]
] as const)(
  'on the %s schedule to N(%i, 1) what %s rounds in %i steps is a part of the error',
  async (schedule, mean, solver, steps) => {
    for (const way of ['decode', 'encode'] as const) {
      const times = await understated(single(schedule, mean), { solver, steps }, way)
      expect(times[30], way).toBeLessThan(2)
      expect(times[59], way).toBeLessThan(5)
    }
  }
)

it('steps over a short way round too', async () => {
  using flow = await openFlow(narrow('linear', 0.5))
  const x = randomRows(4, 60, 1)
  const way = { from: 0.5, to: 0.5001 }
  const exact = flow.transport(x, { ...way, ...EXACT }).data
  const { data, error } = flow.transport(x, { ...way, solver: 'heun', steps: 200 })
  const times = Array.from(data, (value, i) => Math.abs(value - exact[i]) / error![i]).sort((p, q) => p - q)
  expect(times[30]).toBeLessThan(2)
})

describe.each(pairs)('$name', ({ name: solver }) => {
  it('takes rtol in units of the state and atol beside them', async () => {
    using flow = await openFlow(single('linear', 1000))
    const z = randomRows(4, 8, 1)
    const nfe = (rtol: number, atol: number) => flow.decode(z, { solver, rtol, atol, error: false }).nfe
    // States go up to 1000: there a relative tolerance of 1e-4 lets more pass than an absolute one of 1e-4.
    expect(nfe(1e-4, 1e-8)).toBeLessThan(nfe(1e-8, 1e-4))
    const exact = flow.decode(z, EXACT).data
    const { data } = flow.decode(z, { solver, rtol: 1e-5, atol: 1e-8, error: false })
    data.forEach((value, i) => expect(Math.abs(value - exact[i])).toBeLessThan(20 * 1e-5 * 1000))
  })

  it('knows the inside of its steps as well as their ends', async () => {
    using flow = await openFlow(narrow('linear', 0.4))
    const z = { count: 10, dim: 1, data: Float32Array.from(randomRows(4, 10, 1).flat()) }
    const frames = Array.from({ length: 101 }, (_, i) => i / 100)
    for (const tolerance of [1e-3, 1e-5]) {
      const how = { solver, rtol: tolerance, atol: tolerance }
      for await (const { time, data } of flow.trajectory({ input: z, ...how, frames })) {
        if (time === 0) continue
        const exact = flow.transport(z, { from: 0, to: time, ...EXACT }).data
        data.forEach((value, i) =>
          expect(Math.abs(value - exact[i]), `at ${time}`).toBeLessThan(10 * tolerance + 1e-6)
        )
      }
    }
  })
})

describe('a call that is watched', () => {
  const points = randomRows(1, 4000, 16)
  const crowd: FlowFile = { schedule: 'linear', target: { kind: 'empirical', points, bandwidth: 0.3 } }

  it.each(solvers)(
    'goes on between slices of its work, by $name, and stops where it is told to',
    async ({ name: solver }) => {
      using flow = await openFlow(crowd)
      const how = solver === 'dopri5' || solver === 'tsit5' || solver === 'bosh3' ? { rtol: 1e-5, atol: 1e-5 } : { steps: 12 } // prettier-ignore
      const request = { count: 6, seed: 1, solver, ...how }
      const plain = flow.sample(request).data
      // Nobody waits for longer than half of it, or than a few slices take; other tests may hold the machine for a while.
      let waited = Infinity
      for (let run = 0; run < 8 && waited > 1; run++) {
        const told: number[] = []
        const started = performance.now()
        const watched = flow.sample({ ...request, onProgress: () => told.push(performance.now()) })
        const took = performance.now() - started
        expect(watched.data).toEqual(plain)
        const gaps = told.map((time, i) => time - (told[i - 1] ?? started))
        waited = Math.max(...gaps) / Math.max(0.5 * took, 100)
      }
      expect(waited).toBeLessThanOrEqual(1)
      const stop = new AbortController()
      let calls = 0
      const stopped = () =>
        flow.sample({
          ...request,
          signal: stop.signal,
          onProgress: () => {
            if (++calls === 2) stop.abort()
          }
        })
      expect(stopped).toThrow(expect.objectContaining({ code: 'aborted' }))
      expect(calls).toBe(2)
    }
  )
})
