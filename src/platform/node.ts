import { readFileSync } from 'node:fs'
import { readdir, readFile, stat } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { GaussflowError } from '../error.ts'
import { compiledOnce } from './compiled.ts'
import type { ModelLocation, Platform } from './platform.ts'

// Both lie two folders up, in the sources as in what is built from them.
const CORES = {
  closedForm: new URL('../../build/core.closedForm.wasm', import.meta.url),
  network: new URL('../../build/core.network.wasm', import.meta.url),
  relaxed: new URL('../../build/core.relaxed.wasm', import.meta.url),
  int8: new URL('../../build/core.int8.wasm', import.meta.url),
  whole: new URL('../../build/core.wasm', import.meta.url),
  scalar: new URL('../../build/core.scalar.wasm', import.meta.url)
}
const MODELS = fileURLToPath(new URL('../../models/', import.meta.url))
const MOST_BYTES = 2 ** 31 // of a file: what one read can take

/** Node: models are bundled names, folders, or flow files. */
export const nodePlatform: Platform = {
  // Reading a small file at once is quicker than asking the thread pool to.
  core: compiledOnce(async (build) => await WebAssembly.compile(readFileSync(CORES[build]))),
  locate: async (source) => {
    const bundled = await bundledModels()
    if (bundled.includes(source)) return await locateFolder(join(MODELS, source))
    const entry = await stat(source).catch(() => undefined)
    if (entry?.isDirectory()) return await locateFolder(source)
    if (entry?.isFile()) return await locateFile(source)
    const names = bundled.length > 0 ? `one of ${bundled.join(', ')}, or ` : ''
    throw new GaussflowError(
      'unknown_model',
      `\`model\` must be ${names}the path of a model folder or flow file, got "${source}"`,
      { path: 'model' }
    )
  }
}

/** The names of the models that come with the package. */
export async function bundledModels(): Promise<string[]> {
  const entries = await readdir(MODELS, { withFileTypes: true }).catch(() => [])
  return entries
    .filter((entry) => entry.isDirectory())
    .map(({ name }) => name)
    .sort()
}

async function locateFolder(folder: string): Promise<ModelLocation> {
  const manifest = join(folder, 'model.json')
  if ((await stat(manifest).catch(() => undefined)) === undefined) {
    throw new GaussflowError(
      'invalid_model',
      `the model folder "${folder}" must hold a model.json, and does not`
    )
  }
  return await locateFile(manifest)
}

async function locateFile(path: string): Promise<ModelLocation> {
  const folder = dirname(path)
  const json = new TextDecoder().decode(await readBytes(path))
  return { json, read: (file) => readBytes(join(folder, file)) }
}

async function readBytes(path: string): Promise<Uint8Array> {
  const entry = await stat(path).catch(() => undefined)
  if (!entry?.isFile())
    throw new GaussflowError('invalid_model', `the model's file "${path}" must exist, and does not`)
  if (entry.size > MOST_BYTES) {
    throw new GaussflowError(
      'over_limit',
      `the file "${path}" must have at most ${MOST_BYTES} bytes, got ${entry.size}`
    )
  }
  return await readFile(path)
}
