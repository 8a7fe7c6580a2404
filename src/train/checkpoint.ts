import { createHash } from 'node:crypto'
import { existsSync, mkdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { GaussflowError } from '../error.ts'
import { formatSafetensors, parseSafetensors, safetensorsMetadata } from '../io/safetensors.ts'
import type { Batch, Tensor } from '../types.ts'
import type { Told } from '../network/condition.ts'
import type { Preprocessing } from './data.ts'
import { flatten, namedTensors, type Layout } from './layout.ts'
import type { TrainingState } from './optimizer.ts'
import type { CurvePoint } from './progress.ts'
import type { TrainingSettings } from './settings.ts'

/** A run between two steps. */
export interface Run {
  readonly state: TrainingState
  step: number
  seconds: number
  /** Losses since the last point of the curve. */
  lossSum: number
  lossCount: number
  readonly curve: CurvePoint[]
}

/** What a checkpoint must have in common with the run that resumes it. */
export type Identity = Readonly<Record<string, unknown>>

type Saved = Omit<Run, 'state'> & { readonly identity: Identity }

const FILE = 'checkpoint.safetensors'
const PARTS = ['weights', 'mean', 'variance', 'ema'] as const

export function fingerprint(
  settings: TrainingSettings,
  evaluateEvery: number,
  data: Batch,
  heldOut: Batch | undefined,
  preprocessing: Preprocessing | undefined,
  conditions: readonly (readonly Told[])[]
): Identity {
  const hash = (batch: Batch): string => createHash('sha256').update(batch.data).digest('hex')
  const told = createHash('sha256').update(JSON.stringify(conditions)).digest('hex')
  const rest = {
    evaluateEvery,
    preprocessing,
    data: hash(data),
    heldOut: heldOut && hash(heldOut),
    ...(conditions.some((list) => list.length > 0) && { conditions: told })
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
  const { step, seconds, lossSum, lossCount, curve } = run
  const record = { identity, step, seconds, lossSum, lossCount, curve }
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
  const { identity: saved, ...rest } = recordOf(bytes, place)
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
  return { ...rest, state }
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
