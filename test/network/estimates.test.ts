import { describe, expect, it } from 'vitest'
import { dimOf } from '../../src/network/forward.ts'
import { networkVelocity } from '../../src/network/velocity.ts'
import type { NetworkTarget } from '../../src/schema/flowFile.ts'
import { SCHEDULE_NAMES } from '../../src/schema/schedule.ts'
import { askOf } from '../assembly/asking.ts'
import { newCore, putSchedule, velocityOf, worstError } from '../assembly/core.ts'
import { randomRows } from '../fixtures/numbers.ts'
import { randomWeights } from '../fixtures/weights.ts'
import { networkOutput } from '../reference/network.ts'
import { schedules } from '../reference/schedule.ts'
import { ARCHITECTURES } from './architectures.ts'

const [SCORE, DENOISER, NOISE] = [1, 2, 3]
const [name, architecture] = Object.entries(ARCHITECTURES)[0]
const dim = dimOf(architecture)
const tensors = randomWeights(architecture, 23)
const x = randomRows(7, 5, dim)
const core = await newCore()

function put(schedule: (typeof SCHEDULE_NAMES)[number], prediction: NetworkTarget['prediction']): number {
  const target: NetworkTarget = {
    kind: 'network',
    architecture,
    prediction,
    denoiserUntil: 0.9,
    weights: 'weights.safetensors'
  }
  return networkVelocity(core, putSchedule(core, schedule), target, tensors)
}

describe.each(SCHEDULE_NAMES)(`of ${name} on the %s schedule`, (schedule) => {
  it.each([0.2, 0.5, 0.85])(
    'what a denoiser says of noise and score follows from x = a Z + b X_1, at %f',
    (t) => {
      const ask = askOf(core, put(schedule, 'denoiser'))
      const { a, b } = schedules[schedule](t)
      const data = x.map((row) => networkOutput(architecture, tensors, t, row))
      const noise = x.flatMap((row, i) => row.map((value, j) => (value - b * data[i][j]) / a))
      const scale = Math.max(1, 1 / a)
      expect(worstError(ask.quantity(DENOISER, t, x).flat(), data.flat())).toBeLessThan(1e-5)
      expect(worstError(ask.quantity(NOISE, t, x).flat(), noise)).toBeLessThan(1e-5 * scale)
      const score = noise.map((value) => -value / a)
      expect(worstError(ask.quantity(SCORE, t, x).flat(), score)).toBeLessThan(1e-5 * scale ** 2)
    }
  )

  const CASES = (['velocity', 'denoiser'] as const).flatMap((prediction) =>
    [0.2, 0.5, 0.85, 0.9, 0.95, 0.99].map((t) => [prediction, t] as const)
  )
  // The denoiser's coefficients are held from 0.9 on.
  it.each(CASES)('what a %s says of noise and data gives x and the velocity back, at %f', (prediction, t) => {
    const v = put(schedule, prediction)
    const ask = askOf(core, v)
    const { a, aDa, b, db } = schedules[schedule](t)
    const [data, noise] = [ask.quantity(DENOISER, t, x).flat(), ask.quantity(NOISE, t, x).flat()]
    const state = data.map((value, i) => a * noise[i] + b * value)
    const velocity = data.map((value, i) => (aDa / a) * noise[i] + db * value)
    const scale = Math.max(1, ...data.map(Math.abs), ...noise.map((value) => Math.abs((aDa / a) * value)))
    expect(worstError(state, x.flat())).toBeLessThan(2e-6 * Math.max(1, a) * scale)
    expect(worstError(velocity, velocityOf(core, v, t, x).flat())).toBeLessThan(2e-6 * scale)
  })
})

it('the data of a velocity at time 1 are the state itself', () => {
  const ask = askOf(core, put('linear', 'velocity'))
  expect(ask.quantity(DENOISER, 1, x).flat()).toEqual(
    Float32Array.from(x.flat()).reduce<number[]>((all, value) => [...all, value], [])
  )
})
