import { GaussflowError } from '../error.ts'
import type { ModelLocation, Platform } from './platform.ts'

let core: Promise<WebAssembly.Module> | undefined

/** Browsers: models are URLs of folders (ending in `/`) or of flow files. */
export const webPlatform: Platform = {
  core: () => {
    core ??= compileCore().catch((error: unknown) => {
      core = undefined // a fetch that failed once may work the next time
      throw error
    })
    return core
  },
  locate: locateUrl
}

async function compileCore(): Promise<WebAssembly.Module> {
  // Written out in one expression, because bundlers look for just this to carry the file along.
  const response = fetch(new URL('../../build/core.wasm', import.meta.url))
  return await WebAssembly.compileStreaming(response)
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
