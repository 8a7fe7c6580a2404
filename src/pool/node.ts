/**
 * A flow on the threads of this machine, for large batches. The entry `gaussflow/pool`, for Node.
 *
 * @module
 */
import { availableParallelism } from 'node:os'
import { Worker } from 'node:worker_threads'
import { openFlow } from '../index.ts'
import { poolOpener, type OpenPool } from './open.ts'
import type { Beginning, Message } from './protocol.ts'
import type { Spawn } from './team.ts'

export type { OpenPool } from './open.ts'
export type { Pool, PoolOptions } from './pool.ts'

// The sources run as they are, and compiled: each finds its like.
const THREAD = new URL(
  import.meta.url.endsWith('.ts') ? './nodeThread.ts' : './nodeThread.js',
  import.meta.url
)

/** Opens a bundled model by name, a folder or flow file by its path, or a flow file's object, on several threads. */
export const openPool: OpenPool = poolOpener({ openFlow, parallelism: availableParallelism, spawn })

function spawn(workerData: Beginning): Spawn {
  return (hear, die) => {
    const worker = new Worker(THREAD, { workerData })
    worker.on('message', (message: Message) => {
      // An open pool does not keep the process, but its work does.
      if (message.kind !== 'progress') worker.unref()
      hear(message)
    })
    worker.on('error', (error) => {
      die(String(error))
    })
    return {
      post: (piece) => {
        worker.postMessage(piece)
        worker.ref()
      },
      stop: () => {
        worker.removeAllListeners()
        void worker.terminate()
      }
    }
  }
}
