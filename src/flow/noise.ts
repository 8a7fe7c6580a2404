import { reserve, scoped } from '../wasm/core.ts'
import { coefficientsAt, type Engine } from './engine.ts'
import { expectMemory, stateBytes } from './memory.ts'
import { rowsOfCopy, spansOf, type Span } from './parts.ts'
import { expectGoing } from './slices.ts'

/** Which samples of which seed. */
interface Draw {
  readonly count: number
  readonly seed: number
  readonly first: number
}

/**
 * Rows of the source N(0, a(0)^2 I): row i is sample `first + i` of `seed`, in whatever batch. Where the schedule starts with
 * some of the data in it (b(0) > 0), the flow's own source is a(0) Z + b(0) X_1, and this Gaussian stands for it.
 */
export function noise(engine: Engine, draw: Draw, signal?: AbortSignal): Float32Array<ArrayBuffer> {
  const { dim } = engine
  expectMemory(engine, 'count', draw.count, (rows) => stateBytes(engine, rows))
  const all = new Float32Array(draw.count * dim)
  for (const span of spansOf(draw.count, rowsOfCopy(engine))) {
    expectGoing(signal)
    drawSpan(engine, draw, span, all)
  }
  return all
}

/** The same with a place to pause at after each few rows. */
export async function noiseInParts(
  engine: Engine,
  draw: Draw,
  pause: () => Promise<void>
): Promise<Float32Array<ArrayBuffer>> {
  const { dim } = engine
  expectMemory(engine, 'count', draw.count, (rows) => stateBytes(engine, rows))
  const all = new Float32Array(draw.count * dim)
  for (const span of spansOf(draw.count, rowsOfCopy(engine))) {
    drawSpan(engine, draw, span, all)
    await pause()
  }
  return all
}

function drawSpan(engine: Engine, draw: Draw, { first: from, rows: count }: Span, all: Float32Array): void {
  const { core, dim } = engine
  const { seed } = draw
  const first = draw.first + from
  const rows = all.subarray(from * dim, (from + count) * dim)
  const std = coefficientsAt(engine, 0).a
  scoped(core, () => {
    const at = reserve(core, 4 * count * dim)
    core.normals(seed >>> 0, Math.floor(seed / 2 ** 32), 0, first, count, dim, at)
    rows.set(new Float32Array(core.memory.buffer, at, count * dim))
  })
  if (std !== 1) for (let i = 0; i < rows.length; i++) rows[i] *= std
}
