// One thread of the pool: a flow of its own, which answers piece after piece.
import { parentPort, workerData } from 'node:worker_threads'
import { openFlow } from '../index.ts'
import { answer, failure } from './answer.ts'
import type { Beginning, Message, Piece } from './protocol.ts'

const { source, options } = workerData as Beginning
const say = (message: Message): void => parentPort?.postMessage(message)

try {
  const flow = await openFlow(source, options)
  parentPort?.on('message', (piece: Piece) => {
    void answer(flow, piece, say)
  })
  say({ kind: 'ready' })
} catch (error) {
  say(failure(error))
}
