import { describe, expect, it } from 'vitest'
import {
  customSchedule,
  openFlow,
  reparametrize,
  scheduleOf,
  schedules,
  type Flow,
  type ScheduleName,
  type ScheduleSpec
} from '../../src/index.ts'
import { worstError } from '../assembly/core.ts'
import { networkModel } from '../fixtures/determinism.ts'
import { randomRows } from '../fixtures/numbers.ts'
import { laterRefusal } from '../fixtures/refusal.ts'
import { mixture, perceptron } from './flows.ts'

const NAMES = schedules.map(({ name }) => name as ScheduleName)
const PREDICTIONS = ['velocity', 'denoiser'] as const
const FINE = { solver: 'rk4', steps: 400, error: false } as const

/** A network that was trained on one schedule. */
const trained = (schedule: ScheduleSpec, prediction: (typeof PREDICTIONS)[number]) =>
  networkModel(perceptron, 5, {
    flow: {
      schedule,
      target: { kind: 'network', architecture: perceptron, prediction, weights: 'weights.safetensors' }
    }
  })
const x = randomRows(3, 6, 3)
const rows = (data: ArrayLike<number>): number[][] => x.map((_, i) => [0, 1, 2].map((j) => data[3 * i + j]))

describe.each(PREDICTIONS)('a network that predicts the %s', (prediction) => {
  // Schedules that start from noise alone and have no pole at the data end keep all of the flow.
  it.each(['trigonometric', 'polynomial'] as const)(
    'and was trained on straight lines has the same ends on the %s schedule',
    async (schedule) => {
      const source = trained('linear', prediction)
      using own = await openFlow(source)
      using other = await openFlow(source, { schedule })
      const there = own.decode(x, FINE)
      expect(worstError(other.decode(x, FINE).data, there.data)).toBeLessThan(1e-5)
      expect(worstError(other.encode(there, FINE).data, x.flat())).toBeLessThan(1e-4)
    }
  )

  describe.each(NAMES)('and was trained on the %s schedule', (from) => {
    it.each(NAMES)('has on the %s schedule the velocity of the change of variables', async (to) => {
      const source = trained(from, prediction)
      using own = await openFlow(source)
      using other = await openFlow(source, { schedule: to })
      const clock = reparametrize(scheduleOf(from), scheduleOf(to))
      for (const t of [0.25, 0.5, 0.8]) {
        // v(t, x) = scale'/scale x + scale time' v_own(time, x / scale)
        const h = 1e-5
        const [before, here, after] = [clock(t - h), clock(t), clock(t + h)]
        const scaled = rows(x.flat().map((value) => value / here.scale))
        const inner = own.velocity(scaled, { time: here.time }).velocity.data
        const stretch = (after.scale - before.scale) / (2 * h) / here.scale
        const speed = (here.scale * (after.time - before.time)) / (2 * h)
        const expected = x.flat().map((value, i) => stretch * value + speed * inner[i])
        const { data } = other.velocity(x, { time: t }).velocity
        expect(worstError(data, expected), `t = ${t}`).toBeLessThan(1e-4)
        expect(
          worstError(other.denoiser(x, { time: t }).data, own.denoiser(scaled, { time: here.time }).data),
          `t = ${t}`
        ).toBeLessThan(1e-4)
      }
    })
  })

  it.each(NAMES)(
    'answers on the %s schedule at both ends, and row by row as in a batch',
    async (schedule) => {
      using flow = await openFlow(trained('linear', prediction), { schedule })
      for (const time of [0, 0.5, 1]) {
        const { data } = flow.velocity(x, { time }).velocity
        expect(data.every(Number.isFinite)).toBe(true)
        x.forEach((row, i) => {
          expect(flow.velocity([row], { time }).velocity.data).toEqual(data.slice(3 * i, 3 * i + 3))
        })
      }
    }
  )

  it.each(NAMES)('has on the %s schedule the tangents that differences show', async (schedule) => {
    using flow = await openFlow(trained('linear', prediction), { schedule })
    const [u, h, time] = [randomRows(9, 6, 3), 1e-2, 0.4]
    const at = (sign: number) =>
      flow.velocity(
        x.map((row, i) => row.map((value, j) => value + sign * h * u[i][j])),
        { time }
      ).velocity.data
    const [ahead, behind] = [at(1), at(-1)]
    const { tangents } = flow.tangent(x, { time, directions: u })
    expect(
      worstError(
        tangents.data,
        ahead.map((value, i) => (value - behind[i]) / (2 * h))
      )
    ).toBeLessThan(5e-3)
  })
})

it('a closed form on another schedule is the one that is written with it', async () => {
  using written = await openFlow(mixture('trigonometric'))
  using opened = await openFlow(mixture('linear'), { schedule: 'trigonometric' })
  expect(opened.sample({ count: 9, seed: 1 })).toEqual(written.sample({ count: 9, seed: 1 }))
  expect(opened.flowFile).toEqual(written.flowFile)
})

it('a flow file of the converted network opens as it, and on its first schedule again as the first', async () => {
  const source = trained('linear', 'denoiser') as { manifest: { flow: object }; files: object }
  using converted = await openFlow(source as never, { schedule: 'vp' })
  const written = { ...source, manifest: { ...source.manifest, flow: converted.flowFile } }
  const drawn = (flow: Flow) => flow.sample({ count: 3, seed: 1 })
  using again = await openFlow(written as never)
  expect(drawn(again)).toEqual(drawn(converted))
  using back = await openFlow(written as never, { schedule: 'linear' })
  using first = await openFlow(source as never)
  expect(drawn(back)).toEqual(drawn(first))
})

it('a schedule of one’s own takes the digits', async () => {
  const halfCircle = customSchedule((t) => {
    const [c, s] = [Math.cos((Math.PI / 2) * t), Math.sin((Math.PI / 2) * t)]
    const a = t === 1 ? 0 : c
    return { a, aDa: (-Math.PI / 2) * a * s, b: t === 1 ? 1 : s, db: (Math.PI / 2) * a }
  })
  using own = await openFlow('digits')
  using other = await openFlow('digits', { schedule: halfCircle })
  const how = { count: 2, seed: 7, steps: 100 }
  const [mine, theirs] = [own.sample(how).data, other.sample(how).data]
  const rms = Math.sqrt(mine.reduce((sum, value, i) => sum + (value - theirs[i]) ** 2, 0) / mine.length)
  expect(rms).toBeLessThan(0.02)
})

it('what is no schedule is refused by name', async () => {
  const refused = await laterRefusal(() => openFlow('digits', { schedule: 'cosine' as never }))
  expect(refused).toMatchObject({ code: 'invalid_argument', path: 'schedule' })
})
