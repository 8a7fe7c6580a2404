import { afterAll, describe, expect, it } from 'vitest'
import { openFlow, type Flow, type SampleOptions } from '../../src/index.ts'
import type { LogProbOptions, TrajectoryOptions, VelocityOptions } from '../../src/flow/flow.ts'
import type { TellingOptions } from '../../src/flow/asked.ts'
import { laterRefusal, refusal } from '../fixtures/refusal.ts'
import { mixture } from './flows.ts'

const flow = await openFlow(mixture('linear'))
afterAll(() => {
  flow.close()
})
const x = [
  [0.3, -0.2],
  [1, 0.5]
]
const steps = { solver: 'heun', steps: 4 } as const

describe('fields of a divergence', () => {
  it.each<[SampleOptions, string]>([
    [{ divergence: 'exact' }, '`divergence` must be left out without a log-density, got "exact"'],
    [{ probes: 8 }, '`probes` must be left out without a log-density, got 8'],
    [{ probeKind: 'gaussian' }, '`probeKind` must be left out without a log-density, got "gaussian"'],
    [{ probes: 8, logProb: false }, '`probes` must be left out without a log-density, got 8']
  ])('are refused where samples come without a log-density: %o', (options, message) => {
    const [path] = Object.keys(options)
    const refused = { code: 'invalid_argument', path, message: `${message}; ask for one with \`logProb\`` }
    expect(refusal(() => flow.sample({ ...steps, ...options }))).toEqual(refused)
    expect(refusal(() => flow.plan({ ...steps, ...options }))).toEqual(refused)
  })

  it.each<[Omit<VelocityOptions, 'time'>, string]>([
    [{ probes: 8 }, '`probes` must be left out without a divergence, got 8'],
    [{ probeKind: 'gaussian' }, '`probeKind` must be left out without a divergence, got "gaussian"'],
    [{ probes: 8, divergence: false }, '`probes` must be left out without a divergence, got 8']
  ])('are refused where a velocity comes without one: %o', (options, message) => {
    const [path] = Object.keys(options)
    expect(refusal(() => flow.velocity(x, { time: 0.5, ...options }))).toEqual({
      code: 'invalid_argument',
      path,
      message: `${message}; ask for one with \`divergence\``
    })
  })

  it.each([
    [{ probes: 8 }, '`probes` must be left out with the exact divergence, got 8; choose hutchinson'],
    [
      { probeKind: 'rademacher' },
      '`probeKind` must be left out with the exact divergence, got "rademacher"; choose hutchinson'
    ]
  ] as const)('of probes are refused where it is exact: %o', (probing, message) => {
    const [path] = Object.keys(probing)
    const how = { divergence: 'exact', ...probing } as const
    const refused = { code: 'invalid_argument', path, message }
    expect(refusal(() => flow.velocity(x, { time: 0.5, ...how }))).toEqual(refused)
    expect(refusal(() => flow.sample({ ...steps, logProb: true, ...how }))).toEqual(refused)
    expect(refusal(() => flow.logProb(x, { method: 'ode', ...how }))).toEqual(refused)
  })

  it.each([{ probes: 16 }, { probeKind: 'rademacher' }] as const)(
    '%o ask for probes, as hutchinson does',
    (probing) => {
      const hutchinson = { divergence: 'hutchinson', probes: 16, probeKind: 'rademacher' } as const
      const at = { time: 0.5, seed: 3 }
      expect(flow.velocity(x, { ...at, divergence: true, ...probing })).toEqual(
        flow.velocity(x, { ...at, ...hutchinson })
      )
      const drawing = { ...steps, count: 2, logProb: true }
      expect(flow.sample({ ...drawing, ...probing })).toEqual(flow.sample({ ...drawing, ...hutchinson }))
      const along = { ...steps, method: 'ode' } as const
      expect(flow.logProb(x, { ...along, ...probing })).toEqual(flow.logProb(x, { ...along, ...hutchinson }))
    }
  )

  it('a seed without probes changes nothing, and is no fault', () => {
    const at = { time: 0.5, divergence: true } as const
    expect(flow.velocity(x, { ...at, seed: 5 })).toEqual(flow.velocity(x, at))
    expect(flow.velocity(x, { time: 0.5, seed: 5 })).toEqual(flow.velocity(x, { time: 0.5 }))
    expect(flow.logProb(x, { seed: 5 })).toEqual(flow.logProb(x))
  })
})

describe('a field of the way along the flow', () => {
  const fields: Required<
    Omit<
      LogProbOptions,
      'method' | 'time' | 'seed' | 'first' | 'onProgress' | 'signal' | keyof TellingOptions
    >
  > = {
    solver: 'rk4',
    steps: 5,
    grid: 'cosine',
    times: [1, 0.5, 0],
    rtol: 1e-4,
    atol: 1e-4,
    maxSteps: 500,
    maxNfe: 900,
    divergence: 'exact',
    probes: 4,
    probeKind: 'gaussian'
  }

  it.each(Object.entries(fields))('makes a log-density go along it: `%s`', (name, value) => {
    const way = { [name]: value }
    const along = flow.logProb(x, way)
    expect(along.method).toBe('ode')
    expect(along).toEqual(flow.logProb(x, { ...way, method: 'ode' }))
    expect(flow.logProb(x).method).toBe('exact')
  })

  it.each(Object.entries(fields))('is refused beside the formula: `%s`', (name, value) => {
    expect(refusal(() => flow.logProb(x, { method: 'exact', [name]: value }))).toEqual({
      code: 'invalid_argument',
      path: name,
      message: `\`${name}\` must be left out with the method exact, which is a formula, got ${JSON.stringify(value)}; choose ode`
    })
  })

  it('is none that a log-density does not have', () => {
    const untyped = { error: true } as LogProbOptions
    expect(refusal(() => flow.logProb(x, untyped))).toMatchObject({ code: 'invalid_argument', path: 'error' })
  })

  it('goes with others at time 0 as at any time', () => {
    expect(flow.logProb(x, { time: 0, solver: 'rk4', steps: 5 })).toMatchObject({ method: 'ode', nfe: 0 })
    const both = { time: 0, divergence: 'exact', probes: 4 } as const
    expect(refusal(() => flow.logProb(x, both)).path).toBe('probes')
  })
})

describe('a trajectory', () => {
  const firstFrame = async (options: object) => await flow.trajectory({ ...steps, ...options }).next()

  it.each([
    { error: true },
    { logProb: true },
    { divergence: 'exact' },
    { probes: 4 },
    { probeKind: 'gaussian' }
  ])('refuses what samples alone have: %o', async (options) => {
    const [path] = Object.keys(options)
    const refused = await laterRefusal(() => firstFrame(options))
    expect(refused).toMatchObject({ code: 'invalid_argument', path })
    expect(refused.message).toContain(
      'is not a field that is known here; known are count, seed, first, solver'
    )
  })

  it('refuses a report of progress, which its frames are', async () => {
    expect(await laterRefusal(() => firstFrame({ onProgress: () => undefined }))).toEqual({
      code: 'invalid_argument',
      path: 'onProgress',
      message: '`onProgress` must be left out of a trajectory, got function; its frames say how far it is'
    })
  })

  it.each(['count', 'seed', 'first'])('of given latents refuses a `%s`', async (path) => {
    expect(await laterRefusal(() => firstFrame({ input: x, [path]: 2 }))).toEqual({
      code: 'invalid_argument',
      path,
      message: `\`${path}\` must be left out with \`input\`, got 2; its rows are the latents to start from`
    })
  })

  it('of given latents by the stochastic solver draws its noise from the seed', async () => {
    const lastOf = async (options: TrajectoryOptions) => {
      let last
      for await (const frame of flow.trajectory({ input: x, solver: 'stochastic', steps: 4, ...options }))
        last = frame
      return last?.data
    }
    const plain = await lastOf({})
    expect(await lastOf({ seed: 0, first: 0 })).toEqual(plain)
    expect(await lastOf({ seed: 1 })).not.toEqual(plain)
    expect(await lastOf({ first: 1 })).not.toEqual(plain)
    expect((await laterRefusal(() => lastOf({ count: 2 }))).path).toBe('count')
  })
})

it('an estimate of the error is refused of random paths, which have none', () => {
  const random = { solver: 'stochastic', steps: 4 } as const
  const message = '`error` must be left out with the solver stochastic, whose paths are random'
  const refused = { code: 'invalid_argument', path: 'error', message }
  expect(refusal(() => flow.sample({ ...random, error: true }))).toEqual(refused)
  expect(refusal(() => flow.plan({ ...random, error: true }))).toEqual(refused)
  expect(flow.sample({ ...random, error: false })).toEqual(flow.sample(random))
})

describe.each([
  ['onProgress', () => undefined],
  ['signal', AbortSignal.abort()]
])('`%s` is refused where nothing could listen to it', (path, value) => {
  const at = { time: 0.5, [path]: value }
  it.each<[string, (flow: Flow) => unknown]>([
    ['a source', (flow) => flow.source({ [path]: value })],
    ['a velocity', (flow) => flow.velocity(x, at)],
    ['a tangent', (flow) => flow.tangent(x, { ...at, directions: x })],
    ['a score', (flow) => flow.score(x, at)],
    ['a denoiser', (flow) => flow.denoiser(x, at)],
    ['the noise of a state', (flow) => flow.noise(x, at)]
  ])('by %s', (_, call) => {
    expect(refusal(() => call(flow))).toMatchObject({ code: 'invalid_argument', path })
  })
})

describe('a log-density by its formula', () => {
  it('hears a signal and says that it is done', () => {
    const signal = AbortSignal.abort()
    expect(refusal(() => flow.logProb(x, { signal })).code).toBe('aborted')
    const told: number[][] = []
    flow.logProb(x, { onProgress: (...progress) => told.push(progress) })
    expect(told).toEqual([[x.length, x.length]])
  })

  it.each([
    [{ solver: 'heun', rtol: 1e-3 }, 'rtol'],
    [{ solver: 'ddim' }, 'solver'],
    [{ solver: 'stochastic' }, 'solver']
  ] as const)('at time 0 refuses %o as at any other', (way, path) => {
    expect(refusal(() => flow.logProb(x, { time: 0, ...way })).path).toBe(path)
  })
})

it('the probes of a row are those of its place in the seed, whatever batch it is in', () => {
  const ways = [
    (rows: number[][], first: number) =>
      flow.logProb(rows, { probes: 2, seed: 9, steps: 8, solver: 'heun', first }).logProb,
    (rows: number[][], first: number) =>
      flow.velocity(rows, { time: 0.4, divergence: 'hutchinson', probes: 2, seed: 9, first }).divergence!
  ]
  for (const way of ways) {
    const whole = way(x, 3)
    x.forEach((row, i) => {
      expect(way([row], 3 + i)[0]).toBe(whole[i])
    })
  }
})
