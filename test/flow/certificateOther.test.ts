import { describe, expect, it } from 'vitest'
import { openFlow, schedules, type Flow, type FlowFile, type ScheduleName } from '../../src/index.ts'
import { flowsOn } from './flows.ts'

// Between two Gaussians every constant is known: the translation stretches by s2 / s1, and what is drawn from N(0, a(0)^2)
// comes to N(m (1 - r b(0)), (r a(0))^2) with r = s / sqrt(a(0)^2 + s^2 b(0)^2).

const NAMES = schedules.map(({ name }) => name)
const gaussian = (schedule: string, m: number, s: number): FlowFile => ({
  schedule: schedule as ScheduleName,
  target: { kind: 'mixture', weights: [1], means: [[m]], stds: [s] }
})

const certified = async (flow: Flow, options: Parameters<Flow['certify']>[0]) => {
  const { statements } = await flow.certify({ points: 2, ...options })
  return (id: string) => {
    const found = statements.find((one) => one.id === id)
    if (found === undefined) throw new Error(`no statement ${id}`)
    return { ...found, number: Number(found.value ?? Infinity) }
  }
}

function startOf(schedule: string): { readonly a: number; readonly b: number } {
  return schedules.find(({ name }) => name === schedule)!.at(0)
}

function widthOf(schedule: string, s: number): number {
  const { a, b } = startOf(schedule)
  return Math.hypot(a, s * b)
}

/** The 2-Wasserstein distance from N(m, s^2) of what a flow to N(m2, s2^2) makes of N(0, a(0)^2). */
function off(schedule: string, [m, s]: readonly number[], [m2, s2]: readonly number[]): number {
  const { a, b } = startOf(schedule)
  const r = s2 / widthOf(schedule, s2)
  return Math.hypot(m - m2 * (1 - r * b), s - r * a)
}

describe.each(NAMES)('on %s, between Gaussians', (schedule) => {
  it.each([
    [0.5, 2],
    [2, 0.1]
  ])(
    'translation from width %d to width %d stretches by their ratio, and nothing else does',
    async (s, s2) => {
      using flow = await openFlow(gaussian(schedule, 1, s))
      using other = await openFlow(gaussian(schedule, -1, s2))
      const at = await certified(flow, { other, samples: 0 })
      const [back, there] = [widthOf(schedule, s), widthOf(schedule, s2)] // of the laws at time 0
      expect(at('translation-lipschitz').number / ((s2 / s) * (back / there))).toBeCloseTo(1, 8)
    }
  )

  it.each([2, 0.3, 0.03, 0.003])(
    'the samples of another velocity are no further from N(1, %d^2) than is said',
    async (s) => {
      using flow = await openFlow(gaussian(schedule, 1, s))
      for (const s2 of [s, 2 * s]) {
        using other = await openFlow(gaussian(schedule, -1, s2))
        for (const samples of [8, 64]) {
          const at = await certified(flow, { other, samples, solver: 'euler', steps: 2 })
          const true_ = off(schedule, [1, s], [-1, s2])
          expect(at('velocity-stability').number, `${s2}, ${samples}`).toBeGreaterThanOrEqual(true_)
          expect(at('velocity-stability-constant').number).toBeGreaterThanOrEqual(true_)
          // A shift is the same on every way: nothing is lost but what the source costs.
          if (s2 === s) expect(at('velocity-stability').number).toBeLessThan(1.03 * true_)
        }
      }
    }
  )

  it('a flow compared with itself is as far off as its source makes it', async () => {
    using flow = await openFlow(gaussian(schedule, 20, 1))
    using same = await openFlow(gaussian(schedule, 20, 1))
    const at = await certified(flow, { other: same, samples: 4 })
    const distance = off(schedule, [20, 1], [20, 1])
    for (const id of ['velocity-stability', 'velocity-stability-constant']) {
      expect(at(id).number).toBeGreaterThanOrEqual(distance)
      expect(at(id).number).toBeLessThanOrEqual(1.01 * distance)
    }
    expect(at('velocity-stability').text.includes('the source drawn from is not the true one')).toBe(
      distance > 0
    )
  })
})

it.each([
  ['linear', 've', 1],
  ['ve', 'linear', 1],
  ['linear', 've', 5],
  ['ve', 'linear', 5]
])(
  'on %s a source as wide as that of %s costs what it is wider, in %i dimensions',
  async (schedule, wide, dim) => {
    const standard = (name: string): FlowFile => ({
      schedule: name as ScheduleName,
      target: { kind: 'mixture', weights: [1], means: [new Array<number>(dim).fill(0)], stds: [1] }
    })
    using flow = await openFlow(standard(schedule))
    using other = await openFlow(standard(wide))
    const at = await certified(flow, { other, samples: 16 })
    const { a, b } = startOf(schedule)
    const each = (Math.abs(a - startOf(wide).a) + b) / widthOf(schedule, 1) // E |X_1|^2 is the dimension
    const cost = Math.sqrt(dim) * each
    const told = /\(([\d.]+) of it since the source/.exec(at('velocity-stability').text)
    expect(Number(told?.[1]) / cost).toBeCloseTo(1, 3)
    expect(at('velocity-stability').number).toBeGreaterThan(cost)
  }
)

it('says how the rates and the differences were found, and what one way does not show', async () => {
  using flow = await openFlow(gaussian('linear', 0, 1))
  using other = await openFlow(gaussian('linear', 0, 2))
  const at = await certified(flow, { other, samples: 8 })
  expect(at('velocity-stability').text).toMatch(/estimated to be .* on 8 ways at \d+ times, and two standard/)
  expect(at('velocity-stability-constant').text).toMatch(/at the fastest rate of \d+ times/)
  const one = await certified(flow, { other, samples: 1 })
  expect(one('velocity-stability')).toMatchObject({ value: null, hypotheses: [] })
  expect(one('velocity-stability').text).toContain('one way shows no standard error')
})

it('compares with the true flow of a Gaussian source where the moments of the data are not known', async () => {
  using flow = await openFlow(flowsOn('vp').network)
  using other = await openFlow(flowsOn('vp').network)
  const at = await certified(flow, { other, samples: 4, steps: 2, assume: { kappa: 0.5, beta: 4 } })
  expect(at('velocity-stability').number).toBeLessThan(Infinity)
  expect(at('velocity-stability').text).toContain('what the true velocity makes of N(0, a(0)^2 I)')
})
