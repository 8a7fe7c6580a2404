import { reserve, putF32, scoped, takeF32, takeF64 } from '../wasm/core.ts'
import type { Engine } from './engine.ts'
import { aligned, expectMemory, stateBytes } from './memory.ts'
import { rowsOfCopy, spansOf } from './parts.ts'
import { putTelling, tell, tellingBytes } from './told.ts'
import { drawProbes, meanOfProbes, type Tracing } from './probes.ts'

/** What an interpolant can be asked at a time and place; the numbers are the core's. */
export const QUANTITIES = ['velocity', 'score', 'denoiser', 'noise'] as const
export type Quantity = (typeof QUANTITIES)[number]

/** One quantity for every row. Shapes: states and result (count, dim). */
export function evaluate(
  engine: Engine,
  quantity: Quantity,
  states: Float32Array,
  count: number,
  time: number
): Float32Array<ArrayBuffer> {
  const { core, velocity, dim } = engine
  expectMemory(
    engine,
    'input',
    count,
    (rows) =>
      tellingBytes(engine, rows) + 2 * stateBytes(engine, rows) + core.scratchBytes(velocity, rows, -1) + 16
  )
  return scoped(core, () => {
    const x = putF32(core, states)
    const out = reserve(core, states.byteLength)
    tell(engine, putTelling(engine))
    core.quantity(velocity, QUANTITIES.indexOf(quantity), time, x, count, out)
    return takeF32(core, out, count * dim)
  })
}

/** The velocity and its divergence, f64 (count), with the standard error of the latter where probes estimate it. */
export function evaluateDivergence(
  engine: Engine,
  tracing: Tracing,
  states: Float32Array,
  count: number,
  time: number
): {
  velocity: Float32Array<ArrayBuffer>
  divergence: Float64Array
  standardError: Float64Array | undefined
} {
  const { core, velocity, dim } = engine
  const { k } = tracing
  expectMemory(engine, 'input', count, (rows) => {
    const traces = aligned(8 * rows * Math.max(k, 1))
    const scratch = core.scratchBytes(velocity, rows, k)
    return tellingBytes(engine, rows) + (2 + k) * stateBytes(engine, rows) + traces + scratch + 16
  })
  return scoped(core, () => {
    const x = putF32(core, states)
    const probes = k > 0 ? putF32(core, drawProbes(core, tracing, count, dim)) : 0
    const out = reserve(core, states.byteLength)
    const traces = reserve(core, 8 * count * Math.max(k, 1))
    tell(engine, putTelling(engine))
    core.divergence(velocity, time, x, count, probes, k, out, traces)
    const { mean, standardError } = meanOfProbes(takeF64(core, traces, count * Math.max(k, 1)), count, k)
    return { velocity: takeF32(core, out, count * dim), divergence: mean, standardError }
  })
}

/** The velocity (count, dim) and its derivative along k directions of every row, both (count, k, dim). */
export function evaluateTangents(
  engine: Engine,
  states: Float32Array,
  count: number,
  directions: Float32Array,
  k: number,
  time: number
): { velocity: Float32Array<ArrayBuffer>; tangents: Float32Array<ArrayBuffer> } {
  const { core, velocity, dim } = engine
  expectMemory(engine, 'input', count, (rows) => {
    const scratch = core.scratchBytes(velocity, rows, k)
    return (
      tellingBytes(engine, rows) +
      2 * stateBytes(engine, rows) +
      2 * stateBytes(engine, rows * k) +
      scratch +
      16
    )
  })
  return scoped(core, () => {
    const x = putF32(core, states)
    const u = putF32(core, directions)
    const out = reserve(core, states.byteLength)
    const tangents = reserve(core, directions.byteLength)
    tell(engine, putTelling(engine))
    core.jvp(velocity, time, x, count, u, k, out, tangents)
    return {
      velocity: takeF32(core, out, count * dim),
      tangents: takeF32(core, tangents, count * k * dim)
    }
  })
}

/** log p_time of every row, f64 (count); closed forms only. */
export function logDensity(engine: Engine, states: Float32Array, count: number, time: number): Float64Array {
  const { core, velocity, dim } = engine
  expectMemory(engine, 'input', count, (rows) => logDensityBytes(engine, rows))
  const density = new Float64Array(count)
  for (const { first, rows } of spansOf(count, rowsOfCopy(engine)))
    scoped(core, () => {
      const x = putF32(core, states.subarray(first * dim, (first + rows) * dim))
      const out = reserve(core, 8 * rows)
      core.logDensity(velocity, time, x, rows, out)
      density.set(takeF64(core, out, rows), first)
    })
  return density
}

/** Bytes of the arena that the log-density of `count` rows takes, some of them at a time. */
export function logDensityBytes(engine: Engine, count: number): number {
  const rows = Math.min(count, rowsOfCopy(engine))
  const scratch = engine.core.scratchBytes(engine.velocity, rows, -1)
  return stateBytes(engine, rows) + aligned(8 * rows) + scratch + 16
}
