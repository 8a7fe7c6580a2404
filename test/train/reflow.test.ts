import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, it } from 'vitest'
import { formatSafetensors } from '../../src/io/index.ts'
import type { ModelFiles } from '../../src/flow/source.ts'
import type { Architecture } from '../../src/schema/architecture.ts'
import { trainedFlow } from '../../src/train/model.ts'
import { openNetwork } from '../../src/train/openNetwork.ts'
import type { TrainResult } from '../../src/train/options.ts'
import { reflow } from '../../src/train/reflow.ts'
import { straightnessOf } from '../../src/train/straightness.ts'
import { train } from '../../src/train/train.ts'
import type { Batch } from '../../src/types.ts'
import { randomNumbers } from './networks.ts'
import { TASK } from './task.ts'

const modelOf = (result: TrainResult): ModelFiles => ({
  manifest: {
    ...{ format: 1, name: 'taught', description: '', licence: '', data: { kind: 'vector' } },
    flow: trainedFlow(result),
    preprocessing: { shift: [10, 20], scale: 5 }
  },
  files: { 'weights.safetensors': formatSafetensors(result.tensors) }
})

/** Rows around eight points of a circle of radius 2 in turn, spread by 0.3. */
function ring(count: number): Batch {
  const data = randomNumbers(2 * count, 1)
  for (let i = 0; i < count; i++) {
    const angle = (Math.PI * (i % 8)) / 4
    data[2 * i] = 0.3 * data[2 * i] + 2 * Math.cos(angle)
    data[2 * i + 1] = 0.3 * data[2 * i + 1] + 2 * Math.sin(angle)
  }
  return { count, dim: 2, data }
}

it('measures S and the error of one step of Euler as a Gaussian has them', async () => {
  // X_1 ~ N(0, 4): v = x (3 t' ...) is known, and so are the paths Z_t = sqrt((1 - t)^2 + 4 t^2) Z_0.
  using flow = await openNetwork(
    { schedule: 'linear', target: { kind: 'gaussian', mean: [0], covariance: [[4]] } },
    new Map()
  )
  const noise = flow.source({ count: 4000, seed: 1 })
  const second = noise.data.reduce((sum, z) => sum + z * z, 0) / 4000
  const speed = (t: number) => (5 * t - 1) / Math.sqrt((1 - t) ** 2 + 4 * t ** 2)
  const mean = Array.from({ length: 50 }, (_, k) => (1 - speed(k / 50)) ** 2).reduce((a, b) => a + b) / 50
  const { straightness, eulerError } = straightnessOf(flow, noise)
  expect(straightness).toBeCloseTo(second * mean, 2)
  // Euler goes to Z_0 - Z_0 = 0, the path to 2 Z_0.
  expect(eulerError).toBeCloseTo(2 * Math.sqrt(second), 2)
})

it('makes the error of one step of Euler at least twenty times smaller, and leaves the ends where they were', async () => {
  const architecture: Architecture = { kind: 'mlp', dim: 2, hidden: [64, 64, 64], activation: 'silu' }
  const common = { batch: 128, learningRate: 5e-3, ema: 0.99 }
  const taught = await train({ ...common, architecture, data: ring(4000), steps: 600, seed: 1 })
  const { before, after, ...result } = await reflow(modelOf(taught), {
    ...common,
    ...{ pairs: 5000, steps: 2000, seed: 2 }
  })
  expect(before.straightness).toBeGreaterThan(0.8)
  expect(after.straightness).toBeLessThan(0.005)
  expect(before.eulerError / after.eulerError).toBeGreaterThan(20)

  using old = await openNetwork(trainedFlow(taught), taught.tensors)
  using straight = await openNetwork(trainedFlow(result), result.tensors)
  const noise = old.source({ count: 400, seed: 9 })
  const [ends, one] = [old.decode(noise), straight.decode(noise, { solver: 'euler', steps: 1 })]
  const squares = ends.data.reduce((sum, x, i) => sum + (x - one.data[i]) ** 2, 0) / 400
  expect(Math.sqrt(squares)).toBeLessThan(0.2)
}, 120_000)

it('gives what it is guided to, without guidance, and keeps what is told nothing', async () => {
  const condition = { kind: 'label', classes: 2 } as const
  const architecture = { ...TASK.architecture, condition }
  const labels = (count: number) => Array.from({ length: count }, (_, i) => i % 2)
  const taught = await train({
    ...TASK,
    ...{ architecture, prediction: 'velocity', time: { kind: 'uniform' }, steps: 300, learningRate: 1e-2 },
    ...{ conditions: labels(100), heldOutConditions: labels(50) }
  })
  const result = await reflow(modelOf(taught), {
    ...{ pairs: 2000, heldOutPairs: 100, steps: 500, batch: 64, learningRate: 5e-3, ema: 0.98 },
    ...{ guidance: 2, conditionDropout: 0.3 }
  })
  using old = await openNetwork(trainedFlow(taught), taught.tensors)
  using straight = await openNetwork(trainedFlow(result), result.tensors)
  const noise = old.source({ count: 200, seed: 5 })
  for (const telling of [{ label: 0 }, { label: 1 }, {}]) {
    const guidance = 'label' in telling ? 2 : 1
    const wanted = old.decode(noise, { ...telling, ...(guidance === 2 && { guidance }) })
    const plain = old.decode(noise, telling)
    const got = straight.decode(noise, telling)
    const apart = (x: Batch, y: Batch) =>
      Math.sqrt(x.data.reduce((sum, value, i) => sum + (value - y.data[i]) ** 2, 0) / x.count)
    expect(apart(got, wanted)).toBeLessThan(0.35)
    if (guidance === 2) expect(apart(got, wanted)).toBeLessThan(apart(plain, wanted))
  }
}, 60_000)

const trained = await train({ ...TASK, prediction: 'velocity', steps: 2 })

it('goes on to the same bits after a stop, with the pairs drawn anew', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'gaussflow-reflow-'))
  const options = { pairs: 50, heldOutPairs: 10, steps: 6, batch: 16, warmup: 2, evaluateEvery: 2 }
  const weightsOf = ({ tensors }: TrainResult) => [...tensors.values()].map(({ data }) => [...data])
  const whole = await reflow(modelOf(trained), options)
  const saved = { ...options, checkpoint: { folder } }
  const stopping = new AbortController()
  const onCurve = () => stopping.abort()
  const cut = await reflow(modelOf(trained), { ...saved, onCurve, signal: stopping.signal })
  expect(cut).toMatchObject({ step: 2, stoppedBy: 'signal' })
  expect(weightsOf(await reflow(modelOf(trained), saved))).toEqual(weightsOf(whole))
  rmSync(folder, { recursive: true })
})

it.each([
  [
    { schedule: 'linear', target: { kind: 'gaussian', mean: [0], covariance: [[1]] } },
    '`model` must be a trained network, got a gaussian'
  ],
  [
    {
      ...modelOf(trained),
      manifest: {
        ...(modelOf(trained).manifest as object),
        flow: { ...trainedFlow(trained), schedule: 'trigonometric' }
      }
    },
    '`model` must be a network that was trained on the linear schedule, got trigonometric'
  ]
] as const)('refuses what has no lines to straighten to', async (model, message) => {
  const refused = reflow(model as unknown as ModelFiles, { steps: 1 })
  await expect(refused).rejects.toMatchObject({ code: 'invalid_argument', path: 'model', message })
})

it('refuses no pairs, and guidance of a network that is told nothing', async () => {
  await expect(reflow(modelOf(trained), { steps: 1, pairs: 0 })).rejects.toMatchObject({ path: 'pairs' })
  await expect(reflow(modelOf(trained), { steps: 1, guidance: 2 })).rejects.toMatchObject({
    path: 'guidance'
  })
})
