import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, it, vi } from 'vitest'
import { plannedSteps } from '../../src/train/budget.ts'
import type { TrainOptions, TrainResult } from '../../src/train/options.ts'
import { train } from '../../src/train/train.ts'
import { TASK, twoClusters } from './task.ts'

let folder = ''
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'gaussflow-stop-'))
})
afterEach(() => {
  vi.restoreAllMocks()
  rmSync(folder, { recursive: true })
})

const weightsOf = ({ tensors }: TrainResult) => [...tensors].map(([name, { data }]) => [name, [...data]])

/** A clock that is so many seconds on at each look, from the 40th look on so many, and none in between. */
function tickingClock(seconds: number, later = seconds): void {
  let [now, looks] = [0, 0]
  vi.spyOn(performance, 'now').mockImplementation(() => (now += 1000 * (++looks > 40 ? later : seconds)))
}

/** Few rows and a rate much too high: soon learned by heart, or left behind. */
const OVERFITTING: TrainOptions = {
  ...TASK,
  data: twoClusters(8, 1),
  ...{ steps: 2000, learningRate: 0.05, learningRateSchedule: 'constant', ema: 0.5 }
}

it('stops once the held-out loss has no new least for so many points, and returns the weights of the least', async () => {
  const result = await train({ ...OVERFITTING, patience: 3 })
  const { curve, bestStep = NaN, step } = result
  expect(result).toMatchObject({ stoppedBy: 'patience', finished: true })
  expect(step).toBeLessThan(2000)
  expect(step).toBe(bestStep + 30)
  const losses = curve.map(({ heldOutLoss }) => heldOutLoss!)
  expect(curve[losses.indexOf(Math.min(...losses))].step).toBe(bestStep)

  const upToBest = await train({ ...OVERFITTING, steps: bestStep })
  expect(weightsOf(upToBest)).toEqual(weightsOf(result))
})

it('returns the weights of the least held-out loss where the steps end before the patience does', async () => {
  const { bestStep } = await train({ ...OVERFITTING, patience: 3 })
  const result = await train({ ...OVERFITTING, steps: bestStep! + 10, patience: 3 })
  expect(result).toMatchObject({ stoppedBy: 'steps', bestStep })
  expect(weightsOf(result)).toEqual(weightsOf(await train({ ...OVERFITTING, steps: bestStep })))
})

it('refuses patience without rows to watch', async () => {
  await expect(train({ ...TASK, heldOut: undefined, patience: 3 })).rejects.toMatchObject({
    code: 'invalid_argument',
    path: 'patience',
    message: '`patience` must be left out without `heldOut`, whose loss it watches'
  })
})

it('plans the steps that fit the time by the pace of a few', async () => {
  let now = 0
  vi.spyOn(performance, 'now').mockImplementation(() => 1000 * now)
  const work = {
    step: (index: number) => void (now += index === 0 ? 3 : 0.5),
    evaluate: () => void (now += 10),
    evaluateEvery: 20
  }
  // 3 s for the first step, then of 0.5 s until 10 s are over, then an evaluation: 20 s. A step takes 0.5 + 10 / 20 s.
  expect(await plannedSteps(1000, 1e6, work)).toBe((950 - 20) / 1)
  expect(await plannedSteps(1000, 40, work)).toBe(40)
  expect(await plannedSteps(1, 1e6, work)).toBe(1)
})

it('with minutes, is to the bit the run of the steps that it planned', async () => {
  // Once the pace is measured, at one look a step, time goes slower: the run has three looks a step.
  tickingClock(0.1, 0.02)
  const timed = await train({ ...TASK, steps: undefined, warmup: undefined, minutes: 0.5 })
  vi.restoreAllMocks()
  const { steps, warmup } = timed.settings
  expect(timed).toMatchObject({ stoppedBy: 'steps', step: steps, settings: { minutes: 0.5 } })
  expect(steps).toBeGreaterThan(20)
  expect(warmup).toBe(Math.floor(steps / 10))
  const counted = await train({ ...TASK, steps, warmup: undefined })
  expect(weightsOf(timed)).toEqual(weightsOf(counted))
  expect(timed.curve).toEqual(counted.curve)
})

it('ends with its minutes where steps become slower, and goes on to the same bits when it is given more', async () => {
  tickingClock(0.1)
  const options = { ...TASK, steps: undefined, minutes: 0.5, checkpoint: { folder } }
  let looks = 0
  const slower = (): void => {
    if (++looks === 1) tickingClock(0.5)
  }
  const cut = await train({ ...options, onProgress: slower })
  expect(cut.stoppedBy).toBe('minutes')
  expect(cut.finished).toBe(true)
  expect(cut.step).toBeLessThan(cut.settings.steps)
  expect(weightsOf(await train(options))).toEqual(weightsOf(cut))
  vi.restoreAllMocks()

  const { steps } = cut.settings
  const whole = await train({ ...options, minutes: 5 })
  expect(whole).toMatchObject({ stoppedBy: 'steps', step: steps })
  expect(weightsOf(whole)).toEqual(weightsOf(await train({ ...TASK, steps })))
})

it.each([
  [{ steps: undefined }, '`steps` must be given, or `minutes`, got neither'],
  [{ minutes: 0 }, '`minutes` must be greater than 0, got 0'],
  [{ patience: 1.5 }, '`patience` must be an integer, got 1.5'],
  [{ samples: 0 }, '`samples` must be an integer of at least 1, got 0'],
  [{ evaluateEvery: 0.5 }, '`evaluateEvery` must be an integer of at least 1, got 0.5'],
  [
    { learningRateSchedule: 'step' as 'linear' },
    '`learningRateSchedule` must be "cosine" or "linear" or "constant", got "step"'
  ]
])('refuses %j', async (changes, message) => {
  await expect(train({ ...TASK, ...changes })).rejects.toMatchObject({ code: 'invalid_argument', message })
})
