import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, it } from 'vitest'
import { openFlow } from '../../src/index.ts'
import { quantizeModel } from '../../src/quantize.ts'
import type { Architecture } from '../../src/schema/architecture.ts'
import { writeModel } from '../../src/train/model.ts'
import { randomWeights } from '../fixtures/weights.ts'
import { newFolder } from './fixtures.ts'
import { gaussflow } from './io.ts'

const architecture: Architecture = { kind: 'mlp', dim: 3, hidden: [8, 8], activation: 'silu' }
const folder = join(newFolder(), 'small')
const weights = { weights: 'weights.safetensors', prediction: 'velocity', denoiserUntil: 0.95 } as const
writeModel(
  folder,
  {
    name: 'small',
    description: 'random',
    licence: 'MIT',
    flow: { schedule: 'linear', target: { kind: 'network', architecture, ...weights } },
    data: { kind: 'vector' }
  },
  randomWeights(architecture, 4)
)

it('writes the model that the library makes, which samples like any other', async () => {
  const out = join(newFolder(), 'rounded')
  const line = `quantize ${folder} --out ${out} --count 8 --seed 3 --float layers.0,layers.2 --name tiny`
  const { stdout, stderr, status } = await gaussflow(line)
  expect([status, stderr]).toEqual([
    0,
    `wrote ${out}; draw from it with: gaussflow sample ${out} --count 4\n`
  ])
  const { manifest, files, report } = await quantizeModel(folder, {
    count: 8,
    seed: 3,
    float: ['layers.0', 'layers.2'],
    name: 'tiny'
  })
  expect(JSON.parse(readFileSync(join(out, 'model.json'), 'utf8'))).toEqual(
    JSON.parse(JSON.stringify(manifest))
  )
  expect(new Uint8Array(readFileSync(join(out, 'weights.safetensors')))).toEqual(files['weights.safetensors'])
  expect(JSON.parse(stdout)).toEqual(JSON.parse(JSON.stringify({ model: out, ...report })))
  using flow = await openFlow(out)
  const sampled = await gaussflow(`sample ${out} --count 2 --seed 1`)
  expect((JSON.parse(sampled.stdout) as { data: number[][] }).data.flat()).toEqual([
    ...flow.sample({ count: 2, seed: 1 }).data
  ])
})

it.each([
  ['', /`quantize` needs|--out/],
  ['--out x --format int4', /`format` must be/],
  ['--out x --float layers.9', /`float` must name layers of the network, got "layers.9"/],
  ['--out x --count 1', /`count` must be/]
])('a wrong call is one line and exit status 2: %s', async (flags, message) => {
  const { stderr, status, stdout } = await gaussflow(`quantize ${folder} ${flags}`)
  expect([status, stdout]).toEqual([2, ''])
  expect(stderr).toMatch(message)
  expect(stderr.trim().split('\n').length).toBe(1)
})

it('a model is not written over itself', async () => {
  const before = readFileSync(join(folder, 'model.json'))
  const { stderr, status } = await gaussflow(`quantize ${folder} --out ${folder}`)
  expect(status).toBe(2)
  expect(stderr).toMatch(/`out` must be another folder than the model's own/)
  expect(readFileSync(join(folder, 'model.json'))).toEqual(before)
})
