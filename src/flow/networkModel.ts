import { parseSafetensors } from '../io/safetensors.ts'
import { dimOf, prepare } from '../network/forward.ts'
import { networkVelocity } from '../network/velocity.ts'
import { putSchedule } from '../schedule/put.ts'
import type { NetworkTarget } from '../schema/flowFile.ts'
import type { ScheduleSpec } from '../schema/schedule.ts'
import type { Tensors } from '../types.ts'
import type { Core } from '../wasm/core.ts'
import type { Placed } from './placed.ts'
import { networkCost } from './networkCost.ts'
import { otherSchedule } from './trainedOn.ts'

/** The weights in a file, those of 8 bits with their units; what their network alone needs is loaded with them. */
export async function weightsIn(bytes: Uint8Array, target: NetworkTarget): Promise<Tensors> {
  await prepare(target.architecture)
  const tensors = parseSafetensors(bytes)
  if (target.quantization?.format !== 'int8') return tensors
  const { joinUnits } = await import('../network/int8.ts')
  return joinUnits(tensors, target)
}

/** Puts a network into the core, whose flow runs on the schedule `spec`. */
export async function putNetworkModel(
  core: Core,
  schedule: number,
  spec: ScheduleSpec,
  target: NetworkTarget,
  tensors: Tensors
): Promise<Placed> {
  const { architecture } = target
  await prepare(architecture)
  const trained = otherSchedule(spec, target.trainedSchedule)
  const own = trained === undefined ? 0 : await putSchedule(core, trained)
  return {
    velocity: networkVelocity(core, schedule, target, tensors, own),
    dim: dimOf(architecture),
    cost: networkCost(architecture),
    mixture: undefined,
    finiteAtEnd: true
  }
}
