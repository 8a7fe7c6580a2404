import { energyDistance } from '../metric/energy.ts'
import { slicedWasserstein } from '../metric/sliced.ts'
import type { Tensors } from '../types.ts'
import { rows, type Examples } from './batches.ts'
import { toData, type Preprocessing } from './data.ts'
import { trainedFlow } from './model.ts'
import { openNetwork, tellingOf } from './openNetwork.ts'
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
  using flow = await openNetwork(trainedFlow({ settings }), tensors)
  const given = judge.told.filter((one) => one !== undefined)
  const each = Array.from({ length: given.length > 0 ? MOST : 0 }, (_, i) => given[i % given.length])
  const { status, ...drawn } = flow.sample({ count: MOST, ...SOLVING, ...tellingOf(each) })
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
