import { coefficientsAt, type Engine } from './engine.ts'
import { logDensity } from './evaluate.ts'
import type { LogProbOptions, LogProbResult, SolveReport, TransportResult } from './flow.ts'
import { meanOfProbes, type Tracing } from './probes.ts'
import { refuse, refuseGiven } from './request.ts'
import { expectGoing } from './slices.ts'
import { ALONG_THE_FLOW } from '../schema/request.ts'
import type { RowStatus } from '../types.ts'
import { defined } from './defined.ts'

/**
 * The formula where there is one, unless a field says how to go along the flow.
 *
 * @throws GaussflowError `invalid_argument` for a formula that there is not, and for such fields beside it
 */
export function methodOf(request: LogProbOptions, closedForm: boolean): LogProbResult['method'] {
  const given = ALONG_THE_FLOW.find((name) => request[name] !== undefined)
  const { method = closedForm && given === undefined ? 'exact' : 'ode' } = request
  if (method === 'ode') return method
  if (!closedForm) refuse('method', 'be "ode" for a network, whose density has no formula')
  if (given !== undefined)
    refuseGiven({ [given]: request[given] }, 'with the method exact, which is a formula', 'choose ode')
  return method
}

/** The fields of a request for a log-density, with the solver that stands in where it says neither one nor its steps. */
export function alongTheFlow<T extends LogProbOptions>(request: T): T {
  const { solver, steps, times } = request
  return (solver ?? steps ?? times) ? request : { ...request, solver: 'dopri5' }
}

/** log p_0 of the source at latents, f64 (count): the closed form's own law, or N(0, a(0)^2 I) for a network. */
export function sourceLogDensity(engine: Engine, z: Float32Array, count: number): Float64Array {
  if (engine.closedForm) return logDensity(engine, z, count, 0)
  const { core, dim } = engine
  const variance = coefficientsAt(engine, 0).a ** 2
  const norm = (dim / 2) * core.log64(2 * Math.PI * variance)
  return Float64Array.from({ length: count }, (_, i) => {
    let square = 0
    for (let j = i * dim; j < (i + 1) * dim; j++) square += z[j] * z[j]
    return -square / (2 * variance) - norm
  })
}

/** What the formula gives, or at time 0 the source's own. */
export function exactReport(
  engine: Engine,
  states: Float32Array,
  count: number,
  time: number,
  logScale: number,
  { onProgress, signal }: Pick<LogProbOptions, 'onProgress' | 'signal'>
): Omit<LogProbResult, 'method'> {
  expectGoing(signal)
  const density =
    time === 0 ? sourceLogDensity(engine, states, count) : logDensity(engine, states, count, time)
  onProgress?.(count, count)
  return { logProb: density.map((value) => value - logScale), nfe: 0, ...engine.mark }
}

/**
 * log p_to(x_to) = log p_from(x_from) - integral of div v along the way, in the units of the data:
 *
 *     log p(data) = log p(state) - sum_j log scale_j.
 *
 * @param integrals of the trace from the source to the data, for each row and probe
 * @param status of the rows: only one that arrived has a density
 */
export function logProbOf(
  source: Float64Array,
  integrals: Float64Array,
  { k }: Tracing,
  logScale: number,
  status: readonly RowStatus[]
): { logProb: Float64Array; standardError: Float64Array | undefined } {
  const { mean, standardError } = meanOfProbes(integrals, source.length, k)
  const logProb = source.map((value, i) => (status[i] === 'ok' ? value - mean[i] - logScale : NaN))
  return { logProb, standardError }
}

/** What is told of rows that went back to the source: their densities there, and what these changed by along the way. */
export function densityReport(
  engine: Engine,
  { data, count, dim: _, ...report }: TransportResult,
  integrals: Float64Array,
  tracing: Tracing,
  logScale: number
): Omit<LogProbResult, 'method'> & SolveReport {
  const source = sourceLogDensity(engine, data, count)
  // The way was gone backwards: its integral has the other sign.
  const along = integrals.map((value) => -value)
  return { ...report, ...defined(logProbOf(source, along, tracing, logScale, report.status)) }
}
