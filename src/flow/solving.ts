import { GaussflowError } from '../error.ts'
import { gridOf, solverOf, type CoreMath, type GridName, type Solver } from '../solver/index.ts'
import type { SolvingOptions } from './flow.ts'

/** A choice of solver with all that it needs, on a grid of its own steps or by its own judgement of the error. */
export type Solving = OnGrid | Adaptive

interface Limited {
  /** The most evaluations of a row in one run. */
  readonly maxNfe: number
}

export interface OnGrid extends Limited {
  readonly kind: 'grid'
  readonly solver: Solver
  readonly steps: number
  readonly grid: GridName
  readonly times: readonly number[] | undefined
}

export interface Adaptive extends Limited {
  readonly kind: 'adaptive'
  readonly solver: Solver
  readonly rtol: number
  readonly atol: number
  readonly maxSteps: number
}

/** What is used where neither a request nor a model says otherwise. */
const DEFAULT_SOLVING = { solver: 'heun', steps: 50 } as const
const TOLERANCE = 1e-5
const MAX_STEPS = 1000

/**
 * Makes one consistent choice of the fields of a request and the defaults of a model.
 *
 * @throws GaussflowError `invalid_argument` for fields that do not go together, naming the one to leave out.
 */
export function solvingOf(
  options: SolvingOptions,
  defaults: Pick<SolvingOptions, 'solver' | 'steps'> = DEFAULT_SOLVING
): Solving {
  const { steps, grid, times, rtol, atol, maxSteps, maxNfe = Infinity } = options
  const tolerance = firstGiven({ rtol, atol, maxSteps })
  const fixed = firstGiven({ steps, grid, times })
  const name = options.solver ?? (tolerance === undefined ? (defaults.solver ?? 'heun') : 'dopri5')
  const solver = solverOf(name)
  const pair = solver.tableau?.embedded !== undefined
  if (tolerance !== undefined && !pair)
    refuse(tolerance, `the solver ${name}, which takes fixed steps; choose bosh3, dopri5 or tsit5`)
  if (tolerance !== undefined && fixed !== undefined)
    refuse(fixed, `\`${tolerance}\`, which sets the steps itself`)
  if (pair && fixed === undefined)
    return {
      kind: 'adaptive',
      solver,
      rtol: rtol ?? TOLERANCE,
      atol: atol ?? TOLERANCE,
      maxSteps: maxSteps ?? MAX_STEPS,
      maxNfe
    }
  if (times !== undefined && steps !== undefined)
    refuse('steps', '`times`, which are one more than the steps')
  if (times !== undefined && grid !== undefined) refuse('grid', '`times`, which are a grid')
  return {
    kind: 'grid',
    solver,
    steps: times === undefined ? (steps ?? defaults.steps ?? DEFAULT_SOLVING.steps) : times.length - 1,
    grid: grid ?? 'uniform',
    times,
    maxNfe
  }
}

/** Velocity evaluations of a row, the most that may happen; with `error` those of the second run too. */
export function evaluationsOf(solving: Solving, error: boolean): number {
  return Math.min(solving.maxNfe, evaluationsWanted(solving, error))
}

/** Those without a limit. */
function evaluationsWanted(solving: Solving, error: boolean): number {
  const { evaluations, name, core } = solving.solver
  const runs = error && name !== 'stochastic' ? 2 : 1
  // The last slope of a pair is the next step's first; the first step is found by two of its own. Either run may try them all.
  if (solving.kind === 'adaptive') return runs * (solving.maxSteps * (evaluations - 1) + 2)
  const { steps } = solving
  const second = runs === 1 ? 0 : coarserSteps(steps) * comparisonOf(solving.solver).evaluations
  // An implicit method asks once before its first step.
  return steps * evaluations + second + (core.together ? 0 : runs)
}

/**
 * The same choice for the run that finds a result and, with `error`, for the other one that finds its error, on one of so many
 * legs of a way: the evaluations that a row may have are shared out evenly over the legs, and between the runs as they need them.
 */
export function sharedOut(
  solving: Solving,
  legs: number,
  error: boolean
): { readonly fine: Solving; readonly coarse: Solving } {
  const maxNfe = legs === 1 ? solving.maxNfe : Math.floor(solving.maxNfe / legs)
  const known = solving.solver.core.together && solving.kind === 'grid'
  const enough = known && evaluationsWanted(solving, error) <= maxNfe
  if (!error || enough || maxNfe === Infinity)
    return { fine: { ...solving, maxNfe }, coarse: { ...solving, maxNfe } }
  const second = Math.floor(maxNfe * shareOfSecond(solving))
  return { fine: { ...solving, maxNfe: maxNfe - second }, coarse: { ...solving, maxNfe: second } }
}

function firstGiven(fields: Readonly<Record<string, unknown>>): string | undefined {
  return Object.keys(fields).find((name) => fields[name] !== undefined)
}

function refuse(field: string, other: string): never {
  throw new GaussflowError('invalid_argument', `\`${field}\` must be left out with ${other}`, { path: field })
}

/**
 * The times of a choice on a grid between two times.
 *
 * @throws GaussflowError `invalid_argument` for times of the request that do not lead strictly from the one to the other.
 */
export function timesOf(
  { steps, grid, times }: OnGrid,
  math: CoreMath,
  snr: (t: number) => number,
  from: number,
  to: number
): Float64Array {
  if (times === undefined) return gridOf(math, { grid, from, to, steps, snr })
  const direction = Math.sign(to - from)
  if (times[0] !== from) refuseTime(0, `be ${from}, where the way starts`, times[0])
  for (let i = 1; i < times.length; i++) {
    if (!(direction * (times[i] - times[i - 1]) > 0))
      refuseTime(i, `be ${direction > 0 ? 'after' : 'before'} ${times[i - 1]}, the time before it`, times[i])
  }
  if (times[steps] !== to) refuseTime(steps, `be ${to}, where the way ends`, times[steps])
  return Float64Array.from(times)
}

function refuseTime(i: number, requirement: string, got: number): never {
  const path = `times[${i}]`
  throw new GaussflowError('invalid_argument', `\`${path}\` must ${requirement}, got ${got}`, { path })
}

/** Steps about twice as long as so many; of one step two halves. */
function coarserSteps(steps: number): number {
  return steps === 1 ? 2 : Math.ceil(steps / 2)
}

const TIGHTER = 10
const TWICE = 1.5 // the ratio by which twice the difference is the error: another method may be off as far as this one

/** How much of all evaluations the other run makes, about: it has half the steps, or where those would tell nothing twice as many. */
export function shareOfSecond(solving: Solving): number {
  if (solving.kind === 'adaptive' || solving.steps === 1) return 2 / 3
  return solving.solver.comparedWith === undefined ? 1 / 3 : 1 / 2
}

/** The method of the other run. */
function comparisonOf(solver: Solver): Solver {
  return solver.comparedWith === undefined ? solver : solverOf(solver.comparedWith)
}

/**
 * The same choice by other steps, to see the error of the choice itself by: about twice as long, or half as long where there is
 * one alone. The times are where the coarser steps fall among the finer, which keeps the grid's shape. An adaptive solver has a
 * tenth of its tolerance: with a larger one its steps may be the same, and their difference tells nothing. Some are compared with
 * another method, and twice the difference is the error. `ratio` is that of the errors of the other steps and of these.
 */
export function compared(
  solving: Solving,
  times: Float64Array
): { solving: Solving; times: Float64Array; ratio: number } {
  const { errorOrder } = solving.solver
  if (solving.kind === 'adaptive') {
    const factor = 1 / TIGHTER
    const { rtol, atol } = solving
    return { solving: { ...solving, rtol: factor * rtol, atol: factor * atol }, times, ratio: factor }
  }
  const last = times.length - 1
  const steps = coarserSteps(last)
  const spread = Float64Array.from({ length: steps + 1 }, (_, i) => {
    const place = (i * last) / steps
    const below = Math.floor(place)
    return place === below ? times[below] : times[below] + (place - below) * (times[below + 1] - times[below])
  })
  const solver = comparisonOf(solving.solver)
  const ratio = solver === solving.solver ? (last / steps) ** errorOrder : TWICE
  return { solving: { ...solving, solver, steps }, times: spread, ratio }
}
