import { readFile } from 'node:fs/promises'
import { afterEach, describe, expect, it, vi } from 'vitest'
import { opener } from '../../src/flow/open.ts'
import type { ModelFiles } from '../../src/flow/source.ts'
import { locateUrl } from '../../src/platform/web.ts'
import { networkModel } from '../fixtures/determinism.ts'
import { laterRefusal } from '../fixtures/refusal.ts'

const { manifest, files } = networkModel(
  { kind: 'mlp', dim: 2, hidden: [3], activation: 'silu' },
  1
) as ModelFiles
const flowFile = { schedule: 'linear', target: { kind: 'gaussian', mean: [0], covariance: [[1]] } }
const PATHS: Record<string, string | Uint8Array<ArrayBuffer>> = {
  '/models/random/model.json': JSON.stringify(manifest),
  '/models/random/weights.safetensors': files['weights.safetensors'] as Uint8Array<ArrayBuffer>,
  '/models/weightless/model.json': JSON.stringify(manifest),
  '/flow.json': JSON.stringify(flowFile)
}

/** A server of a few files, and what was asked of it. */
function serve(): string[] {
  const asked: string[] = []
  vi.stubGlobal('fetch', (url: URL) => {
    asked.push(url.href)
    const body = PATHS[url.pathname]
    return Promise.resolve(
      body === undefined ? new Response('', { status: 404, statusText: 'Not Found' }) : new Response(body)
    )
  })
  return asked
}

const core = readFile(new URL('../../build/core.wasm', import.meta.url)).then(async (bytes) => ({
  module: await WebAssembly.compile(bytes),
  kernel: 'plain' as const
}))
const openFlow = opener({ core: () => core, locate: locateUrl })

afterEach(() => {
  vi.unstubAllGlobals()
  vi.resetModules()
})

it.each([
  ['https://example.org/models/random/', 'model.json'],
  ['https://example.org/models/random', 'model.json'],
  ['https://example.org/models/random/model.json', 'model.json']
])('a model folder opens by the URL %s', async (url) => {
  const asked = serve()
  using flow = await openFlow(url)
  expect(flow.dim).toBe(2)
  expect(asked).toEqual([
    'https://example.org/models/random/model.json',
    'https://example.org/models/random/weights.safetensors'
  ])
})

it('a flow file opens by its URL, queries and all', async () => {
  const asked = serve()
  using flow = await openFlow('https://example.org/flow.json?v=2')
  expect(flow.dim).toBe(1)
  expect(asked).toEqual(['https://example.org/flow.json?v=2'])
})

it('a URL is relative to the page where there is one', async () => {
  const asked = serve()
  vi.stubGlobal('location', { href: 'https://example.org/a/page.html' })
  using flow = await openFlow('../models/random/')
  expect(flow.dim).toBe(2)
  expect(asked[0]).toBe('https://example.org/models/random/model.json')
})

describe('a source that cannot be opened', () => {
  it('is refused where the server does not have the model', async () => {
    serve()
    expect(await laterRefusal(() => openFlow('https://example.org/models/none/'))).toEqual({
      code: 'unknown_model',
      path: 'model',
      message:
        '`model` must be the URL of a model folder or flow file, got "https://example.org/models/none/": the answer was 404 Not Found'
    })
  })

  it('is refused where it is a name and no page makes a URL of it', async () => {
    serve()
    expect((await laterRefusal(() => openFlow('digits'))).code).toBe('unknown_model')
  })

  it('is refused where the server does not have the weights', async () => {
    serve()
    const { code, message } = await laterRefusal(() => openFlow('https://example.org/models/weightless/'))
    expect(code).toBe('invalid_model')
    expect(message).toContain('/models/weightless/weights.safetensors')
  })

  it('is refused where the server cannot be reached', async () => {
    vi.stubGlobal('fetch', () => Promise.reject(new TypeError('fetch failed')))
    expect((await laterRefusal(() => openFlow('https://example.org/models/random/'))).code).toBe(
      'unknown_model'
    )
  })

  it('is refused where the answer breaks off', async () => {
    const broken = new ReadableStream({
      start(controller) {
        controller.error(new TypeError('terminated'))
      }
    })
    vi.stubGlobal('fetch', () => Promise.resolve(new Response(broken)))
    expect((await laterRefusal(() => openFlow('https://example.org/flow.json'))).code).toBe('unknown_model')
  })
})

it('a core that could not be fetched once is fetched again for the next flow', async () => {
  const { webPlatform } = await import('../../src/platform/web.ts')
  vi.stubGlobal('fetch', () => Promise.reject(new TypeError('fetch failed')))
  await expect(webPlatform.core('plain', 'network')).rejects.toThrow()
  const bytes = await readFile(new URL('../../build/core.wasm', import.meta.url))
  const headers = { 'content-type': 'application/wasm' }
  vi.stubGlobal('fetch', () => Promise.resolve(new Response(bytes, { headers })))
  expect((await webPlatform.core('plain', 'network')).module).toBeInstanceOf(WebAssembly.Module)
})

it('a core that is not where it must be is refused with the place', async () => {
  const { webPlatform } = await import('../../src/platform/web.ts')
  vi.stubGlobal('fetch', () => Promise.resolve(new Response('', { status: 404, statusText: 'Not Found' })))
  for (const [kernel, part, file] of [
    ['plain', 'closedForm', 'core.closedForm.wasm'],
    ['plain', 'network', 'core.network.wasm'],
    ['plain', 'int8', 'core.int8.wasm'],
    ['relaxed', 'closedForm', 'core.closedForm.wasm'],
    ['relaxed', 'network', 'core.relaxed.wasm'],
    ['relaxed', 'int8', 'core.int8.wasm'],
    ['scalar', 'network', 'core.scalar.wasm']
  ] as const) {
    await expect(webPlatform.core(kernel, part)).rejects.toMatchObject({
      code: 'unsupported',
      message: expect.stringContaining(`/build/${file}, but the answer was 404 Not Found`) as string
    })
  }
})
