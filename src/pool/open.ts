import type { OpenFlow } from '../flow/open.ts'
import type { ModelSource } from '../flow/source.ts'
import { expectObject } from '../flow/request.ts'
import { checkThreads, Pool, type PoolOptions } from './pool.ts'
import type { Beginning } from './protocol.ts'
import { Team, type Spawn } from './team.ts'

/** Opens a model on several threads. @throws GaussflowError as `openFlow` does, and for threads that cannot be */
export type OpenPool = (source: ModelSource, options?: PoolOptions) => Promise<Pool>

/** What a platform knows of threads. */
interface Threads {
  readonly openFlow: OpenFlow
  /** How many run at once. */
  readonly parallelism: () => number
  /** Starts threads that open the model of the beginning. */
  readonly spawn: (beginning: Beginning) => Spawn
}

/** The `openPool` of a platform. */
export function poolOpener({ openFlow, parallelism, spawn }: Threads): OpenPool {
  return async (source, options = {}) => {
    const { threads = parallelism(), ...opening } = expectObject(options)
    checkThreads(threads)
    // Opened here too, for a moment: what is wrong with the model is said at once and once.
    using flow = await openFlow(source, opening)
    return new Pool(flow, threads, new Team(spawn({ source, options: opening }), threads))
  }
}
