import type { GenericSchema } from 'valibot'
import { GaussflowError } from '../error.ts'
import { toBatch } from '../io/batch.ts'
import type { Platform } from '../platform/platform.ts'
import { SampleOptionsSchema, TransportOptionsSchema, VelocityOptionsSchema } from '../schema/request.ts'
import { show, validate } from '../schema/validate.ts'
import { solverOf } from '../solver/index.ts'
import type { Batch } from '../types.ts'
import { newEngine, type Engine } from './engine.ts'
import type { Flow, Points, SampleOptions, TransportOptions, TransportResult } from './flow.ts'
import { checkData, preprocessingOf, type Preprocessing } from './preprocessing.ts'
import { readModel, type Model, type ModelSource } from './source.ts'
import { evaluate, expectTransport, noise, rowStatus, transport, type Transport } from './transport.ts'

export interface OpenOptions {
  /** The most bytes that the flow's WebAssembly memory may take. @default 1 GiB */
  readonly memoryLimit?: number
}

/** Opens flows: reads and checks the model, and puts it into a core of its own. */
export type OpenFlow = (source: ModelSource, options?: OpenOptions) => Promise<Flow>

const MEMORY_LIMIT = 2 ** 30
const MOST_MEMORY = 2 ** 32 - 2 ** 16 // what 32 bits address, less the page whose end they do not

/** The `openFlow` of a platform. */
export function opener(platform: Platform): OpenFlow {
  return async (source, options = {}) => {
    const { memoryLimit = MEMORY_LIMIT } = expectObject(options)
    if (!Number.isInteger(memoryLimit) || memoryLimit < 65536) {
      const message = `\`memoryLimit\` must be an integer of at least 65536 bytes, got ${show(memoryLimit)}`
      throw new GaussflowError('invalid_argument', message, { path: 'memoryLimit' })
    }
    const model = await readModel(platform, source)
    const engine = await newEngine(await platform.core(), model, Math.min(memoryLimit, MOST_MEMORY))
    checkData(model.manifest, engine.dim)
    return new CoreFlow(model, engine)
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
    const { count, seed, first, ...solving } = checkDraw(checkSolving(SampleOptionsSchema, options))
    const engine = this.#open()
    const run = this.#plan('count', 0, 1, solving)
    expectTransport(engine, count, run) // before the noise, which is the smaller part
    return this.#toData(this.#run(noise(engine, count, seed, first), count, run))
  }

  source(options: Pick<SampleOptions, 'count' | 'seed' | 'first'> = {}): Batch {
    const { count, seed, first } = checkDraw(validate(SampleOptionsSchema, options))
    return { count, dim: this.dim, data: noise(this.#open(), count, seed, first) }
  }

  decode(z: Points, options: TransportOptions = {}): TransportResult {
    const { count, data } = toBatch(z, 'input', this.dim)
    const run = this.#plan('input', 0, 1, checkSolving(TransportOptionsSchema, options))
    return this.#toData(this.#run(data, count, run))
  }

  encode(x: Points, options: TransportOptions = {}): TransportResult {
    const { count, data } = toBatch(x, 'input', this.dim)
    const states = data.slice() // what the caller gave stays as it is
    this.#preprocessing.toStates(states)
    return this.#run(states, count, this.#plan('input', 1, 0, checkSolving(TransportOptionsSchema, options)))
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

  #plan(
    field: Transport['field'],
    from: number,
    to: number,
    { solver, steps, onProgress }: TransportOptions
  ): Transport {
    const sampling = this.manifest?.sampling
    const tableau = solverOf(solver ?? sampling?.solver ?? 'heun')
    return { field, from, to, tableau, steps: steps ?? sampling?.steps ?? 50, onProgress }
  }

  #run(states: Float32Array, count: number, run: Transport): TransportResult {
    const { tableau, steps } = run
    const data = transport(this.#open(), states, count, run)
    const status = rowStatus(data, count, this.dim)
    return { count, dim: this.dim, data, nfe: steps * tableau.c.length, solver: tableau.name, steps, status }
  }

  #toData(result: TransportResult): TransportResult {
    const { count, dim, data } = result
    this.#preprocessing.toData(data)
    // What is finite as a state may not be in the units of the data.
    return { ...result, status: rowStatus(data, count, dim) }
  }

  #open(): Engine {
    if (this.#engine !== undefined) return this.#engine
    throw new GaussflowError('closed', 'the flow must be open, and was closed; open it again with openFlow')
  }
}

/** The fields by their schema, which requests over HTTP share, and the callback, which they cannot have. */
function checkSolving<T extends object>(
  schema: GenericSchema<unknown, T>,
  options: TransportOptions
): T & Pick<TransportOptions, 'onProgress'> {
  const { onProgress, ...request } = expectObject(options)
  const checked = validate(schema, request)
  if (onProgress === undefined || typeof onProgress === 'function') return { ...checked, onProgress }
  const message = `\`onProgress\` must be a function, got ${show(onProgress)}`
  throw new GaussflowError('invalid_argument', message, { path: 'onProgress' })
}

/** The indices of samples have 32 bits: past the last one they would start again from the first. */
function checkDraw<T extends { readonly count: number; readonly first: number }>(request: T): T {
  const { count, first } = request
  if (first + count <= 2 ** 32) return request
  const message = `\`first\` must be at most ${2 ** 32 - count} for a count of ${count}, got ${first}`
  throw new GaussflowError('invalid_argument', message, { path: 'first' })
}

function expectObject<T extends object>(options: T): T {
  if (typeof (options as unknown) === 'object' && (options as T | null) !== null) return options
  throw new GaussflowError('invalid_argument', `the options must be an object, got ${show(options)}`)
}
