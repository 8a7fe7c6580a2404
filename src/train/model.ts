import { createHash } from 'node:crypto'
import { mkdirSync, renameSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { formatSafetensors } from '../io/safetensors.ts'
import type { Manifest } from '../schema/manifest.ts'
import type { Tensors } from '../types.ts'
import type { TrainResult } from './options.ts'

/** A manifest before its files are written. */
export type Draft = Omit<Manifest, 'format' | 'hash'>

/** Writes a model folder: the weights first, then model.json with their hash. */
export function writeModel(folder: string, draft: Draft, tensors: Tensors): void {
  mkdirSync(folder, { recursive: true })
  const weights = formatSafetensors(tensors)
  const hash = { 'weights.safetensors': createHash('sha256').update(weights).digest('hex') }
  replaceFile(join(folder, 'weights.safetensors'), weights)
  writeManifest(folder, { format: 1, ...draft, hash })
}

export function writeManifest(folder: string, manifest: Manifest): void {
  replaceFile(join(folder, 'model.json'), `${JSON.stringify(manifest, null, 2)}\n`)
}

/** The flow that a run stands for. */
export function trainedFlow({ settings }: Pick<TrainResult, 'settings'>): Manifest['flow'] {
  const { schedule, architecture, prediction, denoiserUntil } = settings
  return {
    schedule,
    target: { kind: 'network', architecture, prediction, denoiserUntil, weights: 'weights.safetensors' }
  }
}

/** What model.json records of a run besides its flow. */
export function trainingRecord(result: TrainResult): Record<string, unknown> {
  const { settings, parameters, step, stoppedBy, bestStep, seconds, curve, validation } = result
  const { architecture: _, schedule: __, prediction: ___, denoiserUntil: ____, ...rest } = settings
  return {
    ...rest,
    stepsDone: step,
    stoppedBy,
    ...(bestStep !== undefined && { bestStep }),
    parameters,
    seconds: Math.round(seconds),
    curve,
    ...(validation.length > 0 && { validation })
  }
}

function replaceFile(place: string, content: string | Uint8Array): void {
  writeFileSync(`${place}.new`, content)
  renameSync(`${place}.new`, place)
}
