import { GaussflowError } from '../error.ts'
import { toBatch } from '../io/batch.ts'
import type { Platform } from '../platform/platform.ts'
import { SampleOptionsSchema, TransportOptionsSchema, VelocityOptionsSchema } from '../schema/request.ts'
import { show, validate } from '../schema/validate.ts'
import { solverOf } from '../solver/index.ts'
import type { Batch } from '../types.ts'
import { newEngine, type Engine } from './engine.ts'
import type { Flow, Points, SampleOptions, TransportOptions, TransportResult } from './flow.ts'
import { preprocessingOf, type Preprocessing } from './preprocessing.ts'
import { readModel, type Model, type ModelSource } from './source.ts'
import { evaluate, noise, rowStatus, transport } from './transport.ts'

export interface OpenOptions {
  /** The most bytes that the flow's WebAssembly memory may take. @default 1 GiB */
  readonly memoryLimit?: number
}

/** Opens flows: reads and checks the model, and puts it into a core of its own. */
export type OpenFlow = (source: ModelSource, options?: OpenOptions) => Promise<Flow>

const MEMORY_LIMIT = 2 ** 30

/** The `openFlow` of a platform. */
export function opener(platform: Platform): OpenFlow {
  return async (source, { memoryLimit = MEMORY_LIMIT } = {}) => {
    if (!Number.isInteger(memoryLimit) || memoryLimit < 65536) {
      const message = `\`memoryLimit\` must be an integer of at least 65536 bytes, got ${show(memoryLimit)}`
      throw new GaussflowError('invalid_argument', message, { path: 'memoryLimit' })
    }
    const model = await readModel(platform, source)
    return new CoreFlow(model, await newEngine(await platform.core(), model, memoryLimit))
  }
}

/** A flow whose velocity and solver run in the WebAssembly core. */
class CoreFlow implements Flow {
  readonly dim: number
  readonly flowFile: Model['flowFile']
  readonly manifest: Model['manifest']
  readonly #preprocessing: Preprocessing
  #engine: Engine | undefined

  constructor({ flowFile, manifest }: Model, engine: Engine) {
    this.dim = engine.dim
    this.flowFile = flowFile
    this.manifest = manifest
    this.#engine = engine
    this.#preprocessing = preprocessingOf(manifest, engine.dim)
  }

  sample(options: SampleOptions = {}): TransportResult {
    const { onProgress, ...request } = options
    const { count, seed, first, ...solving } = validate(SampleOptionsSchema, request)
    const engine = this.#open()
    return this.#toData(this.#run(noise(engine, count, seed, first), count, 0, 1, { ...solving, onProgress }))
  }

  source(options: Pick<SampleOptions, 'count' | 'seed' | 'first'> = {}): Batch {
    const { count, seed, first } = validate(SampleOptionsSchema, options)
    return { count, dim: this.dim, data: noise(this.#open(), count, seed, first) }
  }

  decode(z: Points, options: TransportOptions = {}): TransportResult {
    const { count, data } = toBatch(z, 'input', this.dim)
    return this.#toData(this.#run(data, count, 0, 1, checkTransport(options)))
  }

  encode(x: Points, options: TransportOptions = {}): TransportResult {
    const { count, data } = toBatch(x, 'input', this.dim)
    const states = data.slice() // what the caller gave stays as it is
    this.#preprocessing.toStates(states)
    return this.#run(states, count, 1, 0, checkTransport(options))
  }

  velocity(x: Points, options: { readonly time: number }): { velocity: Batch; nfe: number } {
    const { time } = validate(VelocityOptionsSchema, options)
    const { count, dim, data } = toBatch(x, 'input', this.dim)
    return { velocity: { count, dim, data: evaluate(this.#open(), data, count, time) }, nfe: 1 }
  }

  close(): void {
    this.#engine = undefined
  }

  [Symbol.dispose](): void {
    this.close()
  }

  #run(
    states: Float32Array,
    count: number,
    from: number,
    to: number,
    options: TransportOptions
  ): TransportResult {
    const sampling = this.manifest?.sampling
    const solver = options.solver ?? sampling?.solver ?? 'heun'
    const steps = options.steps ?? sampling?.steps ?? 50
    const tableau = solverOf(solver)
    const data = transport(this.#open(), states, count, {
      from,
      to,
      tableau,
      steps,
      onProgress: options.onProgress
    })
    const status = rowStatus(data, count, this.dim)
    return { count, dim: this.dim, data, nfe: steps * tableau.c.length, solver, steps, status }
  }

  #toData(result: TransportResult): TransportResult {
    this.#preprocessing.toData(result.data)
    return result
  }

  #open(): Engine {
    if (this.#engine !== undefined) return this.#engine
    throw new GaussflowError('closed', 'the flow must be open, and was closed; open it again with openFlow')
  }
}

function checkTransport({ onProgress, ...request }: TransportOptions): TransportOptions {
  return { ...validate(TransportOptionsSchema, request), onProgress }
}
