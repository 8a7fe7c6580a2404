import { env } from 'cloudflare:workers'
import { afterEach, describe, expect, it, vi } from 'vitest'
import { openFlow, type OpenFlow } from '../../src/index.workerd.ts'
import { createApp } from '../../worker/app.ts'
import { openModels } from '../../worker/models.ts'
import { blobs, get, ORIGIN, post, problemOf, request } from './http.ts'
import { files, storeOf } from './pictures.ts'

afterEach(() => vi.restoreAllMocks())

describe('methods', () => {
  it.each([
    ['/health', 'POST', 'GET, HEAD'],
    ['/v1/models', 'POST', 'GET, HEAD'],
    ['/v1/models/digits', 'DELETE', 'GET, HEAD'],
    ['/v1/sample', 'GET', 'POST'],
    ['/v1/encode', 'PUT', 'POST'],
    ['/v1/decode', 'PATCH', 'POST'],
    ['/v1/velocity', 'HEAD', 'POST']
  ])('%s refuses %s and allows %s', async (path, method, allowed) => {
    const response = await request(path, { method })
    expect(response.status).toBe(405)
    expect(response.headers.get('allow')).toBe(allowed)
    if (method !== 'HEAD') expect(await problemOf(response)).toMatchObject({ code: 'method_not_allowed' })
  })

  it('HEAD answers as GET does, without a body', async () => {
    const response = await request('/v1/models', { method: 'HEAD' })
    expect([response.status, await response.text()]).toEqual([200, ''])
  })
})

describe('routes', () => {
  it.each(['/v1', '/v1/nothing', '/v1/sample/', '/nothing', '/v1/models/digits/weights'])(
    'there is none at %s',
    async (path) => {
      expect(await problemOf(post(path, {}))).toMatchObject({
        status: 404,
        code: 'unknown_route',
        instance: path
      })
    }
  )

  it('the page is at /, among the static files', async () => {
    const response = await env.ASSETS.fetch(`${ORIGIN}/`)
    expect([response.status, response.headers.get('content-type')]).toEqual([200, 'text/html; charset=utf-8'])
  })
})

describe('other origins', () => {
  const origin = 'https://elsewhere.test'

  it('may ask before they post', async () => {
    const headers = {
      origin,
      'access-control-request-method': 'POST',
      'access-control-request-headers': 'content-type'
    }
    const response = await request('/v1/sample', { method: 'OPTIONS', headers })
    expect(response.status).toBe(204)
    expect(response.headers.get('access-control-allow-origin')).toBe('*')
    expect(response.headers.get('access-control-allow-methods')).toContain('POST')
    expect(response.headers.get('access-control-allow-headers')).toContain('content-type')
  })

  it.each([
    ['an answer', { model: blobs, steps: 1 }, 200],
    ['a refusal', { model: blobs, steps: 0 }, 400]
  ])('may read %s and its headers', async (_, fields, status) => {
    const response = await post('/v1/sample', fields, { origin })
    expect(response.status).toBe(status)
    expect(response.headers.get('access-control-allow-origin')).toBe('*')
    expect(response.headers.get('access-control-expose-headers')).toContain('gaussflow-nfe')
  })

  it('may read the models', async () => {
    expect((await get('/v1/models', { origin })).headers.get('access-control-allow-origin')).toBe('*')
  })
})

describe('a failure that nobody foresaw', () => {
  const ask = (app: ReturnType<typeof createApp>) =>
    app.request('/v1/sample', {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: '{"model":"specks","steps":1}'
    })

  /** Fails the first time that it opens a model, or that the model runs. */
  function failing(where: 'open' | 'sample'): OpenFlow {
    let failed = false
    const once = (place: string) => {
      if (failed || place !== where) return
      failed = true
      throw new RangeError('the secret insides')
    }
    return async (...args) => {
      once('open')
      const flow = await openFlow(...args)
      const sample = flow.sample.bind(flow)
      flow.sample = (options) => {
        once('sample')
        return sample(options)
      }
      return flow
    }
  }

  it.each(['open', 'sample'] as const)(
    'to %s is a problem that tells nothing of our insides, and the next request works',
    async (where) => {
      const logged = vi.spyOn(console, 'error').mockReturnValue()
      const app = createApp({ models: openModels(storeOf(files, failing(where))) })
      const response = await ask(app)
      const text = await response.clone().text()
      expect(await problemOf(response)).toMatchObject({ status: 500, code: 'internal' })
      expect(text).not.toMatch(/secret|RangeError|worker\/|\.ts/)
      expect(logged).toHaveBeenCalledOnce()
      expect((await ask(app)).status).toBe(200)
    }
  )

  it('of a bundled model is not blamed on the request', async () => {
    vi.spyOn(console, 'error').mockReturnValue()
    const broken = {
      ...files,
      'specks/weights.safetensors': files['specks/weights.safetensors'].slice(0, -4)
    }
    const response = await ask(createApp({ models: openModels(storeOf(broken)) }))
    expect(await problemOf(response)).toMatchObject({ status: 500, code: 'internal' })
  })
})

describe('a bundled model', () => {
  it('is opened once, for all later requests', async () => {
    const open = vi.fn(openFlow)
    const models = openModels(storeOf(files, open))
    for (let i = 0; i < 3; i++) await models.use('specks', ({ flow }) => flow.sample())
    expect(open).toHaveBeenCalledOnce()
  })

  it('stays open when a request on it is refused', async () => {
    const open = vi.fn(openFlow)
    const app = createApp({ models: openModels(storeOf(files, open)) })
    const headers = { 'content-type': 'application/json', accept: 'text/html' }
    for (const body of [
      '{"model":"specks"}',
      '{"model":"specks","count":1000000}',
      '{"model":"specks","input":[[1]]}'
    ])
      await app.request('/v1/sample', { method: 'POST', headers, body })
    expect(open).toHaveBeenCalledOnce()
  })

  it('can be opened although an earlier request never came to its end', async () => {
    const store = storeOf(files)
    let first = true
    const read = (path: string) => {
      if (!first) return store.read(path)
      first = false
      return new Promise<never>(() => undefined)
    }
    const models = openModels({ ...store, read })
    void models.use('specks', ({ flow }) => flow.sample())
    expect((await models.use('specks', ({ flow }) => flow.sample())).count).toBe(1)
  })

  it('stays open while other names are asked for that do not exist', async () => {
    const open = vi.fn(openFlow)
    const models = openModels(storeOf(files, open))
    const use = (name: string) => models.use(name, ({ flow }) => flow.sample())
    await use('specks')
    await Promise.allSettled(['a', 'b', 'c', 'd'].map(use))
    await use('specks')
    expect(open).toHaveBeenCalledOnce()
  })

  it('makes room for others, and opens again', async () => {
    const open = vi.fn(openFlow)
    const many = Object.fromEntries(
      ['a', 'b', 'c'].flatMap((name) =>
        Object.entries(files).map(([path, bytes]) => [path.replace('specks', name), bytes])
      )
    )
    const models = openModels(storeOf(many, open))
    for (const name of ['a', 'b', 'a', 'c', 'a', 'b']) await models.use(name, ({ flow }) => flow.sample())
    expect(open).toHaveBeenCalledTimes(4) // a, b, c, and b again
  })
})

describe('an inline flow file', () => {
  it('is closed when its request is answered, and when it is refused', async () => {
    const opened: Awaited<ReturnType<OpenFlow>>[] = []
    const models = openModels(
      storeOf(files, async (...args) => {
        opened.push(await openFlow(...args))
        return opened.at(-1)!
      })
    )
    await models.use(blobs, ({ flow }) => flow.sample())
    await expect(models.use(blobs, ({ flow }) => flow.sample({ count: 0 }))).rejects.toThrow('count')
    expect(opened).toHaveLength(2)
    for (const flow of opened) expect(() => flow.sample()).toThrow('closed')
  })
})
