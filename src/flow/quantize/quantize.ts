import type * as v from 'valibot'
import { GaussflowError } from '../../error.ts'
import { formatSafetensors } from '../../io/safetensors.ts'
import { layersOf } from '../../network/layers.ts'
import { roundWeights } from '../../network/roundWeights.ts'
import { checkArchitecture, checkWeights } from '../../network/weights.ts'
import type { Platform } from '../../platform/platform.ts'
import type { Manifest } from '../../schema/manifest.ts'
import { QuantizeOptionsSchema } from '../../schema/quantize.ts'
import { validate } from '../../schema/validate.ts'
import { opener, openRead } from '../open.ts'
import { readModel, sha256, type ModelSource } from '../source.ts'
import { lawDistance, type LawDistance } from './distance.ts'
import { velocityError, type VelocityError } from './velocityError.ts'

export type QuantizeOptions = v.InferInput<typeof QuantizeOptionsSchema>

/** What rounding has cost, as the manifest has it under `metrics.quantization`. */
export interface QuantizationReport {
  readonly count: number
  readonly seed: number
  readonly bytes: number
  readonly velocityError: VelocityError
  readonly w2: LawDistance
}

/** A model folder in memory, with what was measured of it. */
export interface QuantizedModel {
  readonly manifest: Manifest
  readonly files: Readonly<Record<string, Uint8Array<ArrayBuffer>>>
  readonly report: QuantizationReport
}

/** Rounds the weights of a model, and measures how far its velocity and its samples are from what they were. */
export type QuantizeModel = (source: ModelSource, options?: QuantizeOptions) => Promise<QuantizedModel>

/** The `quantizeModel` of a platform. */
export function quantizer(platform: Platform): QuantizeModel {
  const openFlow = opener(platform)
  return async (source, options = {}) => {
    const { format, float: asked, name, count, seed } = validate(QuantizeOptionsSchema, options)
    const model = await readModel(platform, source)
    const { manifest, tensors } = model
    const target = manifest?.flow.target
    if (manifest === undefined || target?.kind !== 'network')
      refuse('must be a model folder with a network', target?.kind ?? 'a flow file')
    if (target.quantization !== undefined)
      refuse('must have 32-bit weights, from which all others are rounded', target.quantization.format)
    checkArchitecture(target.architecture)
    checkWeights(target.architecture, tensors)
    if (format === 'f16' && asked !== undefined) {
      const message = '`float` must be left out with the format f16, which rounds every tensor'
      throw new GaussflowError('invalid_argument', message, { path: 'float' })
    }
    const float = format === 'int8' ? [...(asked ?? layersOf(target.architecture).slice(-1))] : []
    const rounded = roundWeights(target.architecture, tensors, format, float)
    const weights = formatSafetensors(rounded.tensors, {}, rounded.types)
    const draft: Manifest = {
      ...manifest,
      name: name ?? `${manifest.name.slice(0, 63 - format.length)}-${format}`,
      flow: { ...manifest.flow, target: { ...target, quantization: { format, float } } },
      hash: { [target.weights]: await sha256(globalThis.crypto.subtle, weights) },
      metrics: undefined
    }
    const files = { [target.weights]: weights }
    using before = await openRead(platform, model)
    using after = await openFlow({ manifest: draft, files })
    const report: QuantizationReport = {
      count,
      seed,
      bytes: weights.byteLength,
      velocityError: velocityError(before, after, { count, seed }),
      w2: await lawDistance(before, after, { count, seed })
    }
    return { manifest: { ...draft, metrics: { quantization: report } }, files, report }
  }
}

function refuse(requirement: string, got: string): never {
  throw new GaussflowError('invalid_argument', `\`model\` ${requirement}, got ${got}`, { path: 'model' })
}
