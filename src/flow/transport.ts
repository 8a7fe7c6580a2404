import { GaussflowError } from '../error.ts'
import { flatTableau, uniformGrid, type Tableau } from '../solver/index.ts'
import type { RowStatus } from '../types.ts'
import { putF32, putF64, reserve, scoped, takeF32, type Core } from '../wasm/core.ts'
import type { Engine } from './engine.ts'

/** One integration of all rows from time `from` to time `to`. */
export interface Transport {
  /** The field of the request that says how many rows there are. */
  readonly field: 'count' | 'input'
  readonly from: number
  readonly to: number
  readonly tableau: Tableau
  readonly steps: number
  readonly onProgress: ((done: number, total: number) => void) | undefined
}

const SLICE_MS = 50 // between two reports of progress
const PAGE = 65536 // bytes: the core's memory grows by whole pages

/**
 * Carries `count` rows along dx/dt = v(t, x), inside the core; the whole trajectory is one call where nobody asks for
 * progress. Slices change no bits.
 *
 * @returns the end points, shape (count, dim)
 * @throws GaussflowError `over_limit` before any memory is taken, naming the largest count that fits.
 */
export function transport(
  engine: Engine,
  states: Float32Array,
  count: number,
  run: Transport
): Float32Array<ArrayBuffer> {
  const { core, velocity, dim } = engine
  const stages = run.tableau.c.length
  expectTransport(engine, count, run)
  return scoped(core, () => {
    const x = putF32(core, states)
    const times = putF64(core, uniformGrid(run.from, run.to, run.steps))
    const tableau = putF64(core, flatTableau(run.tableau))
    const trajectory = core.newTrajectory(velocity, x, count, times, run.steps, stages, tableau)
    if (trajectory === 0)
      throw new GaussflowError('over_limit', 'the core could not get the memory that this takes')
    advance(core, trajectory, run)
    return takeF32(core, x, count * dim)
  })
}

/** Refuses a transport that would not fit, before anything is made for it. */
export function expectTransport(engine: Engine, count: number, run: Transport): void {
  expectMemory(engine, run.field, count, (rows) => transportBytes(engine, rows, run))
}

/** v(time, x) for every row. Shapes: states and result (count, dim). */
export function evaluate(
  engine: Engine,
  states: Float32Array,
  count: number,
  time: number
): Float32Array<ArrayBuffer> {
  const { core, velocity, dim } = engine
  expectMemory(
    engine,
    'input',
    count,
    (rows) => 2 * stateBytes(engine, rows) + core.scratchBytes(velocity, rows, -1) + 16
  )
  return scoped(core, () => {
    const x = putF32(core, states)
    const out = reserve(core, states.byteLength)
    core.velocity(velocity, time, x, count, out)
    return takeF32(core, out, count * dim)
  })
}

/** Standard normal rows: row i is sample `first + i` of `seed`, in whatever batch. */
export function noise(engine: Engine, count: number, seed: number, first: number): Float32Array<ArrayBuffer> {
  const { core, dim } = engine
  expectMemory(engine, 'count', count, (rows) => stateBytes(engine, rows))
  return scoped(core, () => {
    const out = reserve(core, 4 * count * dim)
    core.normals(seed >>> 0, Math.floor(seed / 2 ** 32), 0, first, count, dim, out)
    return takeF32(core, out, count * dim)
  })
}

/** Rows that left the finite numbers are `diverged`. */
export function rowStatus(data: Float32Array, count: number, dim: number): RowStatus[] {
  return Array.from({ length: count }, (_, i) => {
    for (let j = i * dim; j < (i + 1) * dim; j++) if (!Number.isFinite(data[j])) return 'diverged'
    return 'ok'
  })
}

function advance(core: Core, trajectory: number, { steps, onProgress }: Transport): void {
  if (onProgress === undefined) {
    core.advance(trajectory, steps)
    return
  }
  let slice = 1
  for (let done = 0; done < steps;) {
    const start = performance.now()
    done = core.advance(trajectory, slice)
    // Slices grow until one takes about as long as a reader would wait for news.
    const elapsed = performance.now() - start
    slice = Math.max(1, Math.min(2 * slice, Math.floor((slice * SLICE_MS) / Math.max(elapsed, 1))))
    onProgress(done, steps)
  }
}

const aligned = (bytes: number): number => Math.ceil(bytes / 16) * 16

function stateBytes({ dim }: Engine, count: number): number {
  return aligned(4 * count * dim)
}

function transportBytes(engine: Engine, count: number, { steps, tableau }: Transport): number {
  const { core, velocity } = engine
  const stages = tableau.c.length
  const fixed = aligned(8 * (steps + 1)) + aligned(8 * stages * (stages + 2))
  return stateBytes(engine, count) + fixed + aligned(core.trajectoryBytes(velocity, count, stages))
}

function expectMemory(
  { core, memoryLimit }: Engine,
  field: Transport['field'],
  count: number,
  bytes: (count: number) => number
): void {
  const fits = (rows: number): boolean =>
    Math.ceil((core.mark() + bytes(rows) + 16) / PAGE) * PAGE <= memoryLimit
  if (fits(count)) return
  let most = 0
  for (let step = 2 ** Math.floor(Math.log2(count)); step >= 1; step /= 2) if (fits(most + step)) most += step
  const got = field === 'count' ? String(count) : `${count} rows`
  const largest = most > 0 ? `the largest count that fits is ${most}` : 'not even one row fits'
  const message = `\`${field}\` must fit in the memory limit of ${memoryLimit} bytes, got ${got}; ${largest}`
  throw new GaussflowError('over_limit', message, { path: field })
}
