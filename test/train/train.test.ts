import { expect, it, vi } from 'vitest'
import type { Architecture } from '../../src/schema/architecture.ts'
import { upload, layoutOf, flatten } from '../../src/train/layout.ts'
import { modelVelocity } from '../../src/train/loss.ts'
import { loadTensorFlow } from '../../src/train/tensorflow.ts'
import type { TrainOptions } from '../../src/train/options.ts'
import { train } from '../../src/train/train.ts'
import type { Batch } from '../../src/types.ts'
import { randomNumbers } from './networks.ts'
import { TASK, twoClusters } from './task.ts'

/** E[X_1 - Z | X_t = x] on the linear schedule for two equal Gaussians of deviation 0.3, from its definition. */
function exactVelocity(x: readonly number[], t: number): number[] {
  const means = [[-2, 0], [2, 1]] // prettier-ignore
  const variance = (1 - t) ** 2 + t ** 2 * 0.09
  const logs = means.map((m) => -((x[0] - t * m[0]) ** 2 + (x[1] - t * m[1]) ** 2) / (2 * variance))
  const odds = logs.map((log) => Math.exp(log - Math.max(...logs)))
  const slope = (t * 0.09 - (1 - t)) / variance
  const given = (m: number[], j: number) => m[j] + slope * (x[j] - t * m[j])
  return [0, 1].map(
    (j) => (odds[0] * given(means[0], j) + odds[1] * given(means[1], j)) / (odds[0] + odds[1])
  )
}

it.each([
  ['velocity', 0.15],
  ['denoiser', 0.3]
] as const)(
  'learns the velocity of two clusters, predicting the %s, within %d of its size',
  async (prediction, most) => {
    const architecture: Architecture = { kind: 'mlp', dim: 2, hidden: [48, 48], activation: 'silu' }
    const data = twoClusters(2000, 1)
    const result = await train({
      ...{ architecture, prediction, data, heldOut: twoClusters(256, 2) },
      ...{
        steps: 1200,
        batch: 128,
        learningRate: 1e-2,
        warmup: 50,
        ema: 0.98,
        time: { kind: 'logit-normal' },
        seed: 1
      }
    })
    const losses = result.curve.map(({ heldOutLoss }) => heldOutLoss!)
    expect(losses.at(-1)).toBeLessThan(losses[0])

    const tf = await loadTensorFlow()
    const layout = layoutOf(architecture)
    const times = Float64Array.from({ length: 200 }, (_, i) => 0.2 + (0.6 * i) / 200)
    const noise = randomNumbers(400, 3)
    const states = noise.map((z, i) => (1 - times[i >> 1]) * z + times[i >> 1] * data.data[i])
    const weights = upload(tf, layout, flatten(layout, result.tensors))
    const learned = modelVelocity(
      tf,
      result.settings,
      layout,
      weights,
      tf.tensor2d(states, [200, 2]),
      times
    ).dataSync()
    let [error, size] = [0, 0]
    times.forEach((t, i) =>
      exactVelocity([states[2 * i], states[2 * i + 1]], t).forEach((v, j) => {
        error += (learned[2 * i + j] - v) ** 2
        size += v ** 2
      })
    )
    expect(Math.sqrt(error / size)).toBeLessThan(most)
  },
  60_000
)

it('keeps no tensors', async () => {
  const tf = await loadTensorFlow()
  const before = tf.memory().numTensors
  await train(TASK)
  expect(tf.memory().numTensors).toBe(before)
})

it('gives the same weights for the same seed, and others for another', async () => {
  const weights = async (seed: number) =>
    [...(await train({ ...TASK, steps: 5, seed })).tensors.values()].map((t) => [...t.data])
  const first = await weights(4)
  expect(await weights(4)).toEqual(first)
  expect(await weights(5)).not.toEqual(first)
})

it('learns the same from data in other units', async () => {
  const scaled: Batch = { count: 100, dim: 2, data: TASK.data.data.map((x) => 4 * x + 8) }
  const options = { ...TASK, heldOut: undefined, steps: 5 }
  const plain = await train(options)
  const units = await train({ ...options, data: scaled, preprocessing: { shift: [8, 8], scale: 4 } })
  expect(units.curve[0].loss).toBeCloseTo(plain.curve[0].loss, 5)
})

it.each<[string, Partial<TrainOptions>, string]>([
  ['rows of another dimension', { data: { count: 1, dim: 3, data: new Float32Array(3) } }, 'shape_mismatch'],
  ['no rows', { data: { count: 0, dim: 2, data: new Float32Array() } }, 'invalid_argument'],
  ['NaN', { data: { count: 1, dim: 2, data: Float32Array.of(0, NaN) } }, 'not_finite'],
  [
    'NaN among the held-out rows',
    { heldOut: { count: 1, dim: 2, data: Float32Array.of(NaN, 0) } },
    'not_finite'
  ],
  ['no steps', { steps: 0 }, 'invalid_argument'],
  ['an unknown schedule', { schedule: 'cubic' as 'linear' }, 'invalid_argument'],
  ['a setting it does not know', { rate: 1 } as Partial<TrainOptions>, 'invalid_argument'],
  ['a scale of zero', { preprocessing: { shift: 0, scale: 0 } }, 'invalid_argument'],
  ['a shift of another dimension', { preprocessing: { shift: [1, 2, 3], scale: 1 } }, 'shape_mismatch'],
  ['a learning rate that makes the loss overflow', { learningRate: 1e30, clip: 1e30 }, 'not_finite']
])('refuses %s', async (_, changes, code) => {
  await expect(train({ ...TASK, ...changes })).rejects.toMatchObject({ name: 'GaussflowError', code })
})

it('refuses patches that do not cut the image evenly', async () => {
  const architecture: Architecture = {
    kind: 'mixer',
    image: [6, 6, 1],
    patch: 4,
    width: 8,
    depth: 1,
    tokenHidden: 4,
    channelHidden: 4,
    timeWidth: 4,
    activation: 'silu'
  }
  const data = { count: 1, dim: 36, data: new Float32Array(36) }
  await expect(train({ architecture, data, steps: 1 })).rejects.toMatchObject({ path: 'architecture.patch' })
})

it('says how to get TensorFlow.js where it is missing', async () => {
  vi.doMock('@tensorflow/tfjs', () => {
    throw new Error('Cannot find package')
  })
  await expect(loadTensorFlow()).rejects.toMatchObject({
    code: 'unsupported',
    message: expect.stringContaining('npm install @tensorflow/tfjs @tensorflow/tfjs-backend-wasm') as string
  })
  vi.doUnmock('@tensorflow/tfjs')
})
