import { flatPair, type Solver } from '../solver/index.ts'
import { ROW_STATUS, type RowStatus } from '../types.ts'
import { expectAddress, putF32, putF64, reserve, scoped, takeF32, takeF64, takeI32 } from '../wasm/core.ts'
import type { Engine } from './engine.ts'
import { aligned, expectMemory, stateBytes, type RowsField } from './memory.ts'
import { drawProbes, type Tracing } from './probes.ts'
import { inSlices, type Watch } from './slices.ts'
import type { OnGrid, Solving } from './solving.ts'

/** One integration of all rows, over the first to the last of `times`. */
export interface Transport extends Watch {
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

/** Where the rows came to, shape (count, dim), and what it took. */
export interface Arrival {
  readonly data: Float32Array<ArrayBuffer>
  /** Evaluations of the velocity, the most of any row. */
  readonly nfe: number
  readonly steps: number
  readonly status: readonly RowStatus[]
  /** The time that each row has come to. */
  readonly reached: Float64Array
  /** Steps that were refused, for each row of an adaptive solver. */
  readonly rejected: readonly number[] | undefined
  /** The integral of the trace along the way, for each row and probe. */
  readonly integrals: Float64Array
}

const NONE = new Float64Array() // one for all: even an empty array is dear where it is made anew for each call

/**
 * Carries `count` rows along dx/dt = v(t, x) inside the core; the whole way is one call where nobody watches. Slices
 * change no bits.
 *
 * @throws GaussflowError `over_limit` before any memory is taken, naming the largest count that fits; `aborted`.
 */
export function transport(engine: Engine, states: Float32Array, count: number, run: Transport): Arrival {
  expectTransport(engine, count, run)
  const { solving } = run
  if (solving.kind === 'grid' && solving.solver.core.together)
    return together(engine, states, count, run, solving)
  return rowByRow(engine, states, count, run)
}

/** Refuses a transport that would not fit, before anything is made for it. */
export function expectTransport(engine: Engine, count: number, run: Transport): void {
  expectMemory(engine, run.field, count, (rows) => transportBytes(engine, rows, run))
}

function together(
  engine: Engine,
  states: Float32Array,
  count: number,
  run: Transport,
  { solver, maxNfe }: OnGrid
): Arrival {
  const { core, dim } = engine
  const wanted = run.times.length - 1
  const steps = Math.min(wanted, Math.floor(maxNfe / solver.evaluations))
  const { channels } = tracesOf(run)
  return scoped(core, () => {
    const { x, trajectory } = putTrajectory(engine, states, count, run, solver)
    inSlices(steps, run, (units) => core.advance(trajectory, units))
    const data = takeF32(core, x, count * dim)
    return {
      data,
      nfe: steps * solver.evaluations,
      steps,
      status: rowStatus(data, count, dim, steps < wanted ? 'nfe_limit' : 'ok'),
      reached: new Float64Array(count).fill(run.times[steps]),
      rejected: undefined,
      integrals: channels === 0 ? NONE : takeF64(core, core.integralsOf(trajectory), count * channels)
    }
  })
}

/** Puts all that an integration on a grid needs into the arena: the states, which it advances in place, and its record. */
function putTrajectory(
  engine: Engine,
  states: Float32Array,
  count: number,
  run: Transport,
  { core: { method, slopes } }: Solver
): { x: number; trajectory: number } {
  const { core, velocity } = engine
  const x = putF32(core, states)
  const times = putF64(core, run.times)
  const steps = run.times.length - 1
  const parameters = putF64(core, parametersOf(run))
  const probes = putProbes(engine, run, count)
  const { k } = tracesOf(run)
  const scratch = reserve(core, core.scratchBytes(velocity, count, k))
  const trajectory = core.newTrajectory(
    velocity,
    x,
    count,
    times,
    steps,
    method,
    slopes,
    parameters,
    probes,
    k,
    scratch
  )
  return { x, trajectory: expectAddress(trajectory) }
}

const UNITS = 1024 // evaluations that make a unit of progress where every row goes its own way

function rowByRow(engine: Engine, states: Float32Array, count: number, run: Transport): Arrival {
  const { core, velocity, dim } = engine
  const { k, channels } = tracesOf(run)
  const { method, slopes } = rowMethod(run.solving)
  return scoped(core, () => {
    const x = putF32(core, states)
    const ends = putF64(core, [run.times[0], run.times[run.times.length - 1]])
    const parameters = putF64(core, parametersOf(run))
    const probes = putProbes(engine, run, count)
    const [steps, evaluations] = limitsOf(run.solving)
    const rows = expectAddress(
      core.newRows(velocity, x, count, ends, 1, x, method, slopes, parameters, probes, k, steps, evaluations)
    )
    inSlices(count, run, (units) => core.advanceRows(rows, units >= count ? 2 ** 31 - 1 : units * UNITS))
    const data = takeF32(core, x, count * dim)
    const reports = takeI32(core, core.reportsOf(rows), 4 * count)
    const column = (i: number) => Array.from({ length: count }, (_, row) => reports[4 * row + i])
    const finite = rowStatus(data, count, dim)
    return {
      data,
      nfe: column(1).reduce((most, n) => Math.max(most, n), 0),
      steps: column(2).reduce((most, n) => Math.max(most, n), 0),
      status: column(0).map((status, row) => (status === 0 ? finite[row] : ROW_STATUS[status])),
      reached: takeF64(core, core.placesOf(rows), count),
      rejected: run.solving.kind === 'adaptive' ? column(3) : undefined,
      integrals: channels === 0 ? NONE : takeF64(core, core.rowIntegralsOf(rows), count * channels)
    }
  })
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

/** What the core's method wants to know. */
export function parametersOf({ solving, times, noise }: Transport): ArrayLike<number> {
  const { tableau, core } = solving.solver
  if (solving.kind === 'adaptive') return flatPair(tableau!, tableau!.embedded!, solving.rtol, solving.atol)
  if (!core.together) return times
  if (noise === undefined) return core.parameters
  return [noise.epsilon, noise.seed >>> 0, Math.floor(noise.seed / 2 ** 32), noise.first]
}

/** The core's word for what is traced, and how many numbers that is for each row. */
export function tracesOf({ tracing }: Transport): { k: number; channels: number } {
  return tracing === undefined ? { k: -1, channels: 0 } : { k: tracing.k, channels: Math.max(tracing.k, 1) }
}

function putProbes({ core, dim }: Engine, { tracing }: Transport, count: number): number {
  return tracing === undefined || tracing.k === 0 ? 0 : putF32(core, drawProbes(core, tracing, count, dim))
}

/** Bytes of the arena that a transport takes. */
export function transportBytes(engine: Engine, count: number, run: Transport): number {
  const { core, velocity } = engine
  const { solving, times } = run
  const { k } = tracesOf(run)
  const { slopes, together } = solving.solver.core
  const shared =
    stateBytes(engine, count) +
    aligned(8 * parametersOf(run).length) +
    aligned(4 * count * Math.max(k, 0) * engine.dim)
  // While probes are drawn, one more array of normals stands above them.
  if (solving.kind === 'grid' && together)
    return (
      shared +
      aligned(8 * times.length) +
      Math.max(
        aligned(core.scratchBytes(velocity, count, k)) +
          aligned(core.trajectoryBytes(velocity, count, slopes, k)),
        drawing(engine, count, k)
      )
    )
  const rows = aligned(core.rowsBytes(velocity, count, 1, rowMethod(solving).slopes, k))
  return shared + 16 + Math.max(rows, drawing(engine, count, k))
}

function drawing(engine: Engine, count: number, k: number): number {
  return k > 0 ? stateBytes(engine, count) : 0
}

/** Rows that left the finite numbers are `diverged`, the others what is said of them. */
export function rowStatus(
  data: Float32Array,
  count: number,
  dim: number,
  finite: RowStatus = 'ok'
): RowStatus[] {
  // A loop: a call to a small model is over in a few microseconds, of which closures for its rows would take their part.
  const status = new Array<RowStatus>(count).fill(finite)
  for (let j = 0; j < count * dim; j++)
    if (!Number.isFinite(data[j])) status[Math.floor(j / dim)] = 'diverged'
  return status
}
