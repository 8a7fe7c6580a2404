import { describe, expect, it } from 'vitest'
import { openFlow, schedules, type Flow, type FlowFile, type ScheduleName } from '../../src/index.ts'
import type { Schedule } from '../../src/schedule/index.ts'
import { laterRefusal } from '../fixtures/refusal.ts'

// The flow to one Gaussian N(m, s^2) is affine, X_{t,u}(x) = b_u m + sqrt(q_u / q_t) (x - b_t m) with q = a^2 + s^2 b^2,
// and its certified growth exact: a bound that misses any of what a solver is off falls below what it is off in all.

const COUNT = 4
const STEPS = 50
const SOLVERS = ['euler', 'heun', 'midpoint', 'rk4'] as const
type Points = ArrayLike<number>

const gaussian = (schedule: string, m: number, s: number): FlowFile => ({
  schedule: schedule as ScheduleName,
  target: { kind: 'mixture', weights: [1], means: [[m]], stds: [s] }
})
const noiseOf = (flow: Flow, count = COUNT) => flow.source({ count, seed: 0 })
const rms = (x: Points, y: Points): number =>
  Math.sqrt(Array.from(x, (value, i) => (value - y[i]) ** 2).reduce((sum, off) => sum + off, 0) / x.length)

function exactly(schedule: Schedule, m: number, s: number, x: Points, from: number, to: number): number[] {
  const [start, end] = [schedule.at(from), schedule.at(to)]
  const width = ({ a, b }: { readonly a: number; readonly b: number }) => Math.hypot(a, s * b)
  return Array.from(x, (value) => end.b * m + (width(end) / width(start)) * (value - start.b * m))
}

const numbersOf = async (flow: Flow, options: Parameters<Flow['certify']>[0]) => {
  const { statements } = await flow.certify({ points: 2, ...options })
  return (id: string): number => {
    const value = statements.find((one) => one.id === id)?.value
    if (typeof value !== 'number') throw new TypeError(`${id} must be a number, got ${JSON.stringify(value)}`)
    return value
  }
}

describe.each(schedules.map((schedule) => [schedule.name, schedule] as const))('on %s', (name, schedule) => {
  it.each([0.1, 0.03, 0.01, 0.003])(
    'what a solver is off from N(0, %d^2) is no more than is certified',
    async (s) => {
      using flow = await openFlow(gaussian(name, 0, s))
      using other = await openFlow(gaussian(name, 1, 0.5))
      const z = noiseOf(flow)
      const tight = { solver: 'dopri5', rtol: 1e-7, atol: 1e-7, error: false } as const
      const data = flow.decode(z, tight)
      for (const solver of SOLVERS) {
        const by = await numbersOf(flow, { samples: COUNT, solver, steps: STEPS, other })
        for (const id of ['decode-error', 'encode-error', 'round-trip', 'cycle-consistency'])
          expect(by(id), `${id} by ${solver}`).toBeLessThanOrEqual(by(`${id}-bound`))
        const way = { solver, steps: STEPS, error: false } as const
        const latents = flow.encode(data, way)
        const off = {
          decode: rms(flow.decode(z, way).data, exactly(schedule, 0, s, z.data, 0, 1)),
          encode: rms(latents.data, exactly(schedule, 0, s, data.data, 1, 0))
        }
        expect(off.decode, `decoding by ${solver}`).toBeLessThanOrEqual(by('decode-error-bound'))
        expect(off.encode, `encoding by ${solver}`).toBeLessThanOrEqual(by('encode-error-bound'))
        expect(rms(flow.decode(latents, way).data, data.data)).toBeLessThanOrEqual(by('round-trip-bound'))
      }
    },
    60_000
  )
})

// On ve every step of Euler's errs to the same side, so that nothing of the sum may be left out, nor grow by more than it does.
it.each([0.1, 4])('errors of one sign add up to what they are in all, to N(0, %d^2)', async (s) => {
  using flow = await openFlow(gaussian('ve', 0, s))
  using other = await openFlow(gaussian('ve', 0, 0.5))
  const by = await numbersOf(flow, { samples: COUNT, solver: 'euler', steps: STEPS, other })
  for (const id of ['decode-error', 'encode-error', 'round-trip', 'cycle-consistency']) {
    expect(by(`${id}-bound`) / by(id), id).toBeGreaterThanOrEqual(1)
    expect(by(`${id}-bound`) / by(id), id).toBeLessThan(1.01)
  }
})

it.each([
  ['follmer', 0.003, 'midpoint', 100],
  ['trigonometric', 0.006, 'midpoint', 40],
  ['vp', 0.006, 'heun', 50],
  ['follmer', 0.05, 'dopri5', undefined]
] as const)('nor of other widths and steps: %s to N(2, %d^2) by %s', async (name, s, solver, steps) => {
  using flow = await openFlow(gaussian(name, 2, s))
  const by = await numbersOf(flow, { samples: COUNT, solver, ...(steps && { steps }) })
  for (const id of ['decode-error', 'encode-error', 'round-trip'])
    expect(by(id), id).toBeLessThanOrEqual(by(`${id}-bound`))
})

it.each([
  ['ve', 3, 20, 'euler', 1],
  ['ve', 3, 20, 'heun', 1],
  ['ve', 5, 0.01, 'heun', 2],
  ['ve', 5, 0.01, 'midpoint', 2],
  ['polynomial', 0, 0.003, 'euler', 1],
  ['polynomial', 0, 0.003, 'ab2', 3],
  ['polynomial', 0, 0.003, 'dpmpp2m', 7],
  ['linear', 0, 0.003, 'midpoint', 50]
] as const)(
  'nor by few steps, or uneven ones: %s to N(%d, %d^2) by %s in %i',
  async (name, m, s, solver, steps) => {
    using flow = await openFlow(gaussian(name, m, s))
    for (const grid of ['uniform', 'karras'] as const) {
      for (const samples of [4, 16]) {
        const by = await numbersOf(flow, { samples, solver, steps, grid })
        for (const id of ['decode-error', 'encode-error', 'round-trip'])
          expect(by(id), `${id}, ${grid}, ${samples}`).toBeLessThanOrEqual(by(`${id}-bound`))
      }
    }
  }
)

it.each(SOLVERS)('steps of %s for a tolerance of a narrow target keep their bound', async (solver) => {
  const s = 0.03
  const follmer = schedules.find(({ name }) => name === 'follmer')!
  using flow = await openFlow(gaussian('follmer', 1, s))
  const z = noiseOf(flow, 8)
  for (const tolerance of [0.5, 0.06]) {
    const { times, bound } = await flow.stepsFor({ tolerance, solver, samples: 8 })
    const { data } = flow.decode(z, { solver, times, error: false })
    expect(rms(data, exactly(follmer, 1, s, z.data, 0, 1))).toBeLessThanOrEqual(bound)
    expect(bound).toBeLessThanOrEqual(tolerance)
  }
})

it.each([
  ['linear', 0.1, 0.01],
  ['follmer', 0.01, 0.05],
  ['follmer', 0.0001, 0.05]
] as const)(
  'between the steps for a tolerance lie equal shares of 1 + |growth|: %s to N(0, %d^2)',
  async (name, s, tolerance) => {
    const schedule = schedules.find((one) => one.name === name)!
    using flow = await openFlow(gaussian(name, 0, s))
    const { times } = await flow.stepsFor({ tolerance, samples: 8 })
    const rate = (t: number): number => {
      const { a, aDa, b, db } = schedule.at(t)
      return 1 + Math.abs((aDa + s * s * b * db) / (a * a + s * s * b * b))
    }
    const shares = times.slice(1).map((end, n) => {
      const [start, parts] = [times[n], 2000]
      // Towards t = 1 finer and finer: 1 - t is taken as a geometric series from the one end to the other.
      const [u, v] = [1 - start, Math.max(1 - end, (1 - start) * 1e-12)]
      const at = (i: number): number => u * (v / u) ** (i / parts)
      const cells = Array.from({ length: parts }, (_, i) => (at(i) - at(i + 1)) * rate(1 - at(i + 0.5)))
      return cells.reduce((total, one) => total + one, 0)
    })
    expect(Math.max(...shares) / Math.min(...shares)).toBeLessThan(1.1)
    const lengths = times.slice(1).map((end, n) => end - times[n])
    expect(Math.max(...lengths) / Math.min(...lengths)).toBeGreaterThan(2)
  }
)

it('where nobody asks for a solver one of higher order takes over, and where steps do not help it says why', async () => {
  using flow = await openFlow({
    schedule: 'linear',
    target: { kind: 'mixture', weights: [0.5, 0.5], means: [[-2], [2]], stds: [0.5, 0.5] }
  })
  const { solver, bound } = await flow.stepsFor({ tolerance: 0.05, samples: 8 })
  expect(solver).toBe('rk4')
  expect(bound).toBeLessThanOrEqual(0.05)
  const refused = async (solver: 'euler' | 'heun') =>
    (await laterRefusal(() => flow.stepsFor({ tolerance: 0.01, solver, samples: 2 }))).message
  expect(await refused('euler')).toMatch(/a solver of a higher order may keep less$/)
  expect(await refused('heun')).toMatch(/the states in 32 bits round to about as much$/)
}, 60_000)

it('another source costs its distance times the growth, in every dimension', async () => {
  const s = 0.2
  for (const dim of [1, 2, 5]) {
    const covariance = Array.from({ length: dim }, (_, i) =>
      Array.from({ length: dim }, (_, j) => (i === j ? s * s : 0))
    )
    using flow = await openFlow({
      schedule: 'linear',
      target: { kind: 'gaussian', mean: new Array<number>(dim).fill(1), covariance }
    })
    // X_{0,1} multiplies by s, so N(0, 1.5^2 I) comes to a Gaussian 1.5 s wide: (1.5 - 1) s sqrt(dim) away.
    const by = await numbersOf(flow, { samples: 0, source: { scale: 1.5 } })
    expect(by('source-perturbation')).toBeCloseTo(0.5 * s * Math.sqrt(dim), 9)
    const moved = await numbersOf(flow, { samples: 0, source: { shift: 2, scale: 1.5 } })
    expect(moved('source-perturbation')).toBeCloseTo(s * Math.hypot(2, 0.5 * Math.sqrt(dim)), 9)
  }
})

it('what the ways of a cycle are off grows on those that follow', async () => {
  const [wide, narrow] = [3, 0.2]
  using flow = await openFlow(gaussian('linear', 0, wide))
  using other = await openFlow(gaussian('linear', 0, narrow))
  const options = { samples: 16, solver: 'heun', steps: 8 } as const
  const cycle = await numbersOf(flow, { ...options, other })
  const back = await numbersOf(other, options)
  expect(cycle('cycle-consistency-bound')).toBeGreaterThan(0.9 * wide * back('encode-error-bound'))
})

it('the log-density is off by what the worst row is', async () => {
  using flow = await openFlow(gaussian('linear', 1, 0.2))
  const solving = { solver: 'heun', steps: 12 } as const
  const by = await numbersOf(flow, { ...solving, samples: 16, seed: 5 })
  const x = flow.sample({ count: 16, seed: 5, ...solving })
  const along = flow.logProb(x, { method: 'ode', divergence: 'exact', ...solving }).logProb
  const exact = flow.logProb(x, { method: 'exact' }).logProb
  const off = Array.from(along, (value, i) => Math.abs(value - exact[i]))
  expect(by('log-density-error')).toBeCloseTo(Math.max(...off), 9)
  expect(Math.max(...off)).toBeGreaterThan(2 * Math.min(...off))
})
