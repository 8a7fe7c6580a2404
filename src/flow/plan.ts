import type { Cost } from './cost.ts'
import type { Engine } from './engine.ts'
import type { Plan } from './flow.ts'
import { memoryWith, stateBytes } from './memory.ts'
import { coarser } from './solving.ts'
import { tracesOf, transportBytes, type Transport } from './transport.ts'

/** What a transport of `count` rows will take: nothing is taken yet. */
export function planOf(engine: Engine, cost: Cost, count: number, run: Transport, error: boolean): Plan {
  const other = error ? { ...run, ...coarser(run.solving, run.times) } : undefined
  const nfe = evaluations(run) + (other === undefined ? 0 : evaluations(other))
  const { channels, k } = tracesOf(run)
  // The exact divergence is as many derivatives as there are coordinates, each about as dear as the velocity.
  const derivatives = channels === 0 ? 0 : k === 0 ? engine.dim : k
  const operations = nfe * (cost.perRow * count * (1 + derivatives) + cost.shared)
  const arena = Math.max(transportBytes(engine, count, run), stateBytes(engine, count))
  return { nfe, operations, bytes: memoryWith(engine, arena) }
}

function evaluations({ solving, times }: Transport): number {
  if (solving.kind === 'grid') return (times.length - 1) * solving.solver.evaluations
  return 2 + solving.maxSteps * (solving.solver.evaluations - 1)
}
