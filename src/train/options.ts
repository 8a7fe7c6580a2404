import type { Told } from '../network/condition.ts'
import type { Batch, Tensors } from '../types.ts'
import type { Preprocessing } from './data.ts'
import type { CurvePoint, Drawing, Progress, ValidationPoint } from './progress.ts'
import type { TrainingSettings, TrainingSettingsInput } from './settings.ts'

export interface TrainOptions extends TrainingSettingsInput {
  /** Rows to learn from, in data units. */
  readonly data: Batch
  /** Rows to judge by, never learned from. */
  readonly heldOut?: Batch
  /**
   * What each row of `data` is told, and each of `heldOut`: a label, or numbers, as the architecture's condition says, or
   * undefined for nothing.
   */
  readonly conditions?: readonly Told[]
  readonly heldOutConditions?: readonly Told[]
  /** The noise that each row of `data` is paired with, and each of `heldOut`, as for reflow. Default: drawn anew each time. */
  readonly noise?: Batch
  readonly heldOutNoise?: Batch
  /** data = shift + scale * state. */
  readonly preprocessing?: Preprocessing
  /** Weights of the same architecture to begin with, in place of random ones. */
  readonly start?: Tensors
  /** Where to save the run every so many seconds (default 60); a run of the same settings and data found there is resumed. */
  readonly checkpoint?: { readonly folder: string; readonly everySeconds?: number }
  /** Steps from one point of the loss curve to the next (default 250). */
  readonly evaluateEvery?: number
  /** Steps from one drawing of samples from the averaged weights to the next; without it, none are drawn. */
  readonly samples?: number
  /** Called once everything is checked and planned, before the first step. */
  readonly onStart?: (run: { readonly step: number; readonly steps: number }) => void
  /** Called with each drawing. */
  readonly onSamples?: (drawing: Drawing) => void | Promise<void>
  /** Called with the whole curve at each of its points. */
  readonly onCurve?: (curve: readonly CurvePoint[]) => void | Promise<void>
  /** Called about once a second, and at each point of the curve. */
  readonly onProgress?: (progress: Progress) => void
  /** Aborting saves the run and returns what there is. */
  readonly signal?: AbortSignal
}

/** What ended a run: its steps, the end of its minutes, its patience with the held-out curve, or the caller's signal. */
export type StoppedBy = 'steps' | 'minutes' | 'patience' | 'signal'

export interface TrainResult {
  /** The moving average of the weights; with `patience`, where the held-out loss was least. */
  readonly tensors: Tensors
  /** As the run went by them: `steps` are those that it planned. */
  readonly settings: TrainingSettings
  readonly preprocessing: Preprocessing | undefined
  readonly parameters: number
  /** Steps done. */
  readonly step: number
  readonly stoppedBy: StoppedBy
  /** False only when the run was stopped by its signal. */
  readonly finished: boolean
  /** With `patience`, the step whose weights these are. */
  readonly bestStep?: number
  readonly curve: readonly CurvePoint[]
  /** How far drawn samples were from held-out rows, where samples were drawn. */
  readonly validation: readonly ValidationPoint[]
  /** Seconds spent on training, all sittings together. */
  readonly seconds: number
}
