import type { Solver } from '../solver/index.ts'
import { ROW_STATUS, type RowStatus } from '../types.ts'
import { expectAddress, putF32, putF64, reserve, scoped, takeF32, takeF64, takeI32 } from '../wasm/core.ts'
import type { Engine } from './engine.ts'
import { logDensityBytes } from './evaluate.ts'
import { aligned, expectMemory, stateBytes } from './memory.ts'
import { evaluationsOfPart, rowsOfPart, spansOf } from './parts.ts'
import { drawProbes } from './probes.ts'
import { fromRow, isTogether, limitsOf, parametersOf, rowMethod, tracesOf, type Run } from './run.ts'
import { inSlices, isWatched } from './slices.ts'
import { ofRows, putTelling, tell, tellingBytes } from './told.ts'

/** Where the rows came to, shape (count, dim), and what it took. */
export interface Arrival {
  readonly data: Float32Array<ArrayBuffer>
  /** Evaluations of the velocity, the most of any row. */
  readonly nfe: number
  /** Steps, the most of any row. */
  readonly steps: number
  /** Both of each row, where rows go their own way; else all took the same. */
  readonly own: { readonly nfe: readonly number[]; readonly steps: readonly number[] } | undefined
  readonly status: readonly RowStatus[]
  /** The time that each row has come to. */
  readonly reached: Float64Array<ArrayBuffer>
  /** Steps that were refused, for each row of an adaptive solver. */
  readonly rejected: readonly number[] | undefined
  /** The integral of the trace along the way, for each row and probe. */
  readonly integrals: Float64Array<ArrayBuffer>
}

const MOST = 2 ** 31 - 1 // evaluations that the core can be asked for at a time
const NONE = new Float64Array() // one for all: even an empty array is dear where it is made anew for each call

/**
 * Carries `count` rows along dx/dt = v(t, x) inside the core. The whole way is one call where nobody watches, else rows
 * that step together go part by part, few enough that a step is short. Parts and slices change no bits.
 *
 * @throws GaussflowError `over_limit` before any memory is taken, naming the largest count that fits; `aborted`.
 */
export function transport(engine: Engine, states: Float32Array, count: number, run: Run): Arrival {
  expectTransport(engine, count, run)
  if (!isTogether(run)) return rowByRow(engine, states, count, run)
  const most = rowsAtOnce(engine, count, run)
  if (most === count) return together(engine, states, count, run)
  const { dim } = engine
  const spans = spansOf(count, most)
  return joined(
    count,
    spans.map(({ first, rows }, i) =>
      together(ofRows(engine, { first, rows }), states.subarray(first * dim, (first + rows) * dim), rows, {
        ...fromRow(run, first),
        onProgress:
          run.onProgress && ((done, steps) => run.onProgress?.(i * steps + done, spans.length * steps))
      })
    )
  )
}

/**
 * Refuses a transport that would not fit, before anything is made for it, and one whose states alone would not, though they
 * would be in the core in parts.
 *
 * @param each how many rows of the transport each of the `count` rows of the request has
 */
export function expectTransport(engine: Engine, count: number, run: Run, each = 1): void {
  expectMemory(engine, run.field, count, (rows) =>
    Math.max(transportBytes(engine, rows * each, run), stateBytes(engine, rows * each))
  )
}

/** How many rows are in the core at a time. */
function rowsAtOnce(engine: Engine, count: number, run: Run): number {
  return !isWatched(run) || !isTogether(run) ? count : Math.min(count, rowsOfPart(engine, run))
}

/** Parts of one batch, which took the same steps. */
function joined(count: number, parts: readonly Arrival[]): Arrival {
  const rows = <T extends Float32Array | Float64Array>(whole: T, of: (part: Arrival) => T): T => {
    let at = 0
    for (const part of parts.map(of)) {
      whole.set(part, at)
      at += part.length
    }
    return whole
  }
  const { data, integrals } = parts[0]
  const perRow = ({ length }: ArrayLike<number>) => length / parts[0].status.length
  return {
    ...parts[0],
    data: rows(new Float32Array(count * perRow(data)), (part) => part.data),
    status: parts.flatMap(({ status }) => status),
    reached: rows(new Float64Array(count), (part) => part.reached),
    integrals: rows(new Float64Array(count * perRow(integrals)), (part) => part.integrals)
  }
}

function together(engine: Engine, states: Float32Array, count: number, run: Run): Arrival {
  const { core, dim } = engine
  const { solver, maxNfe } = run.solving
  const wanted = run.times.length - 1
  const steps = Math.min(wanted, Math.floor(maxNfe / solver.evaluations))
  const { channels } = tracesOf(run)
  return scoped(core, () => {
    const told = putTelling(engine)
    const { x, trajectory } = putTrajectory(engine, states, count, run, solver)
    let done = 0
    inSlices(steps, run, (units) => {
      tell(engine, told)
      // The grid may go on where the limit of evaluations ends.
      return (done = core.advance(trajectory, Math.min(units, steps - done)))
    })
    const data = takeF32(core, x, count * dim)
    return {
      data,
      nfe: steps * solver.evaluations,
      steps,
      own: undefined,
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
  run: Run,
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

function rowByRow(engine: Engine, states: Float32Array, count: number, run: Run): Arrival {
  const { core, velocity, dim } = engine
  const { k, channels } = tracesOf(run)
  const { method, slopes } = rowMethod(run.solving)
  return scoped(core, () => {
    const told = putTelling(engine)
    const x = putF32(core, states)
    const ends = putF64(core, [run.times[0], run.times[run.times.length - 1]])
    const parameters = putF64(core, parametersOf(run))
    const probes = putProbes(engine, run, count)
    const [steps, evaluations] = limitsOf(run.solving)
    const rows = expectAddress(
      core.newRows(velocity, x, count, ends, 1, x, method, slopes, parameters, probes, k, steps, evaluations)
    )
    const unit = isWatched(run) ? evaluationsOfPart(engine, run) : MOST
    inSlices(count, run, (units) => {
      tell(engine, told)
      return core.advanceRows(rows, Math.min(units * unit, MOST))
    })
    const data = takeF32(core, x, count * dim)
    const reports = takeI32(core, core.reportsOf(rows), 4 * count)
    const column = (i: number) => Array.from({ length: count }, (_, row) => reports[4 * row + i])
    const finite = rowStatus(data, count, dim)
    const own = { nfe: column(1), steps: column(2) }
    return {
      data,
      nfe: largest(own.nfe),
      steps: largest(own.steps),
      own,
      status: column(0).map((status, row) => (status === 0 ? finite[row] : ROW_STATUS[status])),
      reached: takeF64(core, core.placesOf(rows), count),
      rejected: run.solving.kind === 'adaptive' ? column(3) : undefined,
      integrals: channels === 0 ? NONE : takeF64(core, core.rowIntegralsOf(rows), count * channels)
    }
  })
}

/** The largest of any number of counts, and 0 of none. */
export const largest = (counts: readonly number[]): number => counts.reduce((most, n) => Math.max(most, n), 0)

function putProbes({ core, dim }: Engine, { tracing }: Run, count: number): number {
  return tracing === undefined || tracing.k === 0 ? 0 : putF32(core, drawProbes(core, tracing, count, dim))
}

/** Bytes of the arena that a transport takes, with the density of its source where one is wanted. */
export function transportBytes(engine: Engine, count: number, run: Run): number {
  const density = run.tracing !== undefined && engine.closedForm ? logDensityBytes(engine, count) : 0
  return Math.max(atOnceBytes(engine, rowsAtOnce(engine, count, run), run), density)
}

function atOnceBytes(engine: Engine, count: number, run: Run): number {
  const { core, velocity } = engine
  const { solving, times } = run
  const { k } = tracesOf(run)
  const { slopes } = solving.solver.core
  const shared =
    tellingBytes(engine, count) +
    stateBytes(engine, count) +
    aligned(8 * parametersOf(run).length) +
    aligned(4 * count * Math.max(k, 0) * engine.dim)
  // While probes are drawn, one more array of normals stands above them.
  if (isTogether(run))
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
  data: Float32Array | Float64Array,
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
