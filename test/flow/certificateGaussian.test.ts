import { describe, expect, it } from 'vitest'
import { openFlow, schedules, type Flow, type FlowFile, type ScheduleName } from '../../src/index.ts'
import type { Schedule } from '../../src/schedule/index.ts'

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

it('between the steps for a tolerance lie equal shares of 1 + |growth|', async () => {
  const s = 0.1
  const linear = schedules.find(({ name }) => name === 'linear')!
  using flow = await openFlow(gaussian('linear', 0, s))
  const { times } = await flow.stepsFor({ tolerance: 0.01, samples: 8 })
  const rate = (t: number): number => {
    const { a, aDa, b, db } = linear.at(t)
    return 1 + Math.abs((aDa + s * s * b * db) / (a * a + s * s * b * b))
  }
  const shares = times.slice(1).map((end, n) => {
    const [start, parts] = [times[n], 200]
    const sum = Array.from({ length: parts }, (_, i) =>
      rate(start + ((end - start) * (i + 0.5)) / parts)
    ).reduce((total, one) => total + one, 0)
    return (sum * (end - start)) / parts
  })
  expect(Math.max(...shares) / Math.min(...shares)).toBeLessThan(1.05)
  const lengths = times.slice(1).map((end, n) => end - times[n])
  expect(Math.max(...lengths) / Math.min(...lengths)).toBeGreaterThan(2)
})
