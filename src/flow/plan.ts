import type { Cost } from './cost.ts'
import type { Engine } from './engine.ts'
import type { Plan } from './flow.ts'
import { memoryWith, stateBytes } from './memory.ts'
import { evaluationsOf } from './solving.ts'
import { tracesOf, transportBytes, type Transport } from './transport.ts'

/** What a transport of `count` rows will take: nothing is taken yet. */
export function planOf(engine: Engine, cost: Cost, count: number, run: Transport, error: boolean): Plan {
  const nfe = evaluationsOf(run.solving, error)
  const { channels, k } = tracesOf(run)
  // The exact divergence is as many derivatives as there are coordinates, each about as dear as the velocity.
  const derivatives = channels === 0 ? 0 : k === 0 ? engine.dim : k
  const operations = nfe * (cost.perRow * count * (1 + derivatives) + cost.shared)
  const arena = Math.max(transportBytes(engine, count, run), stateBytes(engine, count))
  return { nfe, operations, bytes: memoryWith(engine, arena) }
}
