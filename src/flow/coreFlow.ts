import { GaussflowError } from '../error.ts'
import { toBatch } from '../io/batch.ts'
import type { Kernel } from '../platform/platform.ts'
import {
  BetweenOptionsSchema,
  DrawOptionsSchema,
  LogProbOptionsSchema,
  SampleOptionsSchema,
  TrajectoryOptionsSchema,
  TransportOptionsSchema
} from '../schema/request.ts'
import type { Batch } from '../types.ts'
import { carry, resultOf, transportOf, type Carry } from './carry.ts'
import { costOf, rowsOfPart } from './cost.ts'
import { coefficientsAt, type Engine } from './engine.ts'
import { askQuantity, askTangent, askVelocity } from './ask.ts'
import { logDensity } from './evaluate.ts'
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
import { interpolate, translate } from './between.ts'
import { logProbOf, sourceLogDensity } from './logProb.ts'
import { noise } from './noise.ts'
import { planOf } from './plan.ts'
import { preprocessingOf, type Preprocessing } from './preprocessing.ts'
import { tracingOf } from './probes.ts'
import { checkDraw, checkOptions, refuse } from './request.ts'
import { solvingOf } from './solving.ts'
import type { Model } from './source.ts'
import { framesOf, stills } from './trajectory.ts'
import { expectTransport, type Transport } from './transport.ts'

type Carrying = Omit<Carry, 'solving' | 'options'>
const EPSILON = 0.1

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
    const engine = this.#open()
    const run = this.#sampling(request)
    expectTransport(engine, count, run) // before the noise, which is the smaller part
    const z = this.#noise(request)
    const { result, integrals } = this.#carry(
      z,
      count,
      run,
      (rows) => {
        this.#preprocessing.toData(rows)
      },
      error
    )
    if (!logProb || run.tracing === undefined) return result
    const source = sourceLogDensity(engine, z, count)
    return {
      ...result,
      ...defined(logProbOf(source, integrals, run.tracing, this.#logScale(), result.status))
    }
  }

  source(options: DrawOptions = {}): Batch {
    const request = checkDraw(checkOptions(DrawOptionsSchema, options))
    return { count: request.count, dim: this.dim, data: this.#noise(request) }
  }

  decode(z: Points, options: TransportOptions = {}): TransportResult {
    const request = checkOptions(TransportOptionsSchema, options)
    const { count, data } = toBatch(z, 'input', this.dim)
    const run = this.#transport({ field: 'input', from: 0, to: 1 }, request)
    return this.#carry(
      data,
      count,
      run,
      (rows) => {
        this.#preprocessing.toData(rows)
      },
      request.error ?? true
    ).result
  }

  encode(x: Points, options: TransportOptions = {}): TransportResult {
    const request = checkOptions(TransportOptionsSchema, options)
    const { count, data } = toBatch(x, 'input', this.dim)
    const states = data.slice() // what the caller gave stays as it is
    this.#preprocessing.toStates(states)
    const run = this.#transport({ field: 'input', from: 1, to: 0 }, request)
    return this.#carry(states, count, run, () => undefined, request.error ?? true).result
  }

  transport(x: Points, options: BetweenOptions): TransportResult {
    const request = checkOptions(BetweenOptionsSchema, options)
    const { count, data } = toBatch(x, 'input', this.dim)
    const run = this.#transport({ field: 'input', from: request.from, to: request.to }, request)
    return this.#carry(data, count, run, () => undefined, request.error ?? true).result
  }

  async *trajectory(options: TrajectoryOptions = {}): AsyncGenerator<Frame, void> {
    const { input, ...rest } = options
    const request = checkDraw(checkOptions(TrajectoryOptionsSchema, rest))
    const batch = input === undefined ? undefined : toBatch(input, 'input', this.dim)
    const engine = this.#open()
    const run = this.#sampling(request)
    const times = framesOf(run, request.frames)
    const count = batch?.count ?? request.count
    const states = batch === undefined ? this.#noise(request) : batch.data.slice()
    let index = 0
    const most = rowsOfPart(costOf(this.flowFile), run.solving.solver.evaluations)
    for await (const { time, data, status } of stills(engine, states, count, run, times, most)) {
      this.#preprocessing.toData(data)
      yield { time, index: index++, total: times.length, count, dim: this.dim, data, status, ...engine.mark }
    }
  }

  interpolate(x: Points, y: Points, options: InterpolateOptions = {}): TransportResult {
    return interpolate(this, this.#open().core, x, y, options)
  }

  translate(other: Flow, x: Points, options: TransportOptions = {}): TransportResult {
    if (!(other instanceof CoreFlow)) refuse('other', 'be an open flow')
    return translate(this, other, x, options)
  }

  velocity(x: Points, options: VelocityOptions): VelocityResult {
    return askVelocity(this.#open(), x, options)
  }

  tangent(x: Points, options: TangentOptions): TangentResult {
    return askTangent(this.#open(), x, options)
  }

  score(x: Points, options: { readonly time: number }): QuantityResult {
    return askQuantity(this.#open(), 'score', x, options)
  }

  denoiser(x: Points, options: { readonly time: number }): QuantityResult {
    return askQuantity(this.#open(), 'denoiser', x, options)
  }

  noise(x: Points, options: { readonly time: number }): QuantityResult {
    return askQuantity(this.#open(), 'noise', x, options)
  }

  logProb(x: Points, options: LogProbOptions = {}): LogProbResult {
    const request = checkOptions(LogProbOptionsSchema, options)
    const engine = this.#open()
    const { method = engine.closedForm ? 'exact' : 'ode', time } = request
    const { count, data } = toBatch(x, 'input', this.dim)
    const states = data.slice()
    if (time === 1) this.#preprocessing.toStates(states)
    const logScale = time === 1 ? this.#logScale() : 0
    if (time === 1 && !engine.finiteAtEnd)
      refuse('time', 'be below 1 for a data set without bandwidth, which has no density there')
    if (method === 'exact' || time === 0) {
      if (method === 'exact' && !engine.closedForm)
        refuse('method', 'be "ode" for a network, whose density has no formula')
      const density =
        time === 0 ? sourceLogDensity(engine, states, count) : logDensity(engine, states, count, time)
      return { logProb: density.map((value) => value - logScale), method, nfe: 0, ...engine.mark }
    }
    const tracing = tracingOf(request)
    const solver =
      request.solver ?? (request.steps === undefined && request.times === undefined ? 'dopri5' : undefined)
    const run = this.#transport(
      { field: 'input', from: time, to: 0, tracing },
      { ...request, ...(solver && { solver }) }
    )
    const { result, integrals } = this.#carry(states, count, run, () => undefined, false)
    const source = sourceLogDensity(engine, result.data, count)
    // The way was gone backwards: its integral has the other sign.
    const along = integrals.map((value) => -value)
    const { data: _, count: __, dim: ___, ...report } = result
    return { ...report, method, ...defined(logProbOf(source, along, tracing, logScale, result.status)) }
  }

  plan(options: SampleOptions = {}): Plan {
    const request = checkDraw(checkOptions(SampleOptionsSchema, options))
    return planOf(
      this.#open(),
      costOf(this.flowFile),
      request.count,
      this.#sampling(request),
      request.error ?? false
    )
  }

  close(): void {
    this.#engine = undefined
  }

  [Symbol.dispose](): void {
    this.close()
  }

  #sampling(request: Omit<SampleOptions, 'count' | 'seed' | 'first'> & Required<DrawOptions>): Transport {
    const { seed, first, epsilon, logProb = false } = request
    const run = this.#transport(
      {
        field: 'count',
        from: 0,
        to: 1,
        noise: { epsilon: epsilon ?? EPSILON, seed, first },
        tracing: logProb ? tracingOf(request) : undefined
      },
      request
    )
    if (epsilon !== undefined && run.solving.solver.name !== 'stochastic')
      refuse('epsilon', `be left out with the solver ${run.solving.solver.name}; it belongs to stochastic`)
    return run
  }

  #transport(carrying: Carrying, options: TransportOptions): Transport {
    const solving = solvingOf(options, this.manifest?.sampling)
    const run = transportOf(this.#open(), { ...carrying, solving, options })
    return solving.solver.name === 'stochastic' ? run : { ...run, noise: undefined }
  }

  #carry(
    states: Float32Array,
    count: number,
    run: Transport,
    finish: (rows: Float32Array) => void,
    error: boolean
  ): { result: TransportResult; integrals: Float64Array } {
    const engine = this.#open()
    const arrival = carry(engine, states, count, run, finish, error)
    return { result: resultOf(engine, count, run, arrival), integrals: arrival.integrals }
  }

  #noise({ count, seed, first }: Required<DrawOptions>): Float32Array<ArrayBuffer> {
    const engine = this.#open()
    return noise(engine, count, seed, first, coefficientsAt(engine, 0).a)
  }

  #logScale(): number {
    return this.#preprocessing.logScale(this.#open().core)
  }

  #open(): Engine {
    if (this.#engine !== undefined) return this.#engine
    throw new GaussflowError('closed', 'the flow must be open, and was closed; open it again with openFlow')
  }
}
