import { GaussflowError } from '../error.ts'
import type { BetweenOptions, Flow } from '../flow/flow.ts'
import { OverMemory } from '../flow/memory.ts'
import type { Message, Piece, PieceResult } from './protocol.ts'

/** Runs a piece on the flow of this thread. */
export async function answer(flow: Flow, piece: Piece, say: (message: Message) => void): Promise<void> {
  try {
    const result = await run(flow, piece, (done, total) => {
      say({ kind: 'progress', share: done / total })
    })
    say({ kind: 'done', result })
  } catch (error) {
    say(failure(error))
  }
}

type Failure = Extract<Message, { kind: 'failed' }>

export function failure(error: unknown): Failure {
  if (!(error instanceof GaussflowError))
    return { kind: 'failed', code: undefined, message: String(error), path: undefined, memory: undefined }
  const { code, message, path } = error
  return {
    kind: 'failed',
    code,
    message,
    path,
    memory: error instanceof OverMemory ? sizesOf(error) : undefined
  }
}

/** An error does not go to another thread as what it is. */
function sizesOf({ field, memoryLimit, got, most }: OverMemory): Failure['memory'] {
  return { field, memoryLimit, got, most }
}

/** The error that a thread tells of. */
export function errorOf({ code, message, path, memory }: Failure): Error {
  if (memory !== undefined) return new OverMemory(memory.field, memory.memoryLimit, memory.got, memory.most)
  return code === undefined
    ? new Error(message)
    : new GaussflowError(code, message, path === undefined ? {} : { path })
}

function run(
  flow: Flow,
  { method, input, options }: Piece,
  onProgress: (done: number, total: number) => void
): PieceResult | Promise<PieceResult> {
  if (input === undefined) return flow.sample({ ...options, onProgress })
  if (method === 'transport') return flow.transport(input, { ...(options as BetweenOptions), onProgress })
  return method === 'sample'
    ? flow.sample({ ...options, onProgress })
    : flow[method](input, { ...options, onProgress })
}
