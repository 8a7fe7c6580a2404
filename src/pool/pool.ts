import { GaussflowError } from '../error.ts'
import { toBatch } from '../io/batch.ts'
import { show } from '../schema/validate.ts'
import { ImputeOptionsSchema } from '../schema/impute.ts'
import { SampleOptionsSchema } from '../schema/request.ts'
import type {
  BetweenOptions,
  Flow,
  LogProbOptions,
  LogProbResult,
  Points,
  SampleOptions,
  SampleResult,
  TransportOptions,
  TransportResult
} from '../flow/flow.ts'
import type { AnomalyOptions, AnomalyResult } from '../flow/anomaly/options.ts'
import { expectNoMask, shown } from '../flow/impute/observations.ts'
import type { ImputeOptions, ImputeResult, IncompletePoints } from '../flow/impute/options.ts'
import type { OpenOptions } from '../flow/open.ts'
import { checkDraw, checkOptions } from '../flow/request.ts'
import { expectGoing, type Watch } from '../flow/slices.ts'
import type { Piece, PieceResult } from './protocol.ts'
import { checkRowOptions, expectTold, ofRequest, type RowMethod } from './request.ts'
import { carryPiece, drawPiece, join, spans } from './split.ts'
import type { Team } from './team.ts'

export interface PoolOptions extends OpenOptions {
  /** How many threads, each with a flow and a memory of its own. Default: as many as the machine runs at once. */
  readonly threads?: number
}

const MOST_THREADS = 256

export function checkThreads(threads: unknown): asserts threads is number {
  if (Number.isInteger(threads) && (threads as number) >= 1 && (threads as number) <= MOST_THREADS) return
  const message = `\`threads\` must be an integer from 1 to ${MOST_THREADS}, got ${show(threads)}`
  throw new GaussflowError('invalid_argument', message, { path: 'threads' })
}

/**
 * A flow on several threads: the rows of a batch are shared out, and the bytes are those of one thread, for a row's result
 * depends on no other row. Each method is the flow's own, and promises its result. A thread has a memory of its own, and holds a
 * piece of the rows at a time: a batch that is refused by a flow for the memory it takes may fit in a pool.
 */
export class Pool {
  readonly dim: number
  readonly threads: number
  readonly kernel: Flow['kernel']
  readonly flowFile: Flow['flowFile']
  readonly manifest: Flow['manifest']
  #team: Team | undefined

  constructor({ dim, kernel, flowFile, manifest }: Flow, threads: number, team: Team) {
    this.dim = dim
    this.kernel = kernel
    this.flowFile = flowFile
    this.manifest = manifest
    this.threads = threads
    this.#team = team
  }

  async sample(options: SampleOptions = {}): Promise<SampleResult> {
    const { onProgress, signal, ...request } = checkDraw(checkOptions(SampleOptionsSchema, options))
    expectTold(this, request, request.count)
    const pieces = spans(request.count, this.threads).map(([from, to]) => drawPiece(request, from, to))
    return (await this.#run(pieces, request.count, { onProgress, signal })) as SampleResult
  }

  async encode(x: Points, options: TransportOptions = {}): Promise<TransportResult> {
    return (await this.#carry('encode', x, options)) as TransportResult
  }

  async decode(z: Points, options: TransportOptions = {}): Promise<TransportResult> {
    return (await this.#carry('decode', z, options)) as TransportResult
  }

  async transport(x: Points, options: BetweenOptions): Promise<TransportResult> {
    return (await this.#carry('transport', x, options)) as TransportResult
  }

  async logProb(x: Points, options: LogProbOptions = {}): Promise<LogProbResult> {
    return (await this.#carry('logProb', x, options)) as LogProbResult
  }

  async impute(x: IncompletePoints, options: ImputeOptions = {}): Promise<ImputeResult> {
    const { onProgress, signal, ...request } = checkOptions(ImputeOptionsSchema, options)
    const { mask, count, first } = request
    if (request.operator !== undefined) expectNoMask(mask)
    const operator =
      request.operator === undefined ? undefined : toBatch(request.operator, 'operator', this.dim)
    // What is hidden is missing, so that no piece needs the rows of a mask.
    const batch = operator === undefined ? shown(x, mask, this.dim) : toBatch(x, 'input')
    expectTold(this, request, batch.count)
    checkDraw({ count: batch.count * count, first })
    const rest = { ...request, mask: undefined, operator }
    const pieces = spans(batch.count, this.threads).map(([from, to]) =>
      carryPiece('impute', batch, { ...rest, first: first + from * count }, from, to)
    )
    return (await this.#run(pieces, batch.count, { onProgress, signal })) as ImputeResult
  }

  async anomaly(x: Points, options: AnomalyOptions = {}): Promise<AnomalyResult> {
    return (await this.#carry('anomaly', x, options)) as AnomalyResult
  }

  /** Stops the threads and gives their memory back; every later call rejects with `closed`. */
  close(): void {
    this.#team?.close()
    this.#team = undefined
  }

  [Symbol.dispose](): void {
    this.close()
  }

  async #carry(
    method: RowMethod,
    points: Points,
    asked: TransportOptions | LogProbOptions | AnomalyOptions
  ): Promise<PieceResult> {
    const { onProgress, signal, ...options } = checkRowOptions(method, asked)
    const batch = toBatch(points, 'input', this.dim)
    expectTold(this, options, batch.count)
    const parts = spans(batch.count, this.threads)
    const pieces = parts.map(([from, to]) => carryPiece(method, batch, options, from, to))
    return await this.#run(pieces, batch.count, { onProgress, signal })
  }

  async #run(pieces: readonly Piece[], count: number, { onProgress, signal }: Watch): Promise<PieceResult> {
    const team = this.#team
    if (team === undefined)
      throw new GaussflowError('closed', 'the pool must be open, and was closed; open it again')
    expectGoing(signal)
    const call = Symbol('call')
    const { promise: stopped, reject: stop } = Promise.withResolvers<never>()
    const tell = telling(pieces.length, onProgress, stop)
    const abort = (): void => {
      try {
        expectGoing(signal)
      } catch (error) {
        stop(error)
      }
    }
    signal?.addEventListener('abort', abort)
    const work = pieces.map(async (piece, i) => {
      const onShare = (share: number): void => {
        tell(i, share)
      }
      const result = await team.run(piece, call, onShare).catch((error: unknown) => {
        throw ofRequest(error, piece, count, this.threads)
      })
      tell(i, 1)
      return result
    })
    try {
      return join(await Promise.race([Promise.all(work), stopped]))
    } catch (error) {
      team.abandon(call)
      throw error
    } finally {
      signal?.removeEventListener('abort', abort)
    }
  }
}

const PARTS = 1000 // of progress

/**
 * Tells of progress as the pieces come on. What the listener throws goes to `stop`, as it would to the caller of a flow: these
 * calls come from messages of the threads, where nobody else would catch it. A listener that threw is not called again.
 */
function telling(
  pieces: number,
  onProgress: Watch['onProgress'],
  stop: (reason: unknown) => void
): (piece: number, share: number) => void {
  const shares = new Array<number>(pieces).fill(0)
  let listener = onProgress
  return (piece, share) => {
    shares[piece] = share
    try {
      listener?.(Math.floor((PARTS * shares.reduce((sum, part) => sum + part, 0)) / pieces), PARTS)
    } catch (error) {
      listener = undefined
      stop(error)
    }
  }
}
