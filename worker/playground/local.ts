import { Refusal, type Backend, type Following, type Outcome, type Points } from './backend.ts'
import type { Path, PathRequest } from './path.ts'
import type { Answer, Call, Question, Sizes } from './protocol.ts'

/** The core in a thread of this browser. It also gives the whole path of a sample, which HTTP does not. */
export interface LocalBackend extends Backend {
  path(request: PathRequest, following?: Following): Promise<Path>
}

type Ending = Extract<Answer, { kind: 'done' | 'certified' }>
type CertifyCall = Extract<Call, { kind: 'certify' }>
/** The last word on a call. */
type EndingOf<Asked extends Call> = Extract<
  Ending,
  { kind: Asked extends CertifyCall ? 'certified' : 'done' }
>

interface Waiting {
  readonly following: Following
  readonly rows: { first: number; rows: Points }[]
  readonly resolve: (ending: Ending) => void
  readonly reject: (reason: unknown) => void
}

const BROKEN = 'The flow cannot run in this browser just now. Try again, or switch to the worker.'

/** Starts the thread when it is first asked; `onOpened` hears what was loaded once the model is ready. */
export function localBackend(onOpened: (sizes: Sizes) => void): LocalBackend {
  const waiting = new Map<number, Waiting>()
  let calls = 0
  let thread: Worker | undefined

  function start(): Worker {
    const started = new Worker(new URL('./thread.ts', import.meta.url), { type: 'module', name: 'flow' })
    started.addEventListener('message', ({ data: answer }: MessageEvent<Answer>) => {
      if (answer.kind === 'opened') return onOpened(answer.sizes)
      receive(answer)
      if (answer.kind === 'failed' && answer.broken) retire(started)
    })
    started.addEventListener('error', () => {
      started.terminate()
      thread = undefined // the next call starts another
      for (const { reject } of waiting.values()) reject(new Refusal(BROKEN))
      waiting.clear()
    })
    return started
  }

  /** The next call starts another thread; this one still ends what it runs for others. */
  function retire(old: Worker): void {
    if (thread === old) thread = undefined
    if (waiting.size === 0) old.terminate()
  }

  function receive(answer: Exclude<Answer, { kind: 'opened' }>): void {
    const call = waiting.get(answer.id)
    if (call === undefined) return
    if (answer.kind === 'progress') return call.following.onProgress?.(answer.share)
    if (answer.kind === 'noise') return call.following.onNoise?.(answer.rows)
    if (answer.kind === 'rows') {
      call.rows.push(answer)
      return call.following.onRows?.(answer.first, answer.rows)
    }
    waiting.delete(answer.id)
    if (answer.kind === 'failed') call.reject(new Refusal(answer.message, answer.path))
    else call.resolve(answer)
  }

  /** The rows that come before the last word are added to `rows`. */
  function ask<Asked extends Call>(
    call: Asked,
    following: Following = {},
    rows: Waiting['rows'] = []
  ): Promise<EndingOf<Asked>> {
    const { signal } = following
    const id = calls++
    return new Promise((resolve, reject) => {
      signal?.throwIfAborted()
      waiting.set(id, { following, rows, resolve: resolve as Waiting['resolve'], reject })
      signal?.addEventListener('abort', () => {
        if (!waiting.delete(id)) return
        send({ cancel: id })
        reject(signal.reason as Error)
      })
      send({ id, call })
    })
  }

  const send = (question: Question): void => {
    thread ??= start()
    thread.postMessage(question)
  }

  async function points(call: Exclude<Call, CertifyCall>, following?: Following): Promise<Outcome> {
    const rows: Waiting['rows'] = []
    const { nfe, time } = await ask(call, following, rows)
    return { ...joined(rows), nfe, time }
  }

  return {
    sample: (drawing, following) => points({ kind: 'sample', drawing }, following),
    encode: (x, solving, following) => points({ kind: 'encode', points: x, solving }, following),
    decode: (z, solving, following) => points({ kind: 'decode', points: z, solving }, following),
    certify: (model, following) => ask({ kind: 'certify', model }, following),
    path: async (request, following) => {
      const { nfe, ...rows } = await points({ kind: 'path', ...request }, following)
      return { rows, nfe }
    }
  }
}

function joined(parts: readonly { first: number; rows: Points }[]): Points {
  const { dim } = parts[0].rows
  const count = parts.reduce((sum, { rows }) => sum + rows.count, 0)
  const data = new Float32Array(count * dim)
  for (const { first, rows } of parts) data.set(rows.data, first * dim)
  return { count, dim, data }
}
