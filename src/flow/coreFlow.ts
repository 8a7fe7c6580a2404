import { GaussflowError } from '../error.ts'
import { toBatch } from '../io/batch.ts'
import type { Kernel } from '../platform/platform.ts'
import {
  BetweenOptionsSchema,
  DrawOptionsSchema,
  InterpolateOptionsSchema,
  LogProbOptionsSchema,
  SampleOptionsSchema,
  TrajectoryOptionsSchema,
  TransportOptionsSchema
} from '../schema/request.ts'
import type { Batch } from '../types.ts'
import { carried, expectRandom, resultOf, transportOf, type Carry } from './carry.ts'
import type { Engine } from './engine.ts'
import { askQuantity, askTangent, askVelocity } from './ask.ts'
import type { Scored } from './anomaly/scored.ts'
import type { AnomalyOptions, AnomalyResult, CalibrateOptions, Calibration } from './anomaly/options.ts'
import type { Certificate } from './certificate/statement.ts'
import type { Certified } from './certificate/certify.ts'
import type { CertifyOptions, StepsOptions, StepsResult } from './certificate/options.ts'
import type {
  BetweenOptions,
  DrawOptions,
  Flow,
  Frame,
  InterpolateOptions,
  LogProbOptions,
  LogProbResult,
  Plan,
  Points,
  QuantityOptions,
  QuantityResult,
  SampleOptions,
  SampleResult,
  TangentOptions,
  TangentResult,
  TrajectoryOptions,
  TransportOptions,
  TransportResult,
  VelocityOptions,
  VelocityResult
} from './flow.ts'
import { defined } from './defined.ts'
import { expectNoTimes, expectPairs, expectSameDim, interpolate, translate } from './between.ts'
import type { ImputeOptions, ImputeResult, IncompletePoints } from './impute/options.ts'
import { placesOf } from './latent.ts'
import { alongTheFlow, densityReport, exactReport, logProbOf, methodOf, sourceLogDensity } from './logProb.ts'
import { noise } from './noise.ts'
import { planOf } from './plan.ts'
import { preprocessingOf, type Preprocessing } from './preprocessing.ts'
import { tracingOf, tracingOfSamples } from './probes.ts'
import { checkDraw, checkFields, checkOptions, expectObject, refuse } from './request.ts'
import { solvingOf } from './solving.ts'
import type { Model } from './source.ts'
import type { Run } from './run.ts'
import { telling } from './told.ts'
import { expectWay, legOf, type Leg } from './way.ts'

type Carrying = Omit<Carry, 'solving' | 'options'>
const EPSILON = 0.1
const TO_DATA = { field: 'input', from: 0, to: 1 } as const

/** A flow whose velocity and solver run in the WebAssembly core. */
export class CoreFlow implements Flow {
  readonly dim: number
  readonly kernel: Kernel
  readonly flowFile: Model['flowFile']
  readonly manifest: Model['manifest']
  readonly #preprocessing: Preprocessing
  #engine: Engine | undefined

  constructor({ flowFile, manifest }: Model, engine: Engine) {
    this.dim = engine.dim
    this.kernel = engine.kernel
    this.flowFile = flowFile
    this.manifest = manifest
    this.#engine = engine
    this.#preprocessing = preprocessingOf(manifest, engine.dim)
  }

  sample(options: SampleOptions = {}): SampleResult {
    const request = checkDraw(checkOptions(SampleOptionsSchema, options))
    const { count, error = false, logProb = false } = request
    const engine = telling(this.#open(), request, count)
    const run = this.#sampling(request)
    const leg = this.#decoding(engine, count, run)
    expectWay([leg], error) // before the noise, which is the smaller part
    const z = noise(engine, request, request.signal)
    const { result, integrals } = carried(leg, z, error)
    if (!logProb || run.tracing === undefined) return result
    const source = sourceLogDensity(engine, z, count)
    const logScale = this.#preprocessing.logScale(engine.core)
    return { ...result, ...defined(logProbOf(source, integrals, run.tracing, logScale, result.status)) }
  }

  source(options: DrawOptions = {}): Batch {
    const request = checkDraw(checkFields(DrawOptionsSchema, options))
    return { count: request.count, dim: this.dim, data: noise(this.#open(), request) }
  }

  decode(z: Points, options: TransportOptions = {}): TransportResult {
    const request = checkOptions(TransportOptionsSchema, options)
    const { count, data } = toBatch(z, 'input', this.dim)
    const engine = telling(this.#open(), request, count)
    const leg = this.#decoding(engine, count, this.#transport(TO_DATA, request))
    return carried(leg, data, request.error ?? true).result
  }

  encode(x: Points, options: TransportOptions = {}): TransportResult {
    const request = checkOptions(TransportOptionsSchema, options)
    const { count, states } = this.#states(x)
    return carried(this.#encoding(count, request), states, request.error ?? true).result
  }

  transport(x: Points, options: BetweenOptions): TransportResult {
    const request = checkOptions(BetweenOptionsSchema, options)
    const { count, data } = toBatch(x, 'input', this.dim)
    const run = this.#transport({ field: 'input', from: request.from, to: request.to }, request)
    const engine = telling(this.#open(), request, count)
    return carried(legOf(engine, count, run), data, request.error ?? true).result
  }

  async *trajectory(options: TrajectoryOptions = {}): AsyncGenerator<Frame, void> {
    const { input, ...rest } = expectObject(options)
    const request = checkDraw(checkOptions(TrajectoryOptionsSchema, rest))
    const batch = input === undefined ? undefined : toBatch(input, 'input', this.dim)
    const count = batch?.count ?? request.count
    const engine = telling(this.#open(), request, count)
    const run = this.#sampling(request)
    const { frames } = await import('./trajectory.ts')
    yield* frames(this.#decoding(engine, count, run), batch?.data, request, options)
  }

  interpolate(x: Points, y: Points, options: InterpolateOptions = {}): TransportResult {
    const { weights, ...request } = checkOptions(InterpolateOptionsSchema, options)
    expectNoTimes(request)
    const [one, other] = [this.#states(x), this.#states(y, 'other')]
    expectPairs(one, other)
    const places = placesOf(weights)
    const there = this.#encoding(one.count, request)
    const engine = telling(this.#open(), request, one.count, places.length)
    const between = this.#decoding(engine, one.count * places.length, this.#transport(TO_DATA, request))
    const back = { ...between, each: places.length }
    const ends = [one.states, other.states] as const
    return resultOf(back, interpolate([there, there, back], ends, places, request.error ?? true))
  }

  translate(other: Flow, x: Points, options: TransportOptions = {}): TransportResult {
    if (!(other instanceof CoreFlow)) refuse('other', 'be an open flow')
    expectSameDim(this, other)
    const request = checkOptions(TransportOptionsSchema, options)
    expectNoTimes(request)
    const { count, states } = this.#states(x)
    const engine = telling(other.#open(), request, count)
    const back = other.#decoding(engine, count, other.#transport(TO_DATA, request))
    const there = this.#encoding(count, request)
    const result = resultOf(back, translate([there, back], states, request.error ?? true))
    return { ...result, ...there.engine.mark }
  }

  velocity(x: Points, options: VelocityOptions): VelocityResult {
    return askVelocity(this.#open(), x, options)
  }

  tangent(x: Points, options: TangentOptions): TangentResult {
    return askTangent(this.#open(), x, options)
  }

  score(x: Points, options: QuantityOptions): QuantityResult {
    return askQuantity(this.#open(), 'score', x, options)
  }

  denoiser(x: Points, options: QuantityOptions): QuantityResult {
    return askQuantity(this.#open(), 'denoiser', x, options)
  }

  noise(x: Points, options: QuantityOptions): QuantityResult {
    return askQuantity(this.#open(), 'noise', x, options)
  }

  logProb(x: Points, options: LogProbOptions = {}): LogProbResult {
    const request = checkOptions(LogProbOptionsSchema, options)
    const { time } = request
    const method = methodOf(request, this.#open().closedForm)
    const tracing = tracingOf(request)
    const { count, data } = toBatch(x, 'input', this.dim)
    const engine = telling(this.#open(), request, count)
    const states = data.slice()
    if (time === 1) this.#preprocessing.toStates(states)
    const logScale = time === 1 ? this.#preprocessing.logScale(engine.core) : 0
    if (time === 1 && !engine.finiteAtEnd)
      refuse('time', 'be below 1 for a data set without bandwidth, which has no density there, got 1')
    const along = alongTheFlow(request)
    // At time 0 there is no way to go; how to go it is checked all the same.
    const from = time === 0 ? 0.5 : time
    const run = method === 'ode' && this.#transport({ field: 'input', from, to: 0, tracing }, along)
    if (run === false || time === 0)
      return { ...exactReport(engine, states, count, time, logScale, request), method }
    const { result, integrals } = carried(legOf(engine, count, run), states, false)
    return { ...densityReport(engine, result, integrals, tracing, logScale), method }
  }

  plan(options: SampleOptions = {}): Plan {
    const request = checkDraw(checkOptions(SampleOptionsSchema, options))
    const { count, error = false } = request
    return planOf(telling(this.#open(), request, count), count, this.#sampling(request), error)
  }

  async impute(x: IncompletePoints, options: ImputeOptions = {}): Promise<ImputeResult> {
    const flow = this.#parts()
    return await (await import('./later.ts')).impute(flow, x, options)
  }

  async anomaly(x: Points, options: AnomalyOptions = {}): Promise<AnomalyResult> {
    const flow = this.#parts()
    return await (await import('./later.ts')).anomaly(flow, x, options)
  }

  async calibrate(x: Points, options: CalibrateOptions = {}): Promise<Calibration> {
    const flow = this.#parts()
    return await (await import('./later.ts')).calibrate(flow, x, options)
  }

  async certify(options: CertifyOptions<Flow> = {}): Promise<Certificate> {
    const { other, ...rest } = expectObject(options)
    if (other !== undefined && !(other instanceof CoreFlow)) refuse('other', 'be an open flow')
    const flow = this.#parts()
    // The theory is no part of what a page loads to draw samples.
    const { certify } = await import('./later.ts')
    return await certify(flow, other === undefined ? undefined : other.#parts(), rest)
  }

  async stepsFor(options: StepsOptions): Promise<StepsResult> {
    const flow = this.#parts()
    const { stepsFor } = await import('./later.ts')
    return await stepsFor(flow, options)
  }

  close(): void {
    this.#engine = undefined
  }

  [Symbol.dispose](): void {
    this.close()
  }

  #sampling(request: Omit<SampleOptions, 'count' | 'seed' | 'first'> & Required<DrawOptions>): Run {
    const { seed, first, epsilon, error = false } = request
    const run = this.#transport(
      {
        field: 'count',
        from: 0,
        to: 1,
        noise: { epsilon: epsilon ?? EPSILON, seed, first },
        tracing: tracingOfSamples(request)
      },
      request
    )
    expectRandom(run, epsilon, error)
    return run
  }

  #transport(carrying: Carrying, options: TransportOptions): Run {
    const solving = solvingOf(options, this.manifest?.sampling)
    const run = transportOf(this.#open(), { ...carrying, solving, options })
    return solving.solver.name === 'stochastic' ? run : { ...run, noise: undefined }
  }

  /** Data as states, in an array of their own: what the caller gave stays as it is. */
  #states(x: Points, field = 'input'): { count: number; states: Float32Array } {
    const { count, data } = toBatch(x, field, this.dim)
    const states = data.slice()
    this.#preprocessing.toStates(states)
    return { count, states }
  }

  #encoding(count: number, options: TransportOptions): Leg {
    const engine = telling(this.#open(), options, count)
    return legOf(engine, count, this.#transport({ field: 'input', from: 1, to: 0 }, options))
  }

  #decoding(engine: Engine, count: number, run: Run): Leg {
    return legOf(engine, count, run, (rows) => {
      this.#preprocessing.toData(rows)
    })
  }

  /** What the calls see whose code is loaded when they are first made. */
  #parts(): Certified & Scored {
    const { flowFile, manifest } = this
    const [engine, preprocessing] = [this.#open(), this.#preprocessing]
    return { engine, flowFile, manifest, preprocessing, sampling: manifest?.sampling, flow: this }
  }

  #open(): Engine {
    if (this.#engine !== undefined) return this.#engine
    throw new GaussflowError('closed', 'the flow must be open, and was closed; open it again with openFlow')
  }
}
