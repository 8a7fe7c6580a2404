import { createHash } from 'node:crypto'
import { existsSync, mkdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { GaussflowError } from '../error.ts'
import { formatSafetensors, parseSafetensors, safetensorsMetadata } from '../io/safetensors.ts'
import type { Batch, Tensor } from '../types.ts'
import { flatten, namedTensors, type Layout } from './layout.ts'
import type { TrainingState } from './optimizer.ts'
import type { TrainOptions } from './options.ts'
import type { CurvePoint, ValidationPoint } from './progress.ts'
import type { TrainingSettings } from './settings.ts'

/** A run between two steps. */
export interface Run {
  readonly state: TrainingState
  /** How many steps it will take. */
  readonly steps: number
  step: number
  seconds: number
  /** Losses since the last point of the curve. */
  lossSum: number
  lossCount: number
  readonly curve: CurvePoint[]
  readonly validation: ValidationPoint[]
  /** Where the held-out loss was least, and the averaged weights there; kept by a run with patience. */
  best?: { readonly step: number; readonly heldOutLoss: number; readonly weights: Float32Array }
}

/** What a checkpoint must have in common with the run that resumes it. */
export type Identity = Readonly<Record<string, unknown>>

type Saved = Omit<Run, 'state' | 'best'> & {
  readonly identity: Identity
  readonly best?: { readonly step: number; readonly heldOutLoss: number }
}

const FILE = 'checkpoint.safetensors'
const PARTS = ['weights', 'mean', 'variance', 'ema'] as const

/** What decides the bits of a run: its settings and data. Its minutes only decide where it stops, and may grow. */
export function fingerprint(
  { minutes: _, ...settings }: TrainingSettings,
  options: Pick<TrainOptions, 'data' | 'heldOut' | 'noise' | 'heldOutNoise' | 'preprocessing' | 'start'> &
    Required<Pick<TrainOptions, 'evaluateEvery' | 'conditions' | 'heldOutConditions'>>
): Identity {
  const { evaluateEvery, preprocessing, data, heldOut, noise, heldOutNoise, start } = options
  const conditions = [options.conditions, options.heldOutConditions]
  const hash = (content: string | Uint8Array): string => createHash('sha256').update(content).digest('hex')
  const hashOf = (batch: Batch | undefined): string | undefined =>
    batch && hash(new Uint8Array(batch.data.buffer, batch.data.byteOffset, batch.data.byteLength))
  const rest = {
    evaluateEvery,
    preprocessing,
    data: hashOf(data),
    heldOut: hashOf(heldOut),
    noise: hashOf(noise),
    heldOutNoise: hashOf(heldOutNoise),
    start: start && hash(formatSafetensors(start)),
    ...(conditions.some((list) => list.length > 0) && { conditions: hash(JSON.stringify(conditions)) })
  }
  // A round through JSON, so that it equals what a file gives back.
  return JSON.parse(JSON.stringify({ ...settings, ...rest })) as Identity
}

/** Writes the run beside its place and renames it there, so that a kill leaves the last whole one. */
export function writeCheckpoint(folder: string, layout: Layout, identity: Identity, run: Run): void {
  const tensors = new Map<string, Tensor>()
  for (const part of PARTS) {
    for (const [name, tensor] of namedTensors(layout, run.state[part])) tensors.set(`${part}.${name}`, tensor)
  }
  for (const [name, tensor] of run.best ? namedTensors(layout, run.best.weights) : [])
    tensors.set(`best.${name}`, tensor)
  const { state: _, best, ...rest } = run
  const saved = best && { step: best.step, heldOutLoss: best.heldOutLoss }
  const record = { identity, ...rest, ...(saved && { best: saved }) }
  mkdirSync(folder, { recursive: true })
  const place = join(folder, FILE)
  writeFileSync(`${place}.new`, formatSafetensors(tensors, { run: JSON.stringify(record) }))
  renameSync(`${place}.new`, place)
}

/**
 * The run saved in a folder, or undefined where there is none.
 *
 * @throws GaussflowError `invalid_argument` when it is another run's, `invalid_file` when it cannot be read.
 */
export function readCheckpoint(folder: string, layout: Layout, identity: Identity): Run | undefined {
  const place = join(folder, FILE)
  if (!existsSync(place)) return undefined
  const bytes = readFileSync(place)
  const { identity: saved, best, ...rest } = recordOf(bytes, place)
  for (const key of new Set([...Object.keys(identity), ...Object.keys(saved)])) {
    const [then, now] = [JSON.stringify(saved[key]), JSON.stringify(identity[key])]
    if (then === now) continue
    throw new GaussflowError(
      'invalid_argument',
      `\`checkpoint\` must hold this run, but ${place} was made with ${key} ${then}, not ${now}; delete it or choose another folder`,
      { path: 'checkpoint' }
    )
  }
  const tensors = parseSafetensors(bytes)
  const part = (name: string): Float32Array => {
    const own = [...tensors].filter(([key]) => key.startsWith(`${name}.`))
    return flatten(layout, new Map(own.map(([key, tensor]) => [key.slice(name.length + 1), tensor])))
  }
  const state = { weights: part('weights'), mean: part('mean'), variance: part('variance'), ema: part('ema') }
  return { ...rest, state, ...(best && { best: { ...best, weights: part('best') } }) }
}

/** Removes a run that is no longer needed. */
export function removeCheckpoint(folder: string): void {
  rmSync(join(folder, FILE), { force: true })
}

/** What was saved beside the tensors, in the metadata of the file's header. */
function recordOf(bytes: Uint8Array, place: string): Saved {
  try {
    return JSON.parse(safetensorsMetadata(bytes).run) as Saved
  } catch (cause) {
    throw new GaussflowError(
      'invalid_file',
      `${place} must be a checkpoint of a training run; delete it to start afresh`,
      { cause }
    )
  }
}
