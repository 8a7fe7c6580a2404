import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtempSync, readdirSync, rmSync, truncateSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { afterEach, beforeEach, expect, it } from 'vitest'
import { removeCheckpoint } from '../../src/train/checkpoint.ts'
import type { TrainOptions, TrainResult } from '../../src/train/options.ts'
import { train } from '../../src/train/train.ts'
import type { Batch } from '../../src/types.ts'
import { TASK, twoClusters } from './task.ts'

let folder = ''
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'gaussflow-train-'))
})
afterEach(() => rmSync(folder, { recursive: true }))

const uninterrupted = await train(TASK)
const weightsOf = ({ tensors }: Pick<TrainResult, 'tensors'>) =>
  [...tensors].map(([name, { data }]) => [name, [...data]])

/** Trains until the first point of the curve, then asks it to stop. */
async function begin(changes: Partial<TrainOptions> = {}): Promise<TrainResult> {
  const stopping = new AbortController()
  return train({
    ...TASK,
    checkpoint: { folder },
    signal: stopping.signal,
    onProgress: () => stopping.abort(),
    ...changes
  })
}

it('saves when it is asked to stop, and goes on to the weights of an uninterrupted run', async () => {
  const begun = await begin()
  expect(begun).toMatchObject({ finished: false, step: 10 })
  const finished = await train({ ...TASK, checkpoint: { folder } })
  expect(finished).toMatchObject({ finished: true, step: 40, curve: uninterrupted.curve })
  expect(weightsOf(finished)).toEqual(weightsOf(uninterrupted))
  expect(weightsOf(begun)).not.toEqual(weightsOf(uninterrupted))
})

/** Everything that a run can do at once. */
const EVERYTHING: TrainOptions = {
  ...TASK,
  ...{ steps: 12, warmup: 2, evaluateEvery: 3, samples: 4, patience: 1, learningRate: 0.1 },
  architecture: { ...TASK.architecture, condition: { kind: 'label', classes: 2 } },
  data: rounded(TASK.data),
  conditions: Array.from({ length: 100 }, (_, i) => (i % 9 === 0 ? undefined : i % 2)),
  heldOutConditions: Array.from({ length: 50 }, (_, i) => i % 2),
  ...{ coupling: 'optimal-transport', dequantise: 0.25, conditionDropout: 0.3 },
  ...{ learningRateSchedule: 'linear', preprocessing: { shift: [0, 1], scale: 2 } }
}

function rounded(batch: Batch): Batch {
  return { ...batch, data: batch.data.map((value) => Math.round(4 * value) / 4) }
}

it('goes on from any step to the same bits, with everything that a run can do', async () => {
  const whole = await train(EVERYTHING)
  expect(whole.bestStep).toBeLessThan(whole.step)
  expect(whole.validation.length).toBeGreaterThan(1)
  const comparable = ({ seconds: _, ...result }: TrainResult) => ({ ...result, tensors: weightsOf(result) })
  for (let stop = 1; stop < whole.step; stop++) {
    rmSync(folder, { recursive: true })
    const options = { ...EVERYTHING, checkpoint: { folder, everySeconds: 0 } }
    let looks = 0
    // Looked at once before each step.
    const signal = { get aborted() { return ++looks > stop } } as AbortSignal // prettier-ignore
    expect(await train({ ...options, signal })).toMatchObject({
      step: stop,
      stoppedBy: 'signal',
      finished: false
    })
    expect(comparable(await train(options))).toEqual(comparable(whole))
  }
}, 60_000)

it('goes on after a kill from its last save, to the same weights', async () => {
  const child = spawn(process.execPath, [fileURLToPath(new URL('runTask.ts', import.meta.url)), folder])
  let printed = ''
  for await (const chunk of child.stdout) {
    printed += String(chunk)
    if (printed.includes('20')) break
  }
  child.kill('SIGKILL')
  if (child.exitCode === null && child.signalCode === null) await once(child, 'close')
  expect(printed).toMatch(/^10\n20\n$/)
  let first = Infinity
  const onProgress: TrainOptions['onProgress'] = ({ step }) => (first = Math.min(first, step))
  const finished = await train({ ...TASK, checkpoint: { folder }, onProgress })
  expect(first).toBeGreaterThan(10)
  expect(finished.curve).toEqual(uninterrupted.curve)
  expect(weightsOf(finished)).toEqual(weightsOf(uninterrupted))
}, 60_000)

it('refuses the checkpoint of other settings and of other data, and names the difference', async () => {
  await begin()
  const resumed = (changes: Partial<TrainOptions>) => train({ ...TASK, checkpoint: { folder }, ...changes })
  await expect(resumed({ learningRate: 1e-3 })).rejects.toMatchObject({
    code: 'invalid_argument',
    message: expect.stringContaining('learningRate 0.002, not 0.001') as string
  })
  await expect(resumed({ data: twoClusters(100, 9) })).rejects.toMatchObject({ code: 'invalid_argument' })
  await expect(resumed({ heldOut: undefined })).rejects.toMatchObject({ code: 'invalid_argument' })
})

it('refuses a checkpoint that was cut short', async () => {
  await begin()
  const [name] = readdirSync(folder)
  for (const length of [4, 600]) {
    truncateSync(join(folder, name), length)
    await expect(train({ ...TASK, checkpoint: { folder } })).rejects.toMatchObject({ name: 'GaussflowError' })
  }
})

it('leaves one file, which can be removed', async () => {
  await begin()
  expect(readdirSync(folder)).toEqual(['checkpoint.safetensors'])
  removeCheckpoint(folder)
  expect(readdirSync(folder)).toEqual([])
  removeCheckpoint(folder)
})
