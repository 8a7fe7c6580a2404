import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, describe, expect, it } from 'vitest'
import { openFlow } from '../../src/index.ts'
import { SCHEDULE_NAMES } from '../../src/schema/schedule.ts'
import { namedTensors, upload } from '../../src/train/layout.ts'
import { modelVelocity } from '../../src/train/loss.ts'
import { trainedFlow, trainingRecord, writeModel } from '../../src/train/model.ts'
import { trainingSettings } from '../../src/train/settings.ts'
import { loadTensorFlow } from '../../src/train/tensorflow.ts'
import { train } from '../../src/train/train.ts'
import { NETWORKS, randomNumbers, randomWeights, toldTo } from './networks.ts'
import { TASK } from './task.ts'

const tf = await loadTensorFlow()
const folder = mkdtempSync(join(tmpdir(), 'gaussflow-model-'))
afterAll(() => rmSync(folder, { recursive: true }))

describe.each(Object.entries(NETWORKS))('%s', (_, architecture) => {
  it('has in the core the velocity it was trained with, within 1e-5, on every schedule', async () => {
    const { layout, flat } = randomWeights(architecture)
    const none = [...toldTo(architecture, 1)]
    const untold = Float32Array.from([...none, ...none, ...none])
    for (const schedule of SCHEDULE_NAMES) {
      for (const prediction of ['velocity', 'denoiser'] as const) {
        const settings = trainingSettings({ architecture, schedule, prediction, steps: 1 })
        const flow = {
          schedule,
          target: { kind: 'network', architecture, prediction, denoiserUntil: settings.denoiserUntil }
        } as const
        const target = { ...flow.target, weights: 'weights.safetensors' }
        const draft = { name: 'm', description: '', licence: '', flow: { schedule, target } }
        writeModel(folder, { ...draft, data: { kind: 'vector' } }, namedTensors(layout, flat))
        using opened = await openFlow(folder)
        const x = { count: 3, dim: layout.dim, data: randomNumbers(3 * layout.dim, 8) }
        for (const time of [0, 0.31, 0.9, 1]) {
          const weights = upload(tf, layout, flat)
          const states = tf.tensor2d(x.data, [3, layout.dim])
          const times = new Float64Array(3).fill(time)
          const trained = modelVelocity(tf, settings, layout, weights, states, times, untold).dataSync()
          const served = opened.velocity(x, { time }).velocity.data
          const size = Math.max(1, ...trained.map(Math.abs))
          trained.forEach((v, i) => expect(Math.abs(served[i] - v)).toBeLessThan(1e-5 * size))
        }
      }
    }
  })
})

it('writes a model folder that opens, and draws as many rows as are asked for', async () => {
  const result = await train({ ...TASK, steps: 5 })
  const record = trainingRecord(result)
  expect(record).toMatchObject({ steps: 5, stepsDone: 5, seed: 4, batch: 16, curve: result.curve })
  const draft = { name: 'two', description: 'd', licence: 'l', data: { kind: 'vector' as const } }
  writeModel(folder, { ...draft, flow: trainedFlow(result), training: record }, result.tensors)
  using flow = await openFlow(folder)
  expect(flow.manifest).toMatchObject({ format: 1, name: 'two', training: { parameters: result.parameters } })
  expect(flow.sample({ count: 3, steps: 2 })).toMatchObject({ count: 3, dim: 2, status: ['ok', 'ok', 'ok'] })
})
