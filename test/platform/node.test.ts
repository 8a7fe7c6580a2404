import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { ModelFiles } from '../../src/flow/source.ts'
import { openFlow } from '../../src/index.ts'
import { bundledModels, nodePlatform } from '../../src/platform/node.ts'
import type { Architecture } from '../../src/schema/architecture.ts'
import { networkModel } from '../fixtures/determinism.ts'
import { laterRefusal } from '../fixtures/refusal.ts'

const perceptron: Architecture = { kind: 'mlp', dim: 2, hidden: [3], activation: 'silu' }
const flowFile = {
  schedule: 'linear',
  target: {
    kind: 'gaussian',
    mean: [0, 0],
    covariance: [
      [1, 0],
      [0, 2]
    ]
  }
}
const { manifest, files } = networkModel(perceptron, 1) as ModelFiles
let folder: string

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'gaussflow-'))
  const write = (name: string, content: string | Uint8Array) => writeFile(join(folder, name), content)
  await mkdir(join(folder, 'model'))
  await mkdir(join(folder, 'weightless'))
  await mkdir(join(folder, 'empty'))
  await mkdir(join(folder, 'folders', 'weights.safetensors'), { recursive: true })
  await write('flow.json', JSON.stringify(flowFile))
  await write('marked.json', `\uFEFF${JSON.stringify(flowFile)}`)
  await write('broken.json', '{"schedule": "linear", ')
  await write('model/model.json', JSON.stringify(manifest))
  await write('model/weights.safetensors', files['weights.safetensors'])
  await write('weightless/model.json', JSON.stringify(manifest))
  await write('folders/model.json', JSON.stringify(manifest))
})

afterAll(async () => {
  await rm(folder, { recursive: true })
})

it('a flow file opens by its path', async () => {
  using flow = await openFlow(join(folder, 'flow.json'))
  expect(flow.flowFile).toEqual(flowFile)
})

it('a flow file with a byte order mark opens as without', async () => {
  using flow = await openFlow(join(folder, 'marked.json'))
  expect(flow.dim).toBe(2)
})

it('a model folder opens by its path, with or without a slash, and by its manifest', async () => {
  using inMemory = await openFlow({ manifest, files })
  const expected = inMemory.sample({ count: 3, seed: 1 })
  for (const path of ['model', 'model/', 'model/model.json']) {
    using flow = await openFlow(join(folder, path))
    expect(flow.sample({ count: 3, seed: 1 })).toEqual(expected)
  }
})

it('the core is compiled once, however many flows are opened', async () => {
  const [one, two] = await Promise.all([
    nodePlatform.core('plain', 'network'),
    nodePlatform.core('plain', 'network')
  ])
  expect(one).toBe(two)
})

describe('a source that cannot be opened', () => {
  it('is refused with the names there are, where no model has its name', async () => {
    const { code, path, message } = await laterRefusal(() => openFlow('digitz'))
    expect({ code, path }).toEqual({ code: 'unknown_model', path: 'model' })
    expect(message).toMatch(/got "digitz"$/)
    for (const name of await bundledModels()) expect(message).toContain(name)
  })

  it('is refused where nothing lies at its path', async () => {
    expect((await laterRefusal(() => openFlow(join(folder, 'none.json')))).code).toBe('unknown_model')
  })

  it('is refused as a name where it is empty, and not taken for the folder of all models', async () => {
    expect((await laterRefusal(() => openFlow(''))).code).toBe('unknown_model')
  })

  it('is refused where a folder holds no manifest', async () => {
    const { code, message } = await laterRefusal(() => openFlow(join(folder, 'empty')))
    expect(code).toBe('invalid_model')
    expect(message).toMatch(/must hold a model\.json/)
  })

  it('is refused where a manifest comes without its weights', async () => {
    const { code, message } = await laterRefusal(() => openFlow(join(folder, 'weightless')))
    expect(code).toBe('invalid_model')
    expect(message).toContain('weights.safetensors')
  })

  it('is refused where a folder takes the place of the weights', async () => {
    const { code, message } = await laterRefusal(() => openFlow(join(folder, 'folders')))
    expect(code).toBe('invalid_model')
    expect(message).toContain('weights.safetensors')
  })

  it('is refused where its JSON is cut off', async () => {
    const { code, message } = await laterRefusal(() => openFlow(join(folder, 'broken.json')))
    expect(code).toBe('invalid_model')
    expect(message).toMatch(/must be JSON/)
  })

  it.each(['../weights.safetensors', '/etc/weights.safetensors', 'a/b.safetensors', '..\\b.safetensors'])(
    'is refused where its weights lie outside its folder, at %s',
    async (weights) => {
      const { flow } = manifest as { flow: { target: object } }
      const outside = { ...(manifest as object), flow: { ...flow, target: { ...flow.target, weights } } }
      const { code, path } = await laterRefusal(() => openFlow({ manifest: outside, files }))
      expect({ code, path }).toEqual({ code: 'invalid_model', path: 'flow.target.weights' })
    }
  )
})
