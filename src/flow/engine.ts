import { GaussflowError } from '../error.ts'
import type { Telling } from '../network/condition.ts'
import { dimOf, prepare } from '../network/forward.ts'
import { networkVelocity } from '../network/velocity.ts'
import type { CompiledCore, Kernel } from '../platform/platform.ts'
import type { Coefficients } from '../schedule/index.ts'
import { putSchedule } from '../schedule/put.ts'
import type { Condition } from '../schema/architecture.ts'
import type { ScheduleSpec } from '../schema/schedule.ts'
import { empiricalVelocity } from '../target/empirical.ts'
import { mixtureOf, mixtureVelocity, type Mixture } from '../target/mixture.ts'
import { newCore, reserve, scoped, takeF64, type Core } from '../wasm/core.ts'
import { costOf, type Cost } from './cost.ts'
import type { KernelMark } from './flow.ts'
import type { Model } from './source.ts'

/** A velocity in a core of its own: the model lies below, each call takes the memory above and gives it back. */
export interface Engine {
  readonly core: Core
  readonly velocity: number
  /** The schedule's record in the core. */
  readonly schedule: number
  readonly dim: number
  /** What an evaluation takes. */
  readonly cost: Cost
  /** What a network is told, where it is told something. */
  readonly condition: Condition | undefined
  /** What it is told now, in the engine of a request. */
  readonly telling?: Telling
  /** Whether the target's law has a formula: it has for all targets but networks. */
  readonly closedForm: boolean
  /** Whether the velocity is finite up to time 1: it is not where the law there has no density. */
  readonly finiteAtEnd: boolean
  /** The target with its eigenvalues, where it is a mixture of Gaussians: they take long to find. */
  readonly mixture: Mixture | undefined
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
  if (model.target.kind === 'network') await prepare(model.target.architecture)
  const core = await newCore(module)
  const schedule = putSchedule(core, model.schedule)
  const mixture = mixtureOf(model.target)
  const { velocity, dim } = putVelocity(core, schedule, model, mixture)
  // What packing the weights took beside them shows only now.
  expectWithin(memoryLimit, core.memory.buffer.byteLength)
  if (velocity === 0)
    throw new GaussflowError('over_limit', 'the model must fit in the memory of the core, and does not')
  return {
    core,
    velocity,
    schedule,
    dim,
    cost: costOf(model.flowFile),
    condition: model.target.kind === 'network' ? model.target.architecture.condition : undefined,
    closedForm: model.target.kind !== 'network',
    mixture,
    finiteAtEnd: model.target.kind !== 'empirical' || model.target.bandwidth > 0,
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

function putVelocity(
  core: Core,
  schedule: number,
  { schedule: spec, target, tensors }: Model,
  mixture: Mixture | undefined
): { velocity: number; dim: number } {
  if (mixture !== undefined) return { velocity: mixtureVelocity(core, schedule, mixture), dim: mixture.dim }
  switch (target.kind) {
    case 'empirical':
      return { velocity: empiricalVelocity(core, schedule, target), dim: target.points[0].length }
    case 'network':
      return {
        velocity: networkVelocity(core, schedule, target, tensors, otherThan(spec, target.trainedSchedule)),
        dim: dimOf(target.architecture)
      }
    default:
      throw new TypeError('the other targets are mixtures')
  }
}

/** The schedule that a network was trained on, where it is not the flow's. */
function otherThan(flow: ScheduleSpec, trained: ScheduleSpec | undefined): ScheduleSpec | undefined {
  return JSON.stringify(flow) === JSON.stringify(trained) ? undefined : trained
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
