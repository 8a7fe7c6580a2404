import { branchesOf } from '../network/condition.ts'
import type { Engine } from './engine.ts'
import { derivativesOf, type Run } from './run.ts'

const PART = 1e8 // operations: a few milliseconds, and a few times as long on a slow machine
const TILE = 12 // rows that the register tiles of every core divide
const NUMBERS = 2 ** 17 // of states that are drawn, copied or looked at in as long
const EVALUATIONS = 1024 // more would not be more even
const ALONE = 8 // times as long as among others a row takes alone, which reads all weights for itself

/** Some rows of a batch: where they begin and how many they are. */
export interface Span {
  readonly first: number
  readonly rows: number
}

/** The spans of `count` rows, `most` at a time. */
export function spansOf(count: number, most: number): Span[] {
  return Array.from({ length: Math.ceil(count / most) }, (_, i) => ({
    first: i * most,
    rows: Math.min(most, count - i * most)
  }))
}

/** How many rows may take a step before somebody may want to know whether to go on. */
export function rowsOfPart(engine: Engine, run: Run): number {
  const step = evaluationCost(engine, run) * run.solving.solver.evaluations
  const rows = Math.min(Math.floor(PART / step), rowsOfCopy(engine))
  return rows < TILE ? Math.max(1, rows) : rows - (rows % TILE)
}

/** The same of rows that are only drawn, copied or looked at. */
export function rowsOfCopy({ dim }: Engine): number {
  return Math.max(1, Math.floor(NUMBERS / dim))
}

/** The same of evaluations for one row each. */
export function evaluationsOfPart(engine: Engine, run: Run): number {
  return Math.max(1, Math.min(EVALUATIONS, Math.floor(PART / ALONE / evaluationCost(engine, run))))
}

/** What an evaluation takes for a row; a derivative is about as dear as the velocity. */
export function evaluationCost({ cost, dim, telling }: Engine, run: Run): number {
  return cost.perRow * branchesOf(telling?.guidance) * (1 + derivativesOf(run, dim))
}
