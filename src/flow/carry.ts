import { GaussflowError } from '../error.ts'
import { coefficientsAt, type Engine } from './engine.ts'
import type { TransportOptions, TransportResult } from './flow.ts'
import type { RowsField } from './memory.ts'
import type { Tracing } from './probes.ts'
import type { SolverName } from '../schema/request.ts'
import { solvers } from '../solver/index.ts'
import { timesOf, type Solving } from './solving.ts'
import type { Noise, Run } from './run.ts'
import { rowStatus } from './transport.ts'
import { travel, type Journey, type Leg } from './way.ts'

/** What to carry, from where to where. */
export interface Carry {
  readonly field: RowsField
  readonly solving: Solving
  readonly from: number
  readonly to: number
  readonly options: Pick<TransportOptions, 'onProgress' | 'signal'>
  readonly tracing?: Tracing | undefined
  readonly noise?: Noise
}

/** The transport of a carry, with its times. @throws GaussflowError `invalid_argument` for a solver that cannot do it. */
export function transportOf(engine: Engine, carry: Carry): Run {
  const { field, solving, from, to, options, tracing, noise } = carry
  const { name, followsVelocity } = solving.solver
  if (from === to) refuse('to', `another time than \`from\`, got ${to} for both`)
  if (name === 'stochastic' && noise === undefined)
    refuse('solver', 'another than stochastic here: its paths are random and go from noise to data alone')
  if (!engine.finiteAtEnd && (from === 1 || (to === 1 && solving.solver.evaluatesEnd))) refuseEnd(from, name)
  if (tracing !== undefined && !followsVelocity)
    refuse(
      'solver',
      `one that follows the velocity where a log-density is wanted, which ${name} does not; choose heun or dopri5`
    )
  const snr = (t: number): number => {
    const { a, b } = coefficientsAt(engine, t)
    return b / a
  }
  const times =
    solving.kind === 'adaptive' ? Float64Array.of(from, to) : timesOf(solving, engine.core, snr, from, to)
  return { field, solving, times, tracing, noise, onProgress: options.onProgress, signal: options.signal }
}

/** Refuses what belongs to random paths of other solvers, and to others of random ones. */
export function expectRandom({ solving }: Run, epsilon: number | undefined, error: boolean): void {
  const { name } = solving.solver
  if (epsilon !== undefined && name !== 'stochastic')
    refuse('epsilon', `left out with the solver ${name}; it belongs to stochastic`)
  if (error && name === 'stochastic')
    refuse('error', 'left out with the solver stochastic, whose paths are random')
}

/** What the caller is told, and the integrals of the trace along the way. */
interface Carried {
  readonly result: TransportResult
  readonly integrals: Float64Array
}

/** Goes a way of one leg. */
export function carried(leg: Leg, states: Float32Array, error: boolean): Carried {
  const journey = travel([leg], (carrier) => carrier(0, states), error)
  return { result: resultOf(leg, journey), integrals: journey.integrals }
}

/** What the caller is told of the rows that came to the end of a leg. */
export function resultOf({ engine: { dim, mark }, count, run }: Leg, journey: Journey): TransportResult {
  const { data, nfe, steps, reached, rejected, error, status } = journey
  // What is finite as a state may not be in the units of the data.
  const finite = rowStatus(data, count, dim)
  return {
    count,
    dim,
    data,
    nfe,
    steps,
    reached,
    ...(rejected && { rejected }),
    ...(error && { error }),
    solver: run.solving.solver.name,
    ...mark,
    status: status.map((row, i) => (row === 'ok' ? finite[i] : row))
  }
}

/** A data set without bandwidth has no velocity at time 1. */
function refuseEnd(from: number, solver: SolverName): never {
  const short = solvers.filter(({ evaluatesEnd }) => !evaluatesEnd).map(({ name }) => name)
  const why =
    from === 1
      ? 'above 0 for a way that starts at time 1, got 0; give it a bandwidth'
      : `above 0 for the solver ${solver}, which evaluates the velocity at time 1, got 0; give it a bandwidth or choose one of ${short.join(', ')}`
  refuse('target.bandwidth', why)
}

function refuse(path: string, requirement: string): never {
  throw new GaussflowError('invalid_argument', `\`${path}\` must be ${requirement}`, { path })
}
