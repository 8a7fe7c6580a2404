import { describe, expect, it } from 'vitest'
import { formatSafetensors } from '../../src/io/safetensors.ts'
import { parameters } from '../../src/network/parameters.ts'
import type { Architecture } from '../../src/schema/architecture.ts'
import { createApp } from '../../worker/app.ts'
import { openModels } from '../../worker/models.ts'
import { get, problemOf } from './http.ts'
import { files, manifest, pictures, storeOf } from './pictures.ts'

describe('GET /v1/models', () => {
  it('says of each model what a client needs to choose one', async () => {
    const response = await pictures.request('/v1/models')
    expect(response.status).toBe(200)
    const { name, description, licence, data, sampling } = manifest
    const models = [{ name, description, licence, schedule: 'linear', target: 'network', data, sampling }]
    expect(await response.json()).toEqual({ models })
  })

  it('lists the models that the build laid out among the static files', async () => {
    const { models } = (await (await get('/v1/models')).json()) as { models: { name: string }[] }
    expect(models.map(({ name }) => name)).toContain('digits')
  })
})

describe('GET /v1/models/{id}', () => {
  it('gives the manifest', async () => {
    const response = await get('/v1/models/digits')
    expect(response.status).toBe(200)
    const body = (await response.json()) as object
    expect(body).toMatchObject({ format: 1, name: 'digits', data: { kind: 'image', shape: [28, 28, 1] } })
    expect(body).toHaveProperty(['hash', 'weights.safetensors'])
  })

  it('knows no model of another name, and names those that there are', async () => {
    const problem = await problemOf(get('/v1/models/letters'))
    expect(problem).toMatchObject({ status: 404, code: 'unknown_model', path: 'model' })
    expect(problem.detail).toContain('digits')
  })

  it.each(['..%2f..%2findex.html', 'digits%2fmodel.json', '%00', 'https:%2f%2fexample.com%2f', '__proto__'])(
    'reads no other file: %s',
    async (id) => {
      expect((await get(`/v1/models/${id}`)).status).toBe(404)
    }
  )
})

const ARCHITECTURE: Architecture = { kind: 'mlp', dim: 15, hidden: [2200, 2200, 2200], activation: 'silu' }

describe('a bundled network of nearly ten million weights', () => {
  const { flow } = manifest
  const large = (more: object): Uint8Array =>
    new TextEncoder().encode(
      JSON.stringify({
        ...manifest,
        flow: { ...flow, target: { ...flow.target, architecture: ARCHITECTURE, ...more } }
      })
    )
  const answerOf = (model: Uint8Array, asked: string[], weights?: Uint8Array) => {
    const store = storeOf({
      ...files,
      'large/model.json': model,
      ...(weights && { 'large/weights.safetensors': weights })
    })
    const read = (path: string) => (asked.push(path), store.read(path))
    return createApp({ models: openModels({ ...store, read }) }).request('/v1/sample', {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ model: 'large', count: 1 })
    })
  }

  it('is refused before its weights are read, and the next request works', async () => {
    const asked: string[] = []
    expect(await problemOf(answerOf(large({}), asked))).toMatchObject({
      status: 422,
      code: 'over_limit',
      path: 'model',
      detail:
        '`model` must have at most 4194304 weights to be run here, and large has 9754815; weights of 8 bits may be four times as many'
    })
    expect(asked).toEqual(['large/model.json'])
    expect((await get('/v1/models/digits')).status).toBe(200)
  })

  it('is refused where its weights would fit, and what it needs beside them does not', async () => {
    const asked: string[] = []
    const width = 2031 // 4 x 4,192,000 bytes are a little less than 16 MiB
    const weights = parameters({ ...ARCHITECTURE, hidden: [width, width] }).map(
      ({ name, shape }) => [name, { shape, data: new Float32Array(shape[0] * (shape[1] ?? 1)) }] as const
    )
    const model = large({ architecture: { ...ARCHITECTURE, hidden: [width, width] } })
    const answer = answerOf(model, asked, formatSafetensors(new Map(weights)))
    expect(await problemOf(answer)).toMatchObject({
      status: 422,
      code: 'over_limit',
      path: 'model',
      detail: '`model` must fit in the 16777216 bytes that a flow has here, and large does not'
    })
    expect(asked).toEqual(['large/model.json', 'large/weights.safetensors'])
  })

  it('has room with 8 bits to a weight', async () => {
    const asked: string[] = []
    const quantization = { format: 'int8', float: ['layers.3'] }
    await answerOf(large({ quantization }), asked)
    expect(asked).toEqual(['large/model.json', 'large/weights.safetensors'])
  })
})
