import type { Assume } from '../../schema/certify.ts'
import type { GridName, SolverName } from '../../schema/request.ts'
import type { TellingOptions, WatchingOptions } from '../asked.ts'

/** What to say of a flow; what its network is told is one for all samples, and told to `other` too if that can be told anything. */
export interface CertifyOptions<Flow> extends WatchingOptions, TellingOptions {
  /** What is known of the target beyond what its file shows; what the file contradicts is refused. */
  readonly assume?: Assume
  /** Another flow, to compare with: translation and back, and what the difference of the velocities costs. */
  readonly other?: Flow
  /** The part of the way that the bounds are about. @default 0 */
  readonly from?: number
  /** @default 1 */
  readonly to?: number
  /** At how many times the bounds on the gradient are told. @default 33 */
  readonly points?: number
  /** On how many samples the measured statements rest; with 0 there are none. @default 64; down to 8 for large closed forms, 8 for networks */
  readonly samples?: number
  /** @default 0 */
  readonly seed?: number
  /** Another source: N(shift, scale^2 a(0)^2 I) with a shift of that length, or one at a 2-Wasserstein distance. */
  readonly source?: { readonly shift?: number; readonly scale?: number; readonly distance?: number }
  /** The solver that is measured. */
  readonly solver?: SolverName
  readonly steps?: number
  readonly grid?: GridName
  readonly rtol?: number
  readonly atol?: number
}

/** How exact samples are to be. */
export interface StepsOptions extends WatchingOptions, TellingOptions {
  /** The most that samples may be off, in the 2-Wasserstein distance, in units of the flow's states. */
  readonly tolerance: number
  /** One with steps of its own choice is not asked: it has tolerances. @default the model's own choice, or 'heun' */
  readonly solver?: SolverName
  /** On how many samples local errors are measured. @default 64 */
  readonly samples?: number
  /** @default 0 */
  readonly seed?: number
  readonly assume?: Assume
}

/** Steps that keep a tolerance, to be given to `sample` and `decode` as they are. */
export interface StepsResult {
  readonly solver: SolverName
  /** Equal shares of int (1 + max(|upper|, |lower|)) dt of the certified bounds lie between them. */
  readonly times: readonly number[]
  /** What samples are off at most, by local errors as measured and growth as certified. */
  readonly bound: number
}
