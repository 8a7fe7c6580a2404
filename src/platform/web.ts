import { GaussflowError } from '../error.ts'
import { compiledOnce } from './compiled.ts'
import type { Build, ModelLocation, Platform } from './platform.ts'

/** Browsers: models are URLs of folders (ending in `/`) or of flow files. */
export const webPlatform: Platform = {
  core: compiledOnce(async (build) => await WebAssembly.compileStreaming(fetchCore(build))),
  locate: locateUrl
}

/** Each written out in one expression, because bundlers look for just this to carry the file along. */
const CORES: Readonly<Record<Build, () => URL>> = {
  closedForm: () => new URL('../../build/core.closedForm.wasm', import.meta.url),
  network: () => new URL('../../build/core.network.wasm', import.meta.url),
  relaxed: () => new URL('../../build/core.relaxed.wasm', import.meta.url),
  int8: () => new URL('../../build/core.int8.wasm', import.meta.url),
  whole: () => new URL('../../build/core.wasm', import.meta.url),
  scalar: () => new URL('../../build/core.scalar.wasm', import.meta.url)
}

async function fetchCore(build: Build): Promise<Response> {
  const url = CORES[build]()
  let response: Response
  try {
    response = await fetch(url)
  } catch (cause) {
    missing(url, `it cannot be fetched (${String(cause)})`)
  }
  if (!response.ok) missing(url, `the answer was ${response.status} ${response.statusText}`)
  return response
}

function missing(url: URL, reason: string): never {
  const message = `the core must be at ${url.href}, but ${reason}; serve the file from there, as bundlers do`
  throw new GaussflowError('unsupported', message)
}

/** A model folder or flow file by its URL, relative to the page where there is one. */
export async function locateUrl(source: string): Promise<ModelLocation> {
  const base = 'location' in globalThis ? globalThis.location.href : undefined
  const url = URL.canParse(source, base) ? new URL(source, base) : unknown(source, 'it is no URL')
  if (!url.pathname.endsWith('.json')) {
    if (!url.pathname.endsWith('/')) url.pathname += '/'
    url.pathname += 'model.json'
  }
  const json = new TextDecoder().decode(await fetchBytes(url, (reason) => unknown(source, reason)))
  return {
    json,
    read: (file) => {
      const beside = new URL(file, url)
      return fetchBytes(beside, (reason) => {
        throw new GaussflowError(
          'invalid_model',
          `the model's file ${beside.href} must be there, but ${reason}`
        )
      })
    }
  }
}

async function fetchBytes(url: URL, fail: (reason: string) => never): Promise<Uint8Array> {
  let response: Response
  let bytes: ArrayBuffer
  try {
    response = await fetch(url)
    bytes = await response.arrayBuffer()
  } catch (cause) {
    fail(`it cannot be fetched (${String(cause)})`)
  }
  if (!response.ok) fail(`the answer was ${response.status} ${response.statusText}`)
  return new Uint8Array(bytes)
}

function unknown(source: string, reason: string): never {
  throw new GaussflowError(
    'unknown_model',
    `\`model\` must be the URL of a model folder or flow file, got "${source}": ${reason}`,
    { path: 'model' }
  )
}
