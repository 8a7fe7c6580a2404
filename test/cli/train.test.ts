import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, it } from 'vitest'
import type { Manifest } from '../../src/index.ts'
import { newFolder, put } from './fixtures.ts'
import { gaussflow } from './io.ts'

it('trains a model on chosen columns that the other commands then use', async () => {
  const folder = newFolder()
  const rows = Array.from({ length: 200 }, (_, i) => `blob,${i % 2 === 0 ? 20 : 24},${100 + 3 * Math.sin(i)}`)
  const data = put(folder, 'blobs.csv', `kind,length,"width"\n${rows.join('\n')}\n`)
  const [out, checkpoint] = [join(folder, 'models', 'blobs'), join(folder, 'saved')]
  const flags =
    '--columns width,length --steps 20 --batch 16 --width 8 --depth 1 --seed 3 --held-out 0.25 --licence CC0'
  const { status, stdout, stderr } = await gaussflow(
    `train --data ${data} --out ${out} --checkpoint ${checkpoint} ${flags}`
  )
  const started = 'training a residual-mlp on 150 rows, judged by 50 others; Ctrl-C saves'
  expect(stderr).toBe(`${started}\nwrote ${out}; draw from it with: gaussflow sample ${out} --count 4\n`)
  expect(status).toBe(0)
  const { loss, heldOutLoss, ...record } = JSON.parse(stdout) as Record<string, unknown>
  expect(record).toMatchObject({ model: out, steps: 20 })
  expect([loss, heldOutLoss].every((value) => typeof value === 'number' && value > 0)).toBe(true)

  expect(readdirSync(out).toSorted()).toEqual(['model.json', 'weights.safetensors'])
  expect(existsSync(checkpoint)).toBe(false)
  const manifest = JSON.parse(readFileSync(join(out, 'model.json'), 'utf8')) as Manifest
  expect(manifest).toMatchObject({
    name: 'blobs',
    licence: 'CC0',
    data: { kind: 'vector', columns: ['width', 'length'] },
    training: { data: 'blobs.csv', rows: 150, heldOutRows: 50, steps: 20, batch: 16, seed: 3 }
  })
  const { shift, scale } = manifest.preprocessing as { shift: number[]; scale: number[] }
  expect(shift[0]).toBeCloseTo(100, 1)
  expect(shift[1]).toBeCloseTo(22, 5)
  expect(scale[0]).toBeCloseTo(3 * Math.SQRT1_2, 1)
  expect(scale[1]).toBeCloseTo(2, 5)

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
