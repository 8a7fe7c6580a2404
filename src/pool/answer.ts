import { GaussflowError } from '../error.ts'
import type { Flow } from '../flow/flow.ts'
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

export function failure(error: unknown): Message {
  if (!(error instanceof GaussflowError))
    return { kind: 'failed', code: undefined, message: String(error), path: undefined }
  return { kind: 'failed', code: error.code, message: error.message, path: error.path }
}

function run(
  flow: Flow,
  { method, input, options }: Piece,
  onProgress: (done: number, total: number) => void
): PieceResult | Promise<PieceResult> {
  if (input === undefined) return flow.sample({ ...options, onProgress })
  if (method === 'transport') return flow.transport(input, { from: 0, to: 1, ...options, onProgress })
  return method === 'sample'
    ? flow.sample({ ...options, onProgress })
    : flow[method](input, { ...options, onProgress })
}
