import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtempSync, readdirSync, rmSync, truncateSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { afterEach, beforeEach, expect, it } from 'vitest'
import { removeCheckpoint } from '../../src/train/checkpoint.ts'
import { train, type TrainOptions, type TrainResult } from '../../src/train/train.ts'
import { TASK, twoClusters } from './task.ts'

let folder = ''
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'gaussflow-train-'))
})
afterEach(() => rmSync(folder, { recursive: true }))

const uninterrupted = await train(TASK)
const weightsOf = ({ tensors }: TrainResult) => [...tensors].map(([name, { data }]) => [name, [...data]])

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
