import type { Kernel } from '../platform/platform.ts'
import type { FlowFile } from '../schema/flowFile.ts'
import type { Manifest } from '../schema/manifest.ts'
import type { GridName, SolverName } from '../schema/request.ts'
import type { Batch, Points, RowStatus } from '../types.ts'
import type { CertifyOptions, StepsOptions, StepsResult } from './certificate/options.ts'
import type { DrawOptions, KernelMark, TellingOptions, WatchingOptions } from './asked.ts'
import type { AnomalyOptions, AnomalyResult, CalibrateOptions, Calibration } from './anomaly/options.ts'
import type { Certificate } from './certificate/statement.ts'
import type { ImputeOptions, ImputeResult, IncompletePoints } from './impute/options.ts'

export type { DrawOptions, KernelMark, Points, TellingOptions, WatchingOptions }

/** By which method, on which times, to which accuracy. */
export interface SolvingOptions {
  /** Default: the model's own choice, or `heun`; `dopri5` where a tolerance is given. */
  readonly solver?: SolverName
  /** Default: the model's own choice, or 50. The pairs bosh3, dopri5 and tsit5 choose their own where it is left out. */
  readonly steps?: number
  /** How the steps are spread over the time. @default 'uniform' */
  readonly grid?: GridName
  /** The times themselves, from the start to the end of the way, in place of `steps` and `grid`. */
  readonly times?: readonly number[]
  /** Of an adaptive solver: the error of a step, in units of the state. @default 1e-5 */
  readonly rtol?: number
  /** The same beside a state of 0. @default 1e-5 */
  readonly atol?: number
  /** The most steps tried for a row, which then has the status `step_limit`. @default 1000 */
  readonly maxSteps?: number
  /**
   * The most velocity evaluations of a row, those of the error estimate among them; a row that needs more stops with the
   * status `nfe_limit`. Default: no limit
   */
  readonly maxNfe?: number
}

export interface TransportOptions extends SolvingOptions, TellingOptions, WatchingOptions {
  /**
   * Whether the result says how far off it is, by a second run: with steps twice as long, half as much work
   * again; of ddim and dpmpp2m by the midpoint rule, as much work again; of an adaptive solver with a tenth of its
   * tolerance, one and a half times as much.
   * Default: true, and false for samples; the random paths of the stochastic solver have none.
   */
  readonly error?: boolean
}

export interface TracingOptions {
  /**
   * The trace of the velocity's derivative: exact, or the mean over random probes. Default: exact, and hutchinson where
   * `probes` or `probeKind` is given
   */
  readonly divergence?: 'exact' | 'hutchinson'
  /** How many probes. @default 16 */
  readonly probes?: number
  /** @default 'rademacher' */
  readonly probeKind?: 'rademacher' | 'gaussian'
  /** @default 0 */
  readonly seed?: number
  /** Index of the first row in the seed's sequence of probes: a row has the same ones whatever batch it is in. @default 0 */
  readonly first?: number
}

export interface BetweenOptions extends TransportOptions {
  /** The time at which the points are. */
  readonly from: number
  /** The time to carry them to. */
  readonly to: number
}

export interface SampleOptions extends TransportOptions, DrawOptions, Omit<TracingOptions, 'seed' | 'first'> {
  /** Of the stochastic solver: how much of the path is noise. @default 0.1 */
  readonly epsilon?: number
  /** Whether the samples come with their log-densities, in one pass. @default false */
  readonly logProb?: boolean
}

export interface LogProbOptions extends SolvingOptions, TracingOptions, TellingOptions {
  /**
   * By its formula, which closed forms have, or along the flow. Default: the formula where there is one and no field says how
   * to solve the flow or to find its divergence
   */
  readonly method?: 'exact' | 'ode'
  /** The time at which the points are: 1 for data, below it states of the flow; at 0 there is no way to go. @default 1 */
  readonly time?: number
  readonly onProgress?: TransportOptions['onProgress']
  readonly signal?: AbortSignal
}

export interface VelocityOptions extends Omit<TracingOptions, 'divergence'>, TellingOptions {
  readonly time: number
  /** Whether the divergence comes along. @default false */
  readonly divergence?: boolean | 'exact' | 'hutchinson'
}

export interface QuantityOptions extends TellingOptions {
  readonly time: number
}

export interface TangentOptions extends TellingOptions {
  readonly time: number
  /** As many directions for each point, those of one point one after the other: shape (count k, dim). */
  readonly directions: Points
}

export interface TrajectoryOptions
  extends SolvingOptions, TellingOptions, DrawOptions, Pick<SampleOptions, 'epsilon' | 'signal'> {
  /**
   * Latents to start from, in place of `count`, `seed` and `first`; of these the stochastic solver draws its noise from the
   * latter two all the same.
   */
  readonly input?: Points
  /** The times to show. Default: those of the solver's own grid; of an adaptive solver 21 equally spaced ones. */
  readonly frames?: readonly number[]
}

export interface InterpolateOptions extends TransportOptions {
  /** Where between the two, from 0 (the first) to 1 (the second). @default nine equally spaced places */
  readonly weights?: readonly number[]
}

/** What a solver did. */
export interface SolveReport extends KernelMark {
  /** Velocity evaluations, of the row that took the most; those of the error estimate are among them. */
  readonly nfe: number
  readonly solver: SolverName
  /** Steps taken, of the row that took the most. */
  readonly steps: number
  /** One for each row. */
  readonly status: readonly RowStatus[]
  /** The time that each row has come to: the end of the way, where its status is `ok`. */
  readonly reached: Float64Array
  /** Steps refused, for each row of an adaptive solver. */
  readonly rejected?: readonly number[]
}

/** The end points of a transport, with what they cost. */
export interface TransportResult extends Batch, SolveReport {
  /**
   * For each row an estimate of the largest error of its coordinates, by comparison with a second run; NaN for a row
   * that did not arrive on either of the two.
   */
  readonly error?: Float64Array
}

export interface SampleResult extends TransportResult {
  /** The log-density of each sample, in units of the data; NaN for one that did not arrive. */
  readonly logProb?: Float64Array
  /** The standard error of it where probes estimate the divergence. */
  readonly standardError?: Float64Array
}

export interface LogProbResult extends Partial<SolveReport> {
  /** log p(x) of each row, in units of the data; NaN for one whose way along the flow was cut short. */
  readonly logProb: Float64Array
  readonly method: 'exact' | 'ode'
  readonly standardError?: Float64Array
  readonly nfe: number
}

export interface VelocityResult extends KernelMark {
  readonly velocity: Batch
  readonly divergence?: Float64Array
  readonly standardError?: Float64Array
  readonly nfe: number
}

export interface TangentResult extends KernelMark {
  readonly velocity: Batch
  /** (grad v) u of every direction u, in their order. */
  readonly tangents: Batch
  readonly nfe: number
}

export interface QuantityResult extends Batch, KernelMark {
  readonly nfe: number
}

/** Where all rows are at one time on their way, in units of the data. */
export interface Frame extends Batch, KernelMark {
  readonly time: number
  /** One for each row; a row that is not `ok` stays where it stopped. */
  readonly status: readonly RowStatus[]
  /** Which frame this is, and of how many. */
  readonly index: number
  readonly total: number
}

/** What a request will take, known before it runs. */
export interface Plan {
  /** Velocity evaluations of a row: the most that may happen, where the solver chooses its steps or iterates. */
  readonly nfe: number
  /** Floating-point operations, about. */
  readonly operations: number
  /** Bytes that the flow's memory will have. */
  readonly bytes: number
}

/** A flow between noise (time 0) and data (time 1), ready to run. */
export interface Flow {
  readonly dim: number
  /** The build of the core that runs: `scalar` where the machine's SIMD is missing or wrong. */
  readonly kernel: Kernel
  readonly flowFile: FlowFile
  /** What the model folder says of itself; undefined for a bare flow file. */
  readonly manifest: Manifest | undefined
  /** Draws from the target: `decode` of the source noise of `seed`. Shape (count, dim), in data units. */
  sample(options?: SampleOptions): SampleResult
  /** The source noise that `sample` starts from, shape (count, dim). */
  source(options?: DrawOptions): Batch
  /** Carries data (time 1) to latents (time 0). */
  encode(x: Points, options?: TransportOptions): TransportResult
  /** Carries latents (time 0) to data (time 1). */
  decode(z: Points, options?: TransportOptions): TransportResult
  /** Carries states from any time to any other. */
  transport(x: Points, options: BetweenOptions): TransportResult
  /** The way of samples, or of given latents, frame by frame. */
  trajectory(options?: TrajectoryOptions): AsyncGenerator<Frame, void>
  /**
   * Data between two points each, along great circles of their latents. Shape (weights, dim) for one pair. Report, error and
   * limits are those of all three ways together; a row that did not come to its latents has no numbers.
   */
  interpolate(x: Points, y: Points, options?: InterpolateOptions): TransportResult
  /**
   * Encodes with this flow and decodes with another: data of one kind as data of the other. Report, error and limits are those
   * of both ways together; a row that did not come to its latents has no numbers.
   */
  translate(other: Flow, x: Points, options?: TransportOptions): TransportResult
  /** v(time, x) for states x, shape (count, dim). */
  velocity(x: Points, options: VelocityOptions): VelocityResult
  /** v(time, x) and its derivatives along directions, (grad v) u. */
  tangent(x: Points, options: TangentOptions): TangentResult
  /** grad log p_time(x). */
  score(x: Points, options: QuantityOptions): QuantityResult
  /** E[X_1 | X_time = x]. */
  denoiser(x: Points, options: QuantityOptions): QuantityResult
  /** E[Z | X_time = x]. */
  noise(x: Points, options: QuantityOptions): QuantityResult
  /** log p(x) of data, or log p_time(x) of states. */
  logProb(x: Points, options?: LogProbOptions): LogProbResult
  /** What `sample` with these options would take. */
  plan(options?: SampleOptions): Plan
  /**
   * What can be said of the flow for certain: how far its outputs can move, how well encode inverts decode, what an imperfect
   * velocity or source costs, each statement with what it rests on.
   */
  certify(options?: CertifyOptions<Flow>): Promise<Certificate>
  /** The times of as few steps as keep a tolerance, by the certificate. */
  stepsFor(options: StepsOptions): Promise<StepsResult>
  /** Draws what is missing of rows, or what was observed through a matrix, given what is known: `count` draws of each row. */
  impute(x: IncompletePoints, options?: ImputeOptions): Promise<ImputeResult>
  /** How unlike the data each row is, and, where the flow is calibrated, which share of held-out data is at least as unlike. */
  anomaly(x: Points, options?: AnomalyOptions): Promise<AnomalyResult>
  /** The scores of held-out data, by which those of `anomaly` are told as shares. */
  calibrate(x: Points, options?: CalibrateOptions): Promise<Calibration>
  /** Gives the memory back; every later call throws `closed`. */
  close(): void
  [Symbol.dispose](): void
}
