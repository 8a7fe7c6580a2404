import { flatPair } from '../solver/index.ts'
import type { RowsField } from './memory.ts'
import type { Tracing } from './probes.ts'
import type { Watch } from './slices.ts'
import type { Solving } from './solving.ts'

/** What is to be integrated: all rows, over the first to the last of `times`. */
export interface Run extends Watch {
  /** The field of the request that says how many rows there are. */
  readonly field: RowsField
  readonly solving: Solving
  readonly times: Float64Array
  /** Whether the trace of the velocity's derivative is integrated along the way, and how. */
  readonly tracing: Tracing | undefined
  /** What the stochastic solver draws its noise from. */
  readonly noise: Noise | undefined
}

export interface Noise {
  readonly epsilon: number
  readonly seed: number
  readonly first: number
}

const NO_LIMIT = 2 ** 31 - 1

/** The most steps and the most evaluations of a row that goes its own way. */
export function limitsOf(solving: Solving): readonly [steps: number, evaluations: number] {
  return [solving.kind === 'adaptive' ? solving.maxSteps : NO_LIMIT, Math.min(solving.maxNfe, NO_LIMIT)]
}

/** The core's method and its slopes where every row goes its own way. */
export function rowMethod(solving: Solving): { method: number; slopes: number } {
  if (solving.kind === 'adaptive') return { method: 0, slopes: solving.solver.evaluations }
  return { method: solving.solver.core.method, slopes: solving.solver.core.slopes }
}

/** Whether all rows take each step together, on one grid. */
export function isTogether({ solving }: Run): boolean {
  return solving.kind === 'grid' && solving.solver.core.together
}

/** What the core's method wants to know. */
export function parametersOf({ solving, times, noise }: Run): ArrayLike<number> {
  const { tableau, core } = solving.solver
  if (solving.kind === 'adaptive') return flatPair(tableau!, tableau!.embedded!, solving.rtol, solving.atol)
  if (!core.together) return times
  if (noise === undefined) return core.parameters
  return [noise.epsilon, noise.seed >>> 0, Math.floor(noise.seed / 2 ** 32), noise.first]
}

/** The core's word for what is traced, and how many numbers that is for each row. */
export function tracesOf({ tracing }: Run): { k: number; channels: number } {
  return tracing === undefined ? { k: -1, channels: 0 } : { k: tracing.k, channels: Math.max(tracing.k, 1) }
}

/** Derivatives that an evaluation takes for the trace: the exact one is as many as there are coordinates. */
export function derivativesOf(run: Run, dim: number): number {
  const { k, channels } = tracesOf(run)
  return channels === 0 ? 0 : k === 0 ? dim : k
}

/** The same for the rows from `first` on, whose random numbers are those of their place in the whole. */
export function fromRow(run: Run, first: number): Run {
  const { noise, tracing } = run
  return {
    ...run,
    noise: noise && { ...noise, first: noise.first + first },
    tracing: tracing && { ...tracing, first: tracing.first + first }
  }
}
