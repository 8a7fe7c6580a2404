import type { Engine } from './engine.ts'
import type { Plan } from './flow.ts'
import { memoryWith, stateBytes } from './memory.ts'
import { evaluationsOf } from './solving.ts'
import { derivativesOf, type Run } from './run.ts'
import { transportBytes } from './transport.ts'

/** What a transport of `count` rows will take: nothing is taken yet. */
export function planOf(engine: Engine, count: number, run: Run, error: boolean): Plan {
  const { cost, dim } = engine
  const nfe = evaluationsOf(run.solving, error)
  // A derivative is about as dear as the velocity.
  const operations =
    nfe *
    (engine.telling?.branches ?? 1) *
    (cost.perRow * count * (1 + derivativesOf(run, dim)) + cost.shared)
  const arena = Math.max(transportBytes(engine, count, run), stateBytes(engine, count))
  return { nfe, operations, bytes: memoryWith(engine, arena) }
}
