import { GaussflowError } from '../error.ts'
import type { Platform } from '../platform/platform.ts'
import { show } from '../schema/validate.ts'
import { CoreFlow } from './coreFlow.ts'
import { newEngine } from './engine.ts'
import type { Flow } from './flow.ts'
import { checkData } from './preprocessing.ts'
import { expectObject } from './request.ts'
import { readModel, type ModelSource } from './source.ts'

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
