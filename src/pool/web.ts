/**
 * A flow on the workers of a page, for large batches, and beside the thread that draws the page. The entry
 * `gaussflow/pool`, for browsers.
 *
 * @module
 */
import { openFlow } from '../index.web.ts'
import { poolOpener, type OpenPool } from './open.ts'
import type { Beginning, Message } from './protocol.ts'
import type { Spawn } from './team.ts'

export type { OpenPool } from './open.ts'
export type { Pool, PoolOptions } from './pool.ts'

/** Opens a model folder or flow file by its URL, or a flow file's object, on several threads. */
export const openPool: OpenPool = poolOpener({
  openFlow,
  parallelism: () => navigator.hardwareConcurrency,
  spawn
})

function spawn({ source, options }: Beginning): Spawn {
  // A URL is relative to the page, and not to the file of the worker.
  const beginning = {
    source: typeof source === 'string' ? new URL(source, location.href).href : source,
    options
  }
  return (hear, die) => {
    // Written out in one expression, because bundlers look for just this to carry the file along.
    const worker = new Worker(new URL('./webThread.js', import.meta.url), { type: 'module' })
    worker.addEventListener('message', ({ data }: MessageEvent<Message>) => {
      hear(data)
    })
    worker.addEventListener('error', ({ message }) => {
      die(message)
    })
    worker.postMessage(beginning)
    return {
      post: (piece) => {
        worker.postMessage(piece)
      },
      stop: () => {
        worker.terminate()
      }
    }
  }
}
