import { readFileSync } from 'node:fs'
import { instantiate } from '../../build/core.js'
import type { ScheduleName } from '../../src/schema/schedule.ts'
import { tableaus, type Tableau } from '../reference/rungeKutta.ts'
import { CORE_SCHEDULES } from '../reference/schedule.ts'

export type Core = Awaited<ReturnType<typeof instantiate>>
export type TableauName = keyof typeof tableaus

const compiled = compile('core.wasm')

/** A fresh instance of the core, with an arena of its own. */
export async function newCore(): Promise<Core> {
  return await instantiate(await compiled, {})
}

/** The same of another build than the one with all parts and plain vectors. */
export async function newCoreOf(build: string): Promise<Core> {
  return await instantiate(await compile(`core.${build}.wasm`), {})
}

function compile(file: string): Promise<WebAssembly.Module> {
  return WebAssembly.compile(readFileSync(new URL(`../../build/${file}`, import.meta.url)))
}

/** A schedule's record in the core. */
export function putSchedule(core: Core, name: ScheduleName): number {
  const { id, p = 0, q = 0 } = CORE_SCHEDULES[name]
  return core.newSchedule(id, p, q)
}

export function putF32(core: Core, values: ArrayLike<number>): number {
  const address = core.alloc(4 * values.length)
  new Float32Array(core.memory.buffer, address, values.length).set(values)
  return address
}

export function putF64(core: Core, values: ArrayLike<number>): number {
  const address = core.alloc(8 * values.length)
  new Float64Array(core.memory.buffer, address, values.length).set(values)
  return address
}

export function getF32(core: Core, address: number, count: number): Float32Array {
  return new Float32Array(core.memory.buffer, address, count).slice()
}

/** Runs `body` and drops what it allocated. */
export function scoped<T>(core: Core, body: () => T): T {
  const top = core.mark()
  try {
    return body()
  } finally {
    core.release(top)
  }
}

export const padded = (width: number): number => (width + 3) & ~3

/** Rows padded to whole vectors; the pad is NaN, which a kernel that read it would show. */
export function paddedRows(rows: readonly (readonly number[])[]): number[] {
  return rows.flatMap((row) => [...row, ...new Array<number>(padded(row.length) - row.length).fill(NaN)])
}

export function unpadded(data: Float32Array, width: number): number[][] {
  const stride = padded(width)
  return Array.from({ length: data.length / stride }, (_, i) => [
    ...data.subarray(i * stride, i * stride + width)
  ])
}

/** v(t, x) of every row of `x`; throws where the core writes past the last. */
export function velocityOf(core: Core, v: number, t: number, x: readonly (readonly number[])[]): number[][] {
  return scoped(core, () => {
    const n = x.length * x[0].length
    const from = putF32(core, x.flat())
    const out = putF32(core, new Array<number>(n + 4).fill(12345))
    core.velocity(v, t, from, x.length, out)
    const result = getF32(core, out, n + 4)
    if (result.subarray(n).some((value) => value !== 12345))
      throw new Error('velocity wrote past its last row')
    return chunks(result.subarray(0, n), x[0].length)
  })
}

/** Where the rows of `x` are after the steps from time to time, taken `slice` at a time, with something between them. */
export function integrateOn(
  core: Core,
  v: number,
  method: TableauName,
  times: readonly number[],
  x: readonly (readonly number[])[],
  slice = Infinity,
  between: () => void = () => undefined
): number[][] {
  return scoped(core, () => {
    const { tableau, stages } = putTableau(core, tableaus[method])
    const state = putF32(core, x.flat())
    const steps = times.length - 1
    const scratch = core.alloc(core.scratchBytes(v, x.length, -1))
    const trajectory = core.newTrajectory(
      v,
      state,
      x.length,
      putF64(core, times),
      steps,
      0,
      stages,
      tableau,
      0,
      -1,
      scratch
    )
    while (core.advance(trajectory, Math.min(slice, steps)) < steps) between()
    return chunks(getF32(core, state, x.length * x[0].length), x[0].length)
  })
}

function putTableau(core: Core, { a, b, c }: Tableau): { tableau: number; stages: number } {
  const square = a.flatMap((row) => [...row, ...new Array<number>(c.length - row.length).fill(0)])
  return { tableau: putF64(core, [...square, ...b, ...c]), stages: c.length }
}

export function chunks(data: Float32Array, width: number): number[][] {
  return Array.from({ length: data.length / width }, (_, i) => [...data.subarray(i * width, (i + 1) * width)])
}

export const grid = (from: number, to: number, steps: number): number[] =>
  Array.from({ length: steps + 1 }, (_, n) => from + ((to - from) * n) / steps)

/** A repeatable stream of numbers in [-1, 1), rounded to f32. */
export function numbers(seed: number): () => number {
  let state = seed >>> 0
  return () => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0
    return Math.fround(state / 2 ** 31 - 1)
  }
}

export function matrix(next: () => number, rows: number, columns: number): number[][] {
  return Array.from({ length: rows }, () => Array.from({ length: columns }, next))
}

/** The largest |actual - expected| / (1 + |expected|); NaN or an infinity counts as infinite. */
export function worstError(actual: ArrayLike<number>, expected: ArrayLike<number>): number {
  let worst = 0
  for (let i = 0; i < expected.length; i++) {
    const error = Math.abs(actual[i] - expected[i]) / (1 + Math.abs(expected[i]))
    worst = Math.max(worst, Number.isFinite(error) ? error : Infinity)
  }
  return worst
}
