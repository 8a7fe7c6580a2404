import { describe, expect, it } from 'vitest'
import { SCHEDULE_NAMES, type ScheduleName } from '../../src/schema/schedule.ts'
import type { Pairs } from '../../src/train/batches.ts'
import { namedTensors, upload } from '../../src/train/layout.ts'
import { networkOutput, velocityLoss } from '../../src/train/loss.ts'
import { trainingSettings, type TrainingSettings } from '../../src/train/settings.ts'
import { loadTensorFlow, type TfTensor } from '../../src/train/tensorflow.ts'
import { schedules } from '../reference/schedule.ts'
import { NETWORKS, randomNumbers, randomWeights, toldTo } from './networks.ts'
import { networkOutput as twinOutput } from '../reference/network.ts'

const tf = await loadTensorFlow()
const TIMES = Float64Array.of(0, 0.31, 0.77, 0.98)

const rowsOf = (flat: Float32Array, dim: number) =>
  Array.from({ length: flat.length / dim }, (_, i) => [...flat.subarray(i * dim, (i + 1) * dim)])

/** The loss of the twin: the definition, row by row, in doubles. */
function twinLoss(settings: TrainingSettings, dim: number, flat: Float32Array, pairs: Pairs): number {
  const { layout } = randomWeights(settings.architecture)
  const tensors = namedTensors(layout, flat)
  const [x1, z] = [rowsOf(pairs.data, dim), rowsOf(pairs.noise, dim)]
  const told = rowsOf(pairs.conditions, pairs.conditions.length / pairs.times.length)
  let sum = 0
  pairs.times.forEach((t, i) => {
    const { a, aDa, b, db } = schedules[settings.schedule as ScheduleName](t)
    const da = aDa / a // no time of these is 1
    const state = z[i].map((value, j) => a * value + b * x1[i][j])
    const output = twinOutput(settings.architecture, tensors, t, state, told[i])
    const held = schedules[settings.schedule as ScheduleName](Math.min(t, settings.denoiserUntil))
    output.forEach((n, j) => {
      const p = held.aDa / held.a ** 2
      const v = settings.prediction === 'velocity' ? n : p * state[j] + (held.db - p * held.b) * n
      sum += (v - (da * z[i][j] + db * x1[i][j])) ** 2
    })
  })
  return sum / (pairs.times.length * dim)
}

describe.each(Object.entries(NETWORKS))('%s', (_, architecture) => {
  const { layout, flat } = randomWeights(architecture)
  const rows = TIMES.length
  const pairs: Pairs = {
    data: randomNumbers(rows * layout.dim, 5),
    noise: randomNumbers(rows * layout.dim, 6),
    times: TIMES,
    conditions: toldTo(architecture, rows)
  }
  const told = rowsOf(pairs.conditions, pairs.conditions.length / rows)
  const settingsFor = (schedule: ScheduleName, prediction: 'velocity' | 'denoiser') =>
    trainingSettings({ architecture, schedule, prediction, steps: 1 })

  it('gives in TensorFlow.js what it gives in 64 bits, within 1e-5', () => {
    const weights = upload(tf, layout, flat)
    const state = tf.tensor2d(pairs.data, [rows, layout.dim])
    const output = networkOutput(
      tf,
      { architecture },
      layout,
      weights,
      state,
      TIMES,
      pairs.conditions
    ).dataSync()
    const tensors = namedTensors(layout, flat)
    rowsOf(pairs.data, layout.dim).forEach((x, i) =>
      twinOutput(architecture, tensors, TIMES[i], x, told[i]).forEach((expected, j) => {
        expect(Math.abs(output[i * layout.dim + j] - expected)).toBeLessThan(
          1e-5 * Math.max(1, Math.abs(expected))
        )
      })
    )
  })

  it.each(SCHEDULE_NAMES)('has the loss of its definition, on the %s schedule', (schedule) => {
    for (const prediction of ['velocity', 'denoiser'] as const) {
      const settings = settingsFor(schedule, prediction)
      const [loss] = velocityLoss(tf, settings, layout, upload(tf, layout, flat), pairs).dataSync()
      const expected = twinLoss(settings, layout.dim, flat, pairs)
      expect(Math.abs(loss / expected - 1)).toBeLessThan(1e-5)
    }
  })

  it('has the gradient that differences of the 64-bit loss show, in every parameter', () => {
    const settings = settingsFor('linear', 'denoiser')
    const lossOf = (...weights: TfTensor[]) =>
      velocityLoss(tf, settings, layout, weights, pairs) as ReturnType<typeof tf.scalar>
    const gradients = tf
      .grads(lossOf)(upload(tf, layout, flat))
      .map((gradient) => [...gradient.dataSync()])
    const sizes = gradients.map((gradient) => gradient.reduce((sum, value) => sum + Math.abs(value), 0))
    // What cancels altogether, such as a shift of all keys, leaves the rounding of what it was the sum of.
    const rounding = 1e-6 * Math.max(1, ...sizes)
    layout.parameters.forEach(({ name }, i) => {
      // A direction through all numbers of the parameter, in steps that floats hold exactly.
      const signs = Array.from(randomNumbers(layout.sizes[i], 11 + i), Math.sign)
      const step = 2 ** -14
      const moved = (by: number) => {
        const copy = flat.slice()
        signs.forEach((sign, j) => (copy[layout.offsets[i] + j] += by * sign))
        return twinLoss(settings, layout.dim, copy, pairs)
      }
      const expected = (moved(step) - moved(-step)) / (2 * step)
      const along = signs.reduce((sum, sign, j) => sum + sign * gradients[i][j], 0)
      expect(Math.abs(along - expected), name).toBeLessThan(2e-5 * sizes[i] + rounding)
      expect(sizes[i], name).toBeGreaterThan(0)
    })
  })
})

it('leaves no tensor behind after a loss and its gradient', () => {
  const { layout, flat } = randomWeights(NETWORKS['a mixer'])
  const pairs = {
    data: randomNumbers(48, 1),
    noise: randomNumbers(48, 2),
    times: Float64Array.of(0.5),
    conditions: new Float32Array()
  }
  const settings = trainingSettings({ architecture: NETWORKS['a mixer'], steps: 1 })
  const before = tf.memory().numTensors
  const weights = upload(tf, layout, flat)
  const { value, grads } = tf.tidy(() =>
    tf.valueAndGrads(
      (...w: TfTensor[]) => velocityLoss(tf, settings, layout, w, pairs) as ReturnType<typeof tf.scalar>
    )(weights)
  )
  tf.dispose([value, grads, weights])
  expect(tf.memory().numTensors).toBe(before)
})
