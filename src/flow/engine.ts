import { GaussflowError } from '../error.ts'
import type { Telling } from '../network/condition.ts'
import type { CompiledCore, Kernel } from '../platform/platform.ts'
import type { Coefficients } from '../schedule/index.ts'
import { putSchedule } from '../schedule/put.ts'
import type { Condition } from '../schema/architecture.ts'
import { newCore, reserve, scoped, takeF64, type Core } from '../wasm/core.ts'
import type { KernelMark } from './flow.ts'
import type { Placed } from './placed.ts'
import type { Model } from './source.ts'

/** A velocity in a core of its own: the model lies below, each call takes the memory above and gives it back. */
export interface Engine extends Placed {
  readonly core: Core
  /** The schedule's record in the core. */
  readonly schedule: number
  /** What a network is told, where it is told something. */
  readonly condition: Condition | undefined
  /** What it is told now, in the engine of a request. */
  readonly telling?: Telling
  /** Whether the target's law has a formula: it has for all targets but networks. */
  readonly closedForm: boolean
  /** The most bytes that the core's memory may grow to. */
  readonly memoryLimit: number
  /** The build that runs. */
  readonly kernel: Kernel
  /** What every result says: nothing of a core whose bits are the same everywhere, else which it was. */
  readonly mark: KernelMark
}

export async function newEngine(
  { module, kernel }: CompiledCore,
  model: Model,
  memoryLimit: number
): Promise<Engine> {
  expectWithin(memoryLimit, modelBytes(model))
  const core = await newCore(module)
  const schedule = await putSchedule(core, model.schedule)
  const placed = await put(core, schedule, model)
  // What packing the weights took beside them shows only now.
  expectWithin(memoryLimit, core.memory.buffer.byteLength)
  if (placed.velocity === 0)
    throw new GaussflowError('over_limit', 'the model must fit in the memory of the core, and does not')
  return {
    ...placed,
    core,
    schedule,
    condition: model.target.kind === 'network' ? model.target.architecture.condition : undefined,
    closedForm: model.target.kind !== 'network',
    memoryLimit,
    kernel,
    mark: kernel === 'relaxed' ? { kernel } : {}
  }
}

/** The schedule's coefficients as the core has them, the same bits everywhere. */
export function coefficientsAt({ core, schedule }: Engine, t: number): Coefficients {
  return scoped(core, () => {
    const out = reserve(core, 32)
    core.scheduleAt(schedule, t, out)
    const [a, aDa, b, db] = takeF64(core, out, 4)
    return { a, aDa, b, db }
  })
}

/** Each kind of target by a part of the library of its own, which is fetched with the first of them. */
async function put(core: Core, schedule: number, model: Model): Promise<Placed> {
  const { schedule: spec, target, tensors } = model
  if (target.kind === 'network') {
    const { putNetworkModel } = await import('./networkModel.ts')
    return await putNetworkModel(core, schedule, spec, target, tensors)
  }
  const { putClosedForm } = await import('./closedForm.ts')
  return putClosedForm(core, schedule, target)
}

/** About what the model takes in the core, known before it is put there. */
function modelBytes({ target, tensors }: Model): number {
  switch (target.kind) {
    case 'gaussian':
      return 8 * (target.mean.length + 2) ** 2
    case 'mixture':
      return (
        8 * target.means.length * (target.means[0].length + 2) ** (target.covariances === undefined ? 1 : 2)
      )
    case 'empirical':
      return 4 * target.points.length * target.points[0].length
    case 'network':
      return [...tensors.values()].reduce((sum, { data }) => sum + 4 * data.length, 0)
  }
}

function expectWithin(limit: number, bytes: number): void {
  if (bytes <= limit) return
  throw new GaussflowError(
    'over_limit',
    `the model must fit in the memory limit of ${limit} bytes, and takes ${bytes}`
  )
}
