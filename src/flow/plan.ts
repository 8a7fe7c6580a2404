import { branchesOf } from '../network/condition.ts'
import type { Engine } from './engine.ts'
import type { Plan } from './flow.ts'
import { memoryWith, stateBytes } from './memory.ts'
import { evaluationCost } from './parts.ts'
import { evaluationsOf } from './solving.ts'
import type { Run } from './run.ts'
import { transportBytes } from './transport.ts'
import { runsOf } from './way.ts'

/** What a transport of `count` rows will take: nothing is taken yet. */
export function planOf(engine: Engine, count: number, run: Run, error: boolean): Plan {
  const { cost, telling } = engine
  const nfe = evaluationsOf(run.solving, error)
  const operations = nfe * (evaluationCost(engine, run) * count + branchesOf(telling?.guidance) * cost.shared)
  const runs = runsOf(run, error).map((one) => transportBytes(engine, count, one))
  return { nfe, operations, bytes: memoryWith(engine, Math.max(...runs, stateBytes(engine, count))) }
}
