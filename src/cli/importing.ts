import { defined } from '../flow/defined.ts'
import { createHash } from 'node:crypto'
import { mkdir, readFile, rename, rm, writeFile } from 'node:fs/promises'
import { lstatSync, readFileSync, realpathSync } from 'node:fs'
import { dirname, isAbsolute, join, relative, resolve } from 'node:path'
import { GaussflowError } from '../error.ts'
import type { ModelFiles } from '../flow/source.ts'
import { clockOf, errorAgainst } from '../import/check.ts'
import { conventionOf, type Conventions } from '../import/conventions.ts'
import { modelOf, type FolderOptions } from '../import/folder.ts'
import { importOnnx, type OnnxOptions } from '../import/onnx.ts'
import { reference } from '../import/reference.ts'
import { checkNames, weightsByNames } from '../import/weights.ts'
import { openFlow } from '../index.ts'
import { parseSafetensors } from '../io/safetensors.ts'
import { prepare } from '../network/forward.ts'
import { checkArchitecture } from '../network/weights.ts'
import { ArchitectureSchema } from '../schema/architecture.ts'
import { validate } from '../schema/validate.ts'
import type { Tensors } from '../types.ts'
import { naming, readBytes } from './input.ts'

/** What the flags of an import say. */
export interface ImportRequest {
  readonly conventions: Conventions
  readonly ports: { readonly [Key in keyof OnnxOptions]?: OnnxOptions[Key] | undefined }
  readonly folder: FolderOptions
}

/** A model that is ready to be written. */
export interface ImportResult {
  readonly files: ModelFiles
  readonly parameters: number
  readonly operations: number | undefined
  /** The largest relative error against the reference, where there is one. */
  readonly checked: number | undefined
  readonly leftOut: readonly string[]
}

/** Imports an ONNX file, and checks its outputs against a reference where there is one. */
export async function importOnnxFile(
  path: string,
  { conventions, ports, folder }: ImportRequest,
  check: { readonly reference: string | undefined; readonly tolerance: number }
): Promise<ImportResult> {
  const bytes = await readBytes(path, 'model')
  const options = defined(ports)
  const outside = new Map<string, Uint8Array>()
  const beside = (location: string): Uint8Array => {
    const known = outside.get(location) ?? readBeside(path, location)
    outside.set(location, known)
    return known
  }
  const { network, ...said } = conventionOf(conventions)
  const read = (more: OnnxOptions): ReturnType<typeof importOnnx> =>
    naming('model', path, () => importOnnx(bytes, { ...options, beside, ...more }))
  let checked: number | undefined
  if (check.reference !== undefined) {
    // The network as it is, without conventions: its velocity is then its output. Its own times may leave those of a flow.
    const plain = read({})
    const held = await readBytes(check.reference, 'reference')
    const tensors = naming('reference', check.reference, () => reference(plain, parseSafetensors(held)))
    const clock = clockOf(tensors.times)
    using flow = await openFlow(modelOf(read(clock)))
    checked = errorAgainst(flow, tensors, plain.architecture.condition, clock)
    if (!(checked <= check.tolerance))
      throw new GaussflowError(
        'invalid_model',
        `the outputs must be those of the reference to ${check.tolerance} of the largest, and differ by ${checked}; --tolerance allows more`,
        { path: 'reference' }
      )
  }
  const imported = read(network)
  const files = modelOf(imported, { ...folder, ...said })
  await openable(files)
  return {
    files,
    parameters: count(imported.tensors),
    operations: imported.architecture.nodes.length,
    checked,
    leftOut: []
  }
}

/** Imports the tensors of a PyTorch module for an architecture of ours. */
export async function importWeights(
  path: string,
  { conventions, folder }: ImportRequest,
  files: { readonly architecture: string; readonly names: string | undefined }
): Promise<ImportResult> {
  const architecture = validate(
    ArchitectureSchema,
    await readJson(files.architecture, 'architecture'),
    'architecture'
  )
  const names = files.names === undefined ? {} : checkNames(await readJson(files.names, 'names'))
  await prepare(architecture)
  checkArchitecture(architecture)
  const bytes = await readBytes(path, 'model')
  const { tensors, leftOut } = naming('model', path, () =>
    weightsByNames(architecture, parseSafetensors(bytes), names)
  )
  const { network, ...said } = conventionOf(conventions)
  if (network.timeScale !== 1 || network.timeShift !== 0)
    throw new GaussflowError(
      'unsupported',
      '`noiseAt`, `timeScale` and `sigmaMax` must be left out of weights alone: our architectures read the time from noise to data',
      { path: 'noiseAt' }
    )
  const image = 'image' in architecture ? architecture.image : undefined
  const model = modelOf({ architecture, image, tensors }, { ...folder, ...said })
  await openable(model)
  return { files: model, parameters: count(tensors), operations: undefined, checked: undefined, leftOut }
}

/** Whatever was made must open, before it is written. */
async function openable(files: ModelFiles): Promise<void> {
  const flow = await openFlow(files)
  flow.close()
}

/** Writes a model folder beside its place and renames it there once it is whole. */
export async function writeFolder(folder: string, { manifest, files }: ModelFiles): Promise<void> {
  const place = resolve(folder)
  const draft = `${place}.${process.pid}.new`
  const hash = Object.fromEntries(
    Object.entries(files).map(([name, bytes]) => [name, createHash('sha256').update(bytes).digest('hex')])
  )
  await mkdir(draft, { recursive: true })
  try {
    for (const [name, bytes] of Object.entries(files)) await writeFile(join(draft, name), bytes)
    await writeFile(
      join(draft, 'model.json'),
      `${JSON.stringify({ ...(manifest as object), hash }, null, 1)}\n`
    )
    const before = await readFile(join(place, 'model.json')).catch(() => undefined)
    // What is no model is not replaced: rename refuses a folder that is not empty.
    if (before !== undefined) await rm(place, { recursive: true })
    await rename(draft, place)
  } catch (error) {
    await rm(draft, { recursive: true, force: true })
    throw error
  }
}

/** A file beside the model, by the name that the model gives it: nothing outside of its folder. */
function readBeside(model: string, location: string): Uint8Array {
  const folder = realpathSync(dirname(model))
  const outside = (): never => {
    throw new GaussflowError(
      'invalid_file',
      `the weights must lie in the folder of the model, got "${location.slice(0, 100)}"`
    )
  }
  if (location === '' || isAbsolute(location) || location.includes('\0')) return outside()
  const place = resolve(folder, location)
  const within = (path: string): boolean => {
    const way = relative(folder, path)
    return way !== '' && !way.startsWith('..') && !isAbsolute(way)
  }
  if (!within(place)) return outside()
  try {
    // A link within the folder may lead out of it.
    const real = realpathSync(place)
    if (!within(real)) return outside()
    if (!lstatSync(real).isFile()) throw new RangeError('no regular file')
    return readFileSync(real)
  } catch (cause) {
    if (cause instanceof GaussflowError) throw cause
    throw new GaussflowError(
      'invalid_file',
      `the weights must be in ${location} beside the model, and are not`,
      {
        cause
      }
    )
  }
}

async function readJson(path: string, field: string): Promise<unknown> {
  const bytes = await readBytes(path, field)
  try {
    return JSON.parse(bytes.toString('utf8'))
  } catch (cause) {
    throw new GaussflowError('invalid_file', `\`${field}\` must be JSON, but ${path} is not`, {
      path: field,
      cause
    })
  }
}

function count(tensors: Tensors): number {
  return [...tensors.values()].reduce((sum, { data }) => sum + data.length, 0)
}
