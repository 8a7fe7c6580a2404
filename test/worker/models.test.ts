import { describe, expect, it } from 'vitest'
import { get, problemOf } from './http.ts'
import { manifest, pictures } from './pictures.ts'

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
