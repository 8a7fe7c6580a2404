import { describe, expect, it } from 'vitest'
import { openFlow, solvers, type Flow, type SolverName } from '../../src/index.ts'
import type { Architecture } from '../../src/schema/architecture.ts'
import { networkModel } from '../fixtures/determinism.ts'
import { randomRows } from '../fixtures/numbers.ts'
import { mixture } from './flows.ts'

const z = randomRows(3, 9, 2)
const METHODS = solvers.filter(({ name }) => name !== 'stochastic')

describe.each(METHODS)('the evaluations of $name', ({ name: solver, evaluations, core }) => {
  it.each([1, 2, 3, 7, 30, 100])('are never more than a limit of %i', async (maxNfe) => {
    using flow = await openFlow(mixture('linear', 0.3))
    for (const error of [false, true]) {
      const { nfe, status, reached } = flow.decode(z, { solver, steps: 20, maxNfe, error })
      expect(nfe).toBeLessThanOrEqual(maxNfe)
      status.forEach((row, i) => {
        if (row === 'ok') expect(reached[i]).toBe(1)
        else {
          expect(row).toBe('nfe_limit')
          expect(reached[i]).toBeGreaterThanOrEqual(0)
          expect(reached[i]).toBeLessThan(1)
        }
      })
    }
  })

  it('stop at the same place where somebody watches', async () => {
    using flow = await openFlow(mixture('linear', 0.3))
    for (let maxNfe = 1; maxNfe <= 41; maxNfe += 4) {
      for (const steps of [5, 12]) {
        const how = { solver, steps, maxNfe, error: false } as const
        const told: [number, number][] = []
        const watched = flow.decode(z, { ...how, onProgress: (done, total) => told.push([done, total]) })
        expect(watched, `${maxNfe} of ${steps} steps`).toEqual(flow.decode(z, how))
        expect(told.filter(([done, total]) => done > total)).toEqual([])
      }
    }
  })

  it('stop where the flow is at the time that they say, and have no error and no density there', async () => {
    using flow = await openFlow(mixture('linear', 0.5))
    const wanted = core.together ? 20 * evaluations : flow.decode(z, { solver, steps: 20, error: false }).nfe
    const maxNfe = Math.floor(wanted / 2)
    const { data, status, reached } = flow.decode(z, { solver, steps: 20, maxNfe, error: false })
    expect(status).toContain('nfe_limit')
    const way = { solver: 'rk4', steps: 400, error: false } as const
    z.forEach((__, i) => {
      const to = reached[i]
      const expected = to === 0 ? z[i] : flow.transport([z[i]], { from: 0, to, ...way }).data
      for (let j = 0; j < 2; j++) expect(Math.abs(data[2 * i + j] - expected[j])).toBeLessThan(0.2)
    })
    const told = flow.decode(z, { solver, steps: 20, maxNfe })
    told.status.forEach((row, i) => {
      if (row !== 'ok') expect(told.error?.[i]).toBeNaN()
    })
  })

  it('that are enough change nothing', async () => {
    using flow = await openFlow(mixture('linear'))
    const how = { solver, steps: 12 } as const
    const free = flow.decode(z, how)
    // A third is for the error; a method that iterates shares its evaluations out before it knows how many it takes.
    expect(flow.decode(z, { ...how, maxNfe: core.together ? free.nfe : 3 * free.nfe })).toEqual(free)
  })
})

it.each(['dopri5', 'heun', 'implicit-midpoint'] as const)(
  'a log-density whose way by %s was cut short is no number',
  async (solver) => {
    using flow = await openFlow(mixture('linear'))
    const { logProb, status } = flow.logProb(z, { method: 'ode', solver, maxNfe: 9 })
    expect(status).toEqual(z.map(() => 'nfe_limit'))
    expect([...logProb].every(Number.isNaN)).toBe(true)
  }
)

it('a plan counts no more evaluations than the limit', async () => {
  using flow = await openFlow(mixture('linear'))
  expect(flow.plan({ steps: 50, solver: 'heun', maxNfe: 30 }).nfe).toBe(30)
  expect(flow.plan({ steps: 50, solver: 'heun', maxNfe: 300 }).nfe).toBe(100)
})

it('a plan counts the operations of every row and derivative', async () => {
  using flow = await openFlow(networkModel({ kind: 'mlp', dim: 3, hidden: [5], activation: 'identity' }, 1))
  const operations = (how: object) => flow.plan({ solver: 'euler', steps: 10, ...how }).operations
  const [one, two] = [operations({ count: 1 }), operations({ count: 2 })]
  // Two dense layers for each row; what depends on the time alone is paid once.
  expect(two - one).toBe(10 * 2 * (4 * 5 + 5 * 3))
  expect(operations({ count: 1, logProb: true }) - one).toBe(3 * (two - one))
  expect(operations({ count: 1, logProb: true, divergence: 'hutchinson', probes: 5 }) - one).toBe(
    5 * (two - one)
  )
})

describe.each(solvers)('a plan for $name', ({ name: solver, core }) => {
  const pair = ['bosh3', 'dopri5', 'tsit5'].includes(solver)
  const choices = [{ steps: 1 }, { steps: 7 }, ...(pair ? [{ rtol: 1e-6, maxSteps: 5 }, { rtol: 1e-4 }] : [])]

  it.each(choices)('with %o counts no fewer evaluations than are made', async (choice) => {
    // So tight that an implicit step iterates to its limit, and an adaptive one tries all its steps.
    using flow = await openFlow(mixture('linear', 0.01))
    for (const error of solver === 'stochastic' ? [false] : [false, true]) {
      const how = { count: 40, seed: 1, solver, error, ...choice }
      const [plan, { nfe }] = [flow.plan(how).nfe, flow.sample(how)]
      expect(nfe).toBeLessThanOrEqual(plan)
      if ('steps' in choice && core.together) expect(nfe).toBe(plan)
    }
  })
})

describe('the frames of a trajectory', () => {
  const framesOf = async (flow: Flow, how: object) => {
    const frames = []
    for await (const frame of flow.trajectory({ input: z, ...how })) frames.push(frame)
    return frames
  }

  it.each([
    ['heun', { solver: 'heun', steps: 10, maxNfe: 8 }, 'nfe_limit'],
    ['dopri5', { solver: 'dopri5', rtol: 1e-6, atol: 1e-6, maxNfe: 20 }, 'nfe_limit'],
    ['dopri5', { solver: 'dopri5', rtol: 1e-6, atol: 1e-6, maxSteps: 3 }, 'step_limit']
  ])('by %s are all shown, and say which rows stopped', async (_, how, limit) => {
    using flow = await openFlow(mixture('linear', 0.2))
    const frames = await framesOf(flow, how)
    expect(frames.map(({ index }) => index)).toEqual(frames.map((__, i) => i))
    expect(frames.at(-1)?.time).toBe(1)
    expect(frames[0].status).toEqual(z.map(() => 'ok'))
    expect(frames.at(-1)?.status).toEqual(z.map(() => limit))
    expect(frames.at(-1)?.data).toEqual(frames.at(-2)?.data)
  })
})

describe('a batch whose steps are long', () => {
  const wide: Architecture = { kind: 'mlp', dim: 16, hidden: [1024, 1024], activation: 'silu' }

  it.each(solvers.filter((solver) => solver.core.together))(
    'is carried by $name in parts, to the bits of the sample',
    async ({ name: solver }) => {
      using flow = await openFlow(networkModel(wide, 1))
      const how = { count: 150, seed: 3, first: 7, solver, steps: 2 } as const
      let last
      for await (const frame of flow.trajectory(how)) last = frame
      expect(last?.data).toEqual(flow.sample(how).data)
    }
  )

  it.each(solvers)(
    'is carried by $name in parts where somebody watches, to the same result',
    async (solver) => {
      using flow = await openFlow(networkModel(wide, 1))
      const how = { count: 150, seed: 3, first: 7, solver: solver.name, steps: 2 } as const
      const told: number[] = []
      const onProgress = (done: number, total: number) => told.push(done / total)
      expect(flow.sample({ ...how, onProgress })).toEqual(flow.sample(how))
      expect(told.length).toBeGreaterThan(3)
      expect(told.every((done, i) => done >= (told[i - 1] ?? 0))).toBe(true)
      expect(told.at(-1)).toBe(1)
      if (!solver.followsVelocity) return
      const probed = { ...how, count: 40, logProb: true, divergence: 'hutchinson', probes: 3 } as const
      expect(flow.sample({ ...probed, onProgress })).toEqual(flow.sample(probed))
    }
  )

  it('tells how far it is every few hundredths of a second', async () => {
    using flow = await openFlow(networkModel(wide, 1))
    const longest = (solver: SolverName) => {
      let [last, gap] = [performance.now(), 0]
      flow.sample({
        count: solver === 'heun' ? 1000 : 12,
        solver,
        steps: 2,
        onProgress() {
          gap = Math.max(gap, performance.now() - last)
          last = performance.now()
        }
      })
      return gap
    }
    // The best of three: other tests may hold the machine.
    for (const solver of ['heun', 'dopri5'] as const)
      expect(Math.min(longest(solver), longest(solver), longest(solver)), solver).toBeLessThan(50)
  })

  const image: Architecture = { kind: 'mlp', dim: 784, hidden: [64], activation: 'silu' }

  const scaled = { preprocessing: { shift: 0.5, scale: 0.25 } }

  it.each([
    ['whose steps take a second', wide, { count: 4000, solver: 'rk4', steps: 3 }, 100],
    ['whose noise and first copy take a second', image, { count: 80_000, solver: 'heun', steps: 2 }, 0],
    ['whose rows go their own ways', image, { count: 100_000, solver: 'dopri5' }, 0],
    ['whose frames take a second to put together', image, { count: 80_000, solver: 'heun', frames: [0] }, 0]
  ] as const)('%s is stopped by its signal within 50 ms', async (_, architecture, how, after) => {
    using flow = await openFlow(networkModel(architecture, 1, scaled))
    const late: number[] = []
    // Until it is heard in time: other tests may hold the machine for a while.
    while (late.length < 12 && !late.some((ms) => ms < 50)) {
      const controller = new AbortController()
      // From when the timer was to ring: while a step runs it cannot.
      const told = performance.now() + after
      setTimeout(() => {
        controller.abort()
      }, after)
      const next = flow.trajectory({ frames: [1], ...how, signal: controller.signal }).next()
      await expect(next).rejects.toMatchObject({ code: 'aborted' })
      late.push(performance.now() - told)
    }
    expect(Math.min(...late)).toBeLessThan(50)
  })
})
