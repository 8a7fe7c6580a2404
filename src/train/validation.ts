import { opener } from '../flow/open.ts'
import { formatSafetensors } from '../io/safetensors.ts'
import { energyDistance } from '../metric/energy.ts'
import { slicedWasserstein } from '../metric/sliced.ts'
import type { Told } from '../network/condition.ts'
import { nodePlatform } from '../platform/node.ts'
import type { Condition } from '../schema/architecture.ts'
import type { Tensors } from '../types.ts'
import { rows, type Examples } from './batches.ts'
import { toData, type Preprocessing } from './data.ts'
import { networkFlow } from './model.ts'
import type { Drawing } from './progress.ts'
import type { TrainingSettings } from './settings.ts'

const MOST = 256 // samples drawn, and rows that they are compared with
const SOLVING = { solver: 'heun', steps: 25 } as const

/**
 * Draws from a network with the core, as whoever is served by it does, and compares with the held-out rows; the i-th sample is
 * told what the i-th row is told.
 */
export async function drawSamples(
  tensors: Tensors,
  settings: TrainingSettings,
  step: number,
  judge: Examples,
  heldOut: boolean,
  preprocessing: Preprocessing | undefined
): Promise<Drawing> {
  const files = { 'weights.safetensors': formatSafetensors(tensors) }
  const manifest = { format: 1, name: 'draft', description: '', licence: '' }
  const data = { kind: 'vector' }
  using flow = await opener(nodePlatform)({
    manifest: { ...manifest, flow: networkFlow(settings), data },
    files
  })
  const telling = tellingOf(settings.architecture.condition, judge.told)
  const { status, ...drawn } = flow.sample({ count: MOST, ...SOLVING, ...telling })
  const points = toData(drawn, preprocessing)
  const arrived = [...status.keys()].filter((i) => status[i] === 'ok')
  if (!heldOut || judge.states.count < 2 || arrived.length < 2) return { step, points }
  const samples = rows(drawn, arrived)
  const wanted = Math.min(MOST, judge.states.count)
  const some = rows(
    judge.states,
    Array.from({ length: wanted }, (_, i) => i)
  )
  const validation = {
    step,
    energyDistance: energyDistance(samples, some),
    slicedWasserstein: slicedWasserstein(samples, some).distance
  }
  return { step, points, validation }
}

/** The conditions of the rows, over and over, as a request has them; rows that are told nothing are left out. */
function tellingOf(condition: Condition | undefined, told: readonly Told[]): object {
  const given = told.filter((one) => one !== undefined)
  if (condition === undefined || given.length === 0) return {}
  const each = Array.from({ length: MOST }, (_, i) => given[i % given.length])
  return condition.kind === 'label'
    ? { label: each }
    : { condition: each.map((one) => Array.from(one as ArrayLike<number>)) }
}
