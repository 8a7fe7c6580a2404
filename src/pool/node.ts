/**
 * A flow on the threads of this machine, for large batches. The entry `gaussflow/pool`, for Node.
 *
 * @module
 */
import { availableParallelism } from 'node:os'
import { Worker } from 'node:worker_threads'
import { openFlow } from '../index.ts'
import type { ModelSource } from '../flow/source.ts'
import { checkThreads, Pool, type PoolOptions } from './pool.ts'
import type { Beginning, Message } from './protocol.ts'
import { Team, type Spawn } from './team.ts'

export { Pool, type PoolOptions } from './pool.ts'

// The sources run as they are, and compiled: each finds its like.
const THREAD = new URL(
  import.meta.url.endsWith('.ts') ? './nodeThread.ts' : './nodeThread.js',
  import.meta.url
)

/** Opens a model on `threads` threads. @throws GaussflowError as `openFlow` does, and for threads that cannot be */
export async function openPool(source: ModelSource, options: PoolOptions = {}): Promise<Pool> {
  const { threads = availableParallelism(), ...opening } = options
  checkThreads(threads)
  // Opened here too, for a moment: what is wrong with the model is said at once and once.
  using flow = await openFlow(source, opening)
  return new Pool(flow, threads, new Team(spawnWith({ source, options: opening }), threads))
}

function spawnWith(workerData: Beginning): Spawn {
  return (hear, die) => {
    const worker = new Worker(THREAD, { workerData })
    worker.unref() // an open pool does not keep the process; its work does
    worker.on('message', (message: Message) => {
      if (message.kind === 'done' || message.kind === 'failed') worker.unref()
      hear(message)
    })
    worker.on('error', (error) => {
      die(String(error))
    })
    return {
      post: (piece) => {
        worker.ref()
        worker.postMessage(piece)
      },
      stop: () => {
        worker.removeAllListeners()
        void worker.terminate()
      }
    }
  }
}
