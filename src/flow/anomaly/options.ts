import type { RowStatus } from '../../types.ts'
import type { KernelMark, TellingOptions, WatchingOptions } from '../asked.ts'

/** By what a row is unlike the data: how badly it is denoised, how small its density is, or how far from the usual one. */
export type AnomalyMethod = 'denoising' | 'density' | 'typicality'

interface NoiseOptions {
  /** Of `denoising`: the times to go back from. Default: the one at which data and noise are as large, a = b */
  readonly times?: readonly number[]
  /**
   * Of `denoising`: draws of noise for each time, the same for all rows, each second one the first's mirror.
   * Default: 32 of up to 64 coordinates, 4 of more
   */
  readonly draws?: number
  /** Of that noise, and of the probes of a density. @default 0 */
  readonly seed?: number
}

export interface AnomalyOptions extends NoiseOptions, TellingOptions, WatchingOptions {
  /** @default 'denoising' */
  readonly method?: AnomalyMethod
  /** Scores of held-out data, in place of those that the model's folder holds. */
  readonly calibration?: Calibration
}

export interface CalibrateOptions extends NoiseOptions, WatchingOptions {
  /** What to score by; typicality stands on `density`. @default ['denoising'] */
  readonly methods?: readonly ('denoising' | 'density')[]
  /** The most rows that are scored: of more, so many are drawn by the seed. @default 1000 */
  readonly count?: number
}

/** The scores of held-out data, in ascending order, and how they were found. */
export interface Calibration {
  readonly denoising?: {
    readonly times: readonly number[]
    readonly draws: number
    readonly seed: number
    readonly scores: readonly number[]
  }
  readonly density?: { readonly seed: number; readonly scores: readonly number[] }
}

export interface AnomalyResult extends KernelMark {
  readonly method: AnomalyMethod
  /** One for each row, the larger the less like the data; NaN where a row left the finite numbers. */
  readonly score: Float64Array
  /** Whether held-out data were scored in the same way, so that there are shares. */
  readonly calibrated: boolean
  /**
   * (1 + held-out rows that score at least as much) / (1 + held-out rows), in (0, 1]: for rows that are like the held-out
   * ones it is below any p with a chance of at most p. Small for what is unlike the data.
   */
  readonly pValue?: Float64Array
  /** The label that each row was denoised best by, of a network that is told labels. */
  readonly label?: readonly number[]
  /** Velocity evaluations of a row. */
  readonly nfe: number
  readonly status: readonly RowStatus[]
}
