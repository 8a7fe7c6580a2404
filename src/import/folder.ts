import type { ModelFiles } from '../flow/source.ts'
import { formatSafetensors } from '../io/safetensors.ts'
import type { Manifest } from '../schema/manifest.ts'
import type { ScheduleSpec } from '../schema/schedule.ts'
import type { Tensors } from '../types.ts'
import type { Architecture, ImageShape } from '../schema/architecture.ts'
import type { Prediction } from './conventions.ts'

const WEIGHTS = 'weights.safetensors'
/** Until when what is divided by a, which falls to 0, is taken from the network. */
const UNTIL = { velocity: 0.95, denoiser: 0.95, noise: 0.999 } as const

/** What a model folder says of an imported network beside what the network says itself. */
export interface FolderOptions {
  readonly name?: string
  readonly description?: string
  readonly licence?: string
  readonly schedule?: ScheduleSpec
  readonly trainedSchedule?: ScheduleSpec | undefined
  readonly prediction?: Prediction
  /** Until what time the prediction becomes a velocity with the coefficients of the moment. */
  readonly until?: number | undefined
  readonly preprocessing?: { readonly shift: number; readonly scale: number }
}

/** The manifest of a network with these parameters. */
function manifestOf(
  { architecture, image }: { readonly architecture: Architecture; readonly image: ImageShape | undefined },
  options: FolderOptions = {}
): Manifest {
  const { name = 'imported', description = 'An imported network.', licence = 'not stated' } = options
  const { schedule = 'linear', trainedSchedule, prediction = 'velocity', preprocessing } = options
  return {
    format: 1,
    name,
    description,
    licence,
    flow: {
      schedule: schedule as Manifest['flow']['schedule'],
      target: {
        kind: 'network',
        architecture,
        prediction,
        denoiserUntil: options.until ?? UNTIL[prediction],
        ...(trainedSchedule && { trainedSchedule: trainedSchedule as Manifest['flow']['schedule'] }),
        weights: WEIGHTS
      }
    },
    data: image === undefined ? { kind: 'vector' } : { kind: 'image', shape: image },
    ...(preprocessing && { preprocessing })
  }
}

/** The model as `openFlow` takes it, without a folder. */
export function modelOf(
  imported: {
    readonly architecture: Architecture
    readonly image: ImageShape | undefined
    readonly tensors: Tensors
  },
  options?: FolderOptions
): ModelFiles {
  return {
    manifest: manifestOf(imported, options),
    files: { [WEIGHTS]: formatSafetensors(imported.tensors) }
  }
}
