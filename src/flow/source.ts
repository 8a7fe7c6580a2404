import { GaussflowError } from '../error.ts'
import type { Platform } from '../platform/platform.ts'
import { FlowFileSchema, type FlowFile, type Target } from '../schema/flowFile.ts'
import { ManifestSchema, type Manifest } from '../schema/manifest.ts'
import { ScheduleSchema, type ScheduleSpec } from '../schema/schedule.ts'
import { validate } from '../schema/validate.ts'
import type { Tensors } from '../types.ts'

/** A model folder in memory: its manifest (or flow file) and the bytes of the files beside it. */
export interface ModelFiles {
  readonly manifest: unknown
  readonly files: Readonly<Record<string, Uint8Array>>
}

/** What a flow can be opened from: a name, path or URL, a flow file's object, or a model folder's content. */
export type ModelSource = string | FlowFile | ModelFiles

/** A model that was read and checked, before it goes into the core. */
export interface Model {
  readonly schedule: Manifest['flow']['schedule']
  readonly target: Target
  readonly flowFile: Manifest['flow']
  readonly manifest: Manifest | undefined
  readonly tensors: Tensors
}

/** Reads the model that `source` names, with its weights where it has some. */
export async function readModel(platform: Platform, source: ModelSource): Promise<Model> {
  if (typeof source === 'string') {
    const { json, read } = await platform.locate(source)
    return await checkModel(parseJson(json), read)
  }
  if (isModelFiles(source)) {
    const { manifest, files } = source
    return await checkModel(manifest, (file) => Promise.resolve(bytesOf(files, file) ?? missing(file)))
  }
  return await checkModel(source, missing)
}

/**
 * The same model on another schedule: a closed form by its own formulas there, a network by a change of time and scale, which
 * leaves the ends of its flow where they were.
 *
 * @throws GaussflowError `invalid_argument` for what is no schedule
 */
export function onSchedule(model: Model, spec: ScheduleSpec): Model {
  const schedule = validate(ScheduleSchema, spec, 'schedule')
  const { target: own } = model
  const target =
    own.kind === 'network' ? { ...own, trainedSchedule: own.trainedSchedule ?? model.schedule } : own
  return { ...model, schedule, target, flowFile: { schedule, target } }
}

function isModelFiles(source: unknown): source is ModelFiles {
  return typeof source === 'object' && source !== null && 'manifest' in source && 'files' in source
}

function bytesOf(files: ModelFiles['files'] | null, file: string): Uint8Array | undefined {
  const bytes: unknown = files?.[file]
  return bytes instanceof Uint8Array ? bytes : undefined
}

async function checkModel(json: unknown, read: (file: string) => Promise<Uint8Array>): Promise<Model> {
  const isManifest = typeof json === 'object' && json !== null && 'format' in json
  const manifest = isManifest ? validate(ManifestSchema, json, '', 'invalid_model') : undefined
  const flowFile = manifest?.flow ?? validate(FlowFileSchema, json)
  const { schedule, target } = flowFile
  if (target.kind !== 'network') return { schedule, target, flowFile, manifest, tensors: new Map() }
  const bytes = await read(target.weights)
  await checkHash(target.weights, bytes, manifest?.hash?.[target.weights])
  const { weightsIn } = await import('./networkModel.ts')
  return { schedule, target, flowFile, manifest, tensors: await weightsIn(bytes, target) }
}

async function checkHash(file: string, bytes: Uint8Array, expected: string | undefined): Promise<void> {
  // Pages that were not served over a secure connection have no digest.
  const subtle = (globalThis.crypto as Crypto | undefined)?.subtle
  if (expected === undefined || subtle === undefined) return
  const got = await sha256(subtle, bytes as Uint8Array<ArrayBuffer>)
  if (got === expected) return
  throw new GaussflowError(
    'invalid_model',
    `the file "${file}" must have the SHA-256 of its manifest, ${expected}, got ${got}; fetch it again`
  )
}

function missing(file: string): never {
  throw new GaussflowError(
    'invalid_model',
    `a network's weights ("${file}") must come with it; open the model folder that holds them`,
    { path: 'target.weights' }
  )
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch (cause) {
    throw new GaussflowError(
      'invalid_model',
      `the manifest or flow file must be JSON: ${(cause as Error).message}`,
      { cause }
    )
  }
}

/** The hash of a file, as manifests have it. */
export async function sha256(subtle: SubtleCrypto, bytes: Uint8Array<ArrayBuffer>): Promise<string> {
  const digest = new Uint8Array(await subtle.digest('SHA-256', bytes))
  return Array.from(digest, (byte) => byte.toString(16).padStart(2, '0')).join('')
}
