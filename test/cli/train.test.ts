import { existsSync, mkdirSync, readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, it } from 'vitest'
import { formatNpy } from '../../src/io/index.ts'
import { decodePng, encodePng } from '../../src/io/png.ts'
import type { Manifest } from '../../src/index.ts'
import { newFolder, put } from './fixtures.ts'
import { gaussflow } from './io.ts'

it('trains a model on chosen columns that the other commands then use', async () => {
  const folder = newFolder()
  const rows = Array.from({ length: 200 }, (_, i) => `blob,${i % 2 === 0 ? 20 : 24},${100 + 3 * Math.sin(i)}`)
  const data = put(folder, 'blobs.csv', `kind,length,"width"\n${rows.join('\n')}\n`)
  const [out, checkpoint] = [join(folder, 'models', 'blobs'), join(folder, 'saved')]
  const flags =
    '--columns width,length --steps 20 --batch 16 --width 8 --depth 1 --seed 3 --heldOut 0.25 --licence CC0'
  const { status, stdout, stderr } = await gaussflow(
    `train --data ${data} --out ${out} --checkpoint ${checkpoint} ${flags}`
  )
  const started = 'training a residual-mlp on 150 rows, judged by 50 others, to step 20; Ctrl-C saves'
  expect(stderr).toBe(`${started}\nwrote ${out}; draw from it with: gaussflow sample ${out} --count 4\n`)
  expect(status).toBe(0)
  const { loss, heldOutLoss, ...record } = JSON.parse(stdout) as Record<string, unknown>
  expect(record).toMatchObject({ model: out, steps: 20 })
  expect([loss, heldOutLoss].every((value) => typeof value === 'number' && value > 0)).toBe(true)

  expect(readdirSync(out).toSorted()).toEqual(['loss.svg', 'model.json', 'weights.safetensors'])
  expect(existsSync(checkpoint)).toBe(false)
  const manifest = JSON.parse(readFileSync(join(out, 'model.json'), 'utf8')) as Manifest
  expect(manifest).toMatchObject({
    name: 'blobs',
    licence: 'CC0',
    data: { kind: 'vector', columns: ['width', 'length'] },
    training: { data: 'blobs.csv', rows: 150, heldOutRows: 50, steps: 20, batch: 16, seed: 3 }
  })
  const { shift, scale } = manifest.preprocessing as { shift: number[]; scale: number[] }
  // Of the 150 rows that it learned: near those of all 200.
  expect(Math.abs(shift[0] - 100)).toBeLessThan(0.4)
  expect(Math.abs(shift[1] - 22)).toBeLessThan(0.4)
  expect(scale[0]).toBeCloseTo(3 * Math.SQRT1_2, 0)
  expect(scale[1]).toBeCloseTo(2, 0)

  const drawn = await gaussflow(`sample ${out} --count 3`)
  expect(JSON.parse(drawn.stdout)).toMatchObject({ shape: [3, 2], status: ['ok', 'ok', 'ok'] })
})

it('trains a mixer on pictures', async () => {
  const folder = newFolder()
  const rows = Array.from({ length: 30 }, (_, i) =>
    Array.from({ length: 16 }, (_, j) => (i + j) % 2).join(',')
  )
  const data = put(folder, 'checks.csv', rows.join('\n'))
  const out = join(folder, 'checks')
  const flags = '--image 4x4 --patch 2 --width 8 --depth 1 --steps 5 --batch 8'
  expect(
    await gaussflow(`train --data ${data} --out ${out} --checkpoint ${join(folder, 'saved')} ${flags}`)
  ).toMatchObject({ status: 0 })
  const drawn = await gaussflow(`sample ${out} --count 4 --out ${join(folder, 'x.png')}`)
  expect(drawn).toMatchObject({ status: 0 })
})

const manifestOf = (out: string): Manifest =>
  JSON.parse(readFileSync(join(out, 'model.json'), 'utf8')) as Manifest

it('trains on a folder of pictures for each label, and shows samples on the way', async () => {
  const folder = newFolder()
  for (const [label, level] of [
    ['dark', 0.2],
    ['bright', 0.8]
  ] as const) {
    // prettier-ignore
    mkdirSync(join(folder, 'data', label), { recursive: true })
    for (let i = 0; i < 12; i++) {
      const data = Float32Array.from({ length: 48 }, (_, j) => level + 0.01 * ((i + j) % 5))
      put(join(folder, 'data', label), `${i}.png`, encodePng({ count: 1, dim: 48, data }, [4, 4, 3]))
    }
  }
  const [out, saved] = [join(folder, 'levels'), join(folder, 'saved')]
  const flags =
    '--patch 2 --width 8 --depth 1 --steps 10 --batch 8 --samples 4 --dequantise 0.00392156862745098'
  const { status, stderr } = await gaussflow(
    `train --data ${join(folder, 'data')} --out ${out} --checkpoint ${saved} ${flags}`
  )
  expect(status).toBe(0)
  expect(stderr).toContain('training a mixer on 22 rows, judged by 2 others, to step 10')
  const manifest = manifestOf(out)
  expect(manifest.data).toEqual({ kind: 'image', shape: [4, 4, 3], labels: ['bright', 'dark'] })
  expect(manifest.flow.target).toMatchObject({ architecture: { condition: { kind: 'label', classes: 2 } } })
  expect(manifest.preprocessing).toEqual({ shift: 0.5, scale: 0.5 })
  const { validation } = manifest.training as { validation: { step: number; slicedWasserstein: number }[] }
  expect(validation.map(({ step }) => step)).toEqual([4, 8, 10])
  expect(validation.every(({ slicedWasserstein }) => slicedWasserstein > 0)).toBe(true)
  expect(readdirSync(saved).toSorted()).toEqual(['samples-10.png', 'samples-4.png', 'samples-8.png'])
  expect(decodePng(readFileSync(join(saved, 'samples-8.png')), [4, 4, 3]).count).toBe(64)
  expect(await gaussflow(`sample ${out} --label 1`)).toMatchObject({ status: 0 })
})

it('learns what the labels of a table say: the samples of each are its own rows again, in its own units', async () => {
  const folder = newFolder()
  const rows = Array.from({ length: 120 }, (_, i) =>
    i % 2 === 0 ? `${200 + (i % 7)},small,${1 + (i % 5) / 10}` : `${600 + (i % 7)},large,${9 + (i % 5) / 10}`
  )
  const data = put(folder, 'sizes.csv', `mass,kind,length\n${rows.join('\n')}\n`)
  const out = join(folder, 'sizes')
  const flags =
    '--labels kind --width 32 --depth 1 --steps 300 --learningRate 0.01 --ema 0.98 --dequantise 1,0.1 --samples 300'
  const saved = join(folder, 'saved')
  expect(
    await gaussflow(
      `train --data ${data} --out ${out} --checkpoint ${saved} ${flags} --coupling optimal-transport`
    )
  ).toMatchObject({ status: 0 })
  expect(manifestOf(out)).toMatchObject({
    data: { kind: 'vector', columns: ['mass', 'length'], labels: ['large', 'small'] },
    training: { coupling: 'optimal-transport', dequantise: [1, 0.1], stoppedBy: 'steps' }
  })
  for (const [label, mass, length] of [
    [0, 603, 9.2],
    [1, 203, 1.2]
  ]) {
    // prettier-ignore
    const { stdout } = await gaussflow(`sample ${out} --count 50 --label ${label}`)
    const drawn = (JSON.parse(stdout) as { data: number[][] }).data
    const mean = (j: number) => drawn.reduce((sum, row) => sum + row[j], 0) / 50
    expect(Math.abs(mean(0) - mass)).toBeLessThan(40)
    expect(Math.abs(mean(1) - length)).toBeLessThan(0.8)
  }
  const [header, ...lines] = readFileSync(join(saved, 'samples-300.csv'), 'utf8').trim().split('\n')
  expect([header, lines.length]).toEqual(['mass,length', 256])
})

it('takes labels of a .npy from another, in the order of their numbers', async () => {
  const folder = newFolder()
  const npy = (name: string, shape: number[], values: number[]) =>
    put(folder, name, formatNpy({ shape, data: Float32Array.from(values) }))
  const data = npy('x.npy', [30, 1], Array.from({ length: 30 }, (_, i) => i)) // prettier-ignore
  const labels = npy('y.npy', [30], Array.from({ length: 30 }, (_, i) => [10, 9, -1][i % 3])) // prettier-ignore
  const out = join(folder, 'numbers')
  const flags = `--checkpoint ${join(folder, 'saved')} --steps 2 --width 4 --depth 1 --standardise all`
  expect(await gaussflow(`train --data ${data} --labels ${labels} --out ${out} ${flags}`)).toMatchObject({
    status: 0
  })
  const { data: described, preprocessing } = manifestOf(out)
  expect(described).toEqual({ kind: 'vector', labels: ['-1', '9', '10'] })
  expect(preprocessing?.shift).toBeTypeOf('number')
})

it('stops by its patience or its minutes, and says what the model is then', async () => {
  const folder = newFolder()
  const data = put(folder, 'x.csv', Array.from({ length: 40 }, (_, i) => Math.sin(7 * i)).join('\n'))
  const base = `train --data ${data} --width 4 --depth 1 --checkpoint ${join(folder, 'saved')}`
  const patient = await gaussflow(
    `${base} --out ${join(folder, 'a')} --patience 1 --learningRate 3 --learningRateSchedule constant --ema 0`
  )
  const record = JSON.parse(patient.stdout) as { bestStep: number; stoppedBy: string; steps: number }
  expect(record.stoppedBy).toBe('patience')
  expect(record.steps).toBe(record.bestStep + 250)
  expect(patient.stderr).toContain(
    `stopped at step ${record.steps}: the held-out loss was least at step ${record.bestStep}, whose weights these are`
  )
  const timed = await gaussflow(`${base} --out ${join(folder, 'b')} --minutes 0.02`)
  expect(timed.status).toBe(0)
  const { steps } = JSON.parse(timed.stdout) as { steps: number }
  expect(manifestOf(join(folder, 'b')).training).toMatchObject({ minutes: 0.02, stepsDone: steps })
})
