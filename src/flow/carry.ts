import { GaussflowError } from '../error.ts'
import { coefficientsAt, type Engine } from './engine.ts'
import type { TransportOptions, TransportResult } from './flow.ts'
import type { RowsField } from './memory.ts'
import type { Tracing } from './probes.ts'
import type { SolverName } from '../schema/request.ts'
import { solvers } from '../solver/index.ts'
import { coarser, sharedOut, timesOf, type Solving } from './solving.ts'
import { rowStatus, transport, type Arrival, type Noise, type Transport } from './transport.ts'

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
export function transportOf(engine: Engine, carry: Carry): Transport {
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

/**
 * Carries the rows; with `error` also by steps twice as long, first, and estimates from the difference
 *
 *     error_i = max_j |x_ij - y_ij| / (2^p - 1)
 *
 * for a solver of order p (Richardson), in the units that `scale` takes states to.
 */
export function carry(
  engine: Engine,
  states: Float32Array,
  count: number,
  run: Transport,
  finish: (rows: Float32Array) => void,
  error: boolean
): Arrival & { readonly error: Float64Array | undefined } {
  if (!error || run.solving.solver.name === 'stochastic') {
    const arrival = transport(engine, states, count, run)
    finish(arrival.data)
    return { ...arrival, error: undefined }
  }
  const shares = sharedOut(run.solving)
  const second = coarser(shares.coarse, run.times)
  const coarse = { ...run, ...second, tracing: undefined }
  const share = coarse.times.length < run.times.length || run.solving.kind === 'adaptive' ? 1 / 3 : 2 / 3
  const other = transport(engine, states, count, { ...coarse, onProgress: part(run, 0, share) })
  const onProgress = part(run, share, 1)
  const arrival = transport(engine, states, count, { ...run, solving: shares.fine, onProgress })
  finish(other.data)
  finish(arrival.data)
  return {
    ...arrival,
    nfe: arrival.nfe + other.nfe,
    error: difference(arrival, other, count, second.ratio)
  }
}

/** What the caller is told of it. */
export function resultOf(
  { dim, mark }: Engine,
  count: number,
  { solving }: Transport,
  arrival: Arrival & { readonly error: Float64Array | undefined }
): TransportResult {
  const { data, nfe, steps, reached, rejected, error, status } = arrival
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
    solver: solving.solver.name,
    ...mark,
    status: status.map((row, i) => (row === 'ok' ? finite[i] : row))
  }
}

const ROUNDING = 2 ** -24

/** The largest difference in each row, as an error of `x`; never less than its rounding. NaN where a row did not arrive. */
function difference(
  { data: x, status }: Arrival,
  { data: y, status: other }: Arrival,
  count: number,
  ratio: number
): Float64Array {
  const dim = x.length / count
  // Steps twice as short instead: they tell the error of the longer ones.
  const factor = ratio > 1 ? 1 / (ratio - 1) : 1 / (1 - ratio)
  return Float64Array.from({ length: count }, (_, i) => {
    if (status[i] !== 'ok' || other[i] !== 'ok') return NaN
    let largest = 0
    for (let j = i * dim; j < (i + 1) * dim; j++) {
      const off = Math.max(factor * Math.abs(x[j] - y[j]), ROUNDING * Math.abs(x[j]))
      if (!(off <= largest)) largest = off // NaN too
    }
    return largest
  })
}

const PARTS = 1000

/** Progress of a part of the work, from `start` to `end` of the whole. */
function part({ onProgress }: Transport, start: number, end: number): Transport['onProgress'] {
  if (onProgress === undefined) return undefined
  return (done, total) => {
    onProgress(Math.round(PARTS * (start + ((end - start) * done) / total)), PARTS)
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
