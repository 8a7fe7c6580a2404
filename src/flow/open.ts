import { GaussflowError } from '../error.ts'
import { KERNELS, type Kernel, type Platform } from '../platform/platform.ts'
import type { ScheduleSpec } from '../schema/schedule.ts'
import { show } from '../schema/validate.ts'
import { CoreFlow } from './coreFlow.ts'
import { newEngine } from './engine.ts'
import { partOf } from './partOf.ts'
import type { Flow } from './flow.ts'
import { checkData } from './preprocessing.ts'
import { expectObject, refuse } from './request.ts'
import { onSchedule, readModel, type Model, type ModelSource } from './source.ts'

export interface OpenOptions {
  /** The most bytes that the flow's WebAssembly memory may take. @default 1 GiB */
  readonly memoryLimit?: number
  /**
   * The build of the core: `plain` gives the same bits on every machine; `relaxed` is faster, and its last digits are the
   * machine's own, which every result then says; `scalar` gives the bits of `plain` without SIMD, slowly, and is what runs
   * in its place on a machine without. Closed forms and 8-bit weights have the bits of `plain` by either of the first two. @default 'plain'
   */
  readonly kernel?: Kernel
  /**
   * Another schedule than the model's own to run the flow on: a network that was trained on one is converted to the other.
   * The samples of a seed stay the same up to the error of the solver, where both start from noise alone.
   */
  readonly schedule?: ScheduleSpec
}

/** Opens flows: reads and checks the model, and puts it into a core of its own. */
export type OpenFlow = (source: ModelSource, options?: OpenOptions) => Promise<Flow>

const MEMORY_LIMIT = 2 ** 30
const MOST_MEMORY = 2 ** 32 - 2 ** 16 // what 32 bits address, less the page whose end they do not

/** The flow of a model that was read. */
export async function openRead(
  platform: Platform,
  model: Model,
  kernel: Kernel = 'plain',
  memoryLimit = MEMORY_LIMIT
): Promise<Flow> {
  const core = await platform.core(kernel, partOf(model.target))
  const engine = await newEngine(core, model, Math.min(memoryLimit, MOST_MEMORY))
  checkData(model.manifest, engine.dim)
  return new CoreFlow(model, engine)
}

/** The `openFlow` of a platform. */
export function opener(platform: Platform): OpenFlow {
  return async (source, options = {}) => {
    const { memoryLimit = MEMORY_LIMIT, kernel = 'plain', schedule, ...unknown } = expectObject(options)
    for (const name in unknown) refuse(name, 'be left out: known are memoryLimit, kernel, schedule')
    if (!Number.isInteger(memoryLimit) || memoryLimit < 65536) {
      const message = `\`memoryLimit\` must be an integer of at least 65536 bytes, got ${show(memoryLimit)}`
      throw new GaussflowError('invalid_argument', message, { path: 'memoryLimit' })
    }
    if (!KERNELS.includes(kernel)) {
      const message = `\`kernel\` must be ${KERNELS.map((name) => `"${name}"`).join(' or ')}, got ${show(kernel)}`
      throw new GaussflowError('invalid_argument', message, { path: 'kernel' })
    }
    const own = await readModel(platform, source)
    const model = schedule === undefined ? own : onSchedule(own, schedule)
    return await openRead(platform, model, kernel, memoryLimit)
  }
}
