import { parseSafetensors } from '../io/safetensors.ts'
import { dimOf } from '../network/forward.ts'
import { networkVelocity } from '../network/velocity.ts'
import { putSchedule } from '../schedule/put.ts'
import type { NetworkTarget } from '../schema/flowFile.ts'
import type { ScheduleSpec } from '../schema/schedule.ts'
import type { Tensors } from '../types.ts'
import type { Core } from '../wasm/core.ts'
import type { Placed } from './placed.ts'
import { networkCost } from './networkCost.ts'

/** The weights in a file. */
export const weightsIn = parseSafetensors

/** Puts a network into the core, whose flow runs on the schedule `spec`. */
export async function putNetworkModel(
  core: Core,
  schedule: number,
  spec: ScheduleSpec,
  target: NetworkTarget,
  tensors: Tensors
): Promise<Placed> {
  const { architecture } = target
  const trained = otherThan(spec, target.trainedSchedule)
  const own = trained === undefined ? 0 : await putSchedule(core, trained)
  return {
    velocity: networkVelocity(core, schedule, target, tensors, own),
    dim: dimOf(architecture),
    cost: networkCost(architecture),
    mixture: undefined,
    finiteAtEnd: true
  }
}

/** The schedule that a network was trained on, where it is not the flow's. */
function otherThan(flow: ScheduleSpec, trained: ScheduleSpec | undefined): ScheduleSpec | undefined {
  return JSON.stringify(flow) === JSON.stringify(trained) ? undefined : trained
}
