import { expectAddress, putF32, putF64, reserve } from '../wasm/core.ts'
import type { Engine } from './engine.ts'
import { evaluate } from './evaluate.ts'
import { aligned, stateBytes } from './memory.ts'
import { rowsOfPart, spansOf, type Span } from './parts.ts'
import { pin } from './pin.ts'
import type { OnGrid } from './solving.ts'
import { stillOf, type Still, type Viewing } from './still.ts'
import { fromRow, parametersOf, type Run } from './run.ts'
import { ofRows, putTelling, tell, tellingBytes } from './told.ts'

/** Some rows of the batch, few enough that a step of them is short, on a trajectory of their own. */
interface Part extends Span {
  readonly engine: Engine
  readonly told: number
  readonly x: number
  readonly trajectory: number
}

/** The states at the times of `frames`, step by step: all rows take a step, part by part, and then the next. */
export async function* gridStills(
  engine: Engine,
  states: Float32Array<ArrayBuffer>,
  count: number,
  run: Run,
  frames: readonly number[],
  view: Viewing
): AsyncGenerator<Still, void> {
  const { core, dim } = engine
  const { pause } = view
  const { times } = run
  const solving = run.solving as OnGrid
  const last = Math.min(times.length - 1, Math.floor(solving.maxNfe / solving.solver.evaluations))
  const most = rowsOfPart(engine, run)
  const unpin = pin(engine)
  try {
    const parts = await putParts(engine, states, count, run, most, pause)
    const rowsOf = (all: Float32Array, { first, rows }: Span) =>
      all.subarray(first * dim, (first + rows) * dim)
    const onward = Math.sign(times[times.length - 1] - times[0])
    let next = 0
    let [x, after] = [states, new Float32Array(states.length)]
    for (let n = 1; n <= last && next < frames.length; n++) {
      const [from, to] = [times[n - 1], times[n]]
      for (const part of parts) {
        tell(part.engine, part.told)
        core.advance(part.trajectory, 1)
        rowsOf(after, part).set(new Float32Array(core.memory.buffer, part.x, part.rows * dim))
        await pause()
      }
      for (; next < frames.length && onward * (to - frames[next]) >= 0; next++) {
        const time = frames[next]
        yield await stillOf(engine, count, time, most, view, (part) =>
          time === to
            ? rowsOf(after, part)
            : between(
                ofRows(engine, part),
                { from, to, x: rowsOf(x, part), after: rowsOf(after, part), count: part.rows },
                time
              )
        )
      }
      ;[x, after] = [after, x]
    }
    // What is left to show lies past the last step that the limit allows: the rows stay where they are.
    for (; next < frames.length; next++)
      yield await stillOf(engine, count, frames[next], most, view, (part) => rowsOf(x, part), 'nfe_limit')
  } finally {
    unpin()
  }
}

async function putParts(
  engine: Engine,
  states: Float32Array,
  count: number,
  run: Run,
  most: number,
  pause: () => Promise<void>
): Promise<Part[]> {
  const { core, velocity, dim } = engine
  const { method, slopes } = run.solving.solver.core
  const times = putF64(core, run.times)
  const steps = run.times.length - 1
  const scratch = reserve(core, core.scratchBytes(velocity, Math.min(count, most), -1))
  const parts: Part[] = []
  for (const { first, rows } of spansOf(count, most)) {
    const own = ofRows(engine, { first, rows })
    const told = putTelling(own)
    const parameters = putF64(core, parametersOf(fromRow(run, first)))
    const x = putF32(core, states.subarray(first * dim, (first + rows) * dim))
    const trajectory = expectAddress(
      core.newTrajectory(velocity, x, rows, times, steps, method, slopes, parameters, 0, -1, scratch)
    )
    parts.push({ first, rows, engine: own, told, x, trajectory })
    await pause()
  }
  return parts
}

/** Bytes of the arena that the parts take, and beside them the velocities inside a step. */
export function gridStillsBytes(engine: Engine, count: number, run: Run): number {
  const most = Math.min(count, rowsOfPart(engine, run))
  const { core, velocity } = engine
  const { slopes } = run.solving.solver.core
  const scratch = aligned(core.scratchBytes(velocity, most, -1))
  const part = (rows: number): number =>
    rows === 0
      ? 0
      : tellingBytes(engine, rows) +
        stateBytes(engine, rows) +
        aligned(8 * parametersOf(run).length) +
        aligned(core.trajectoryBytes(velocity, rows, slopes, -1))
  const own = Math.floor(count / most) * part(most) + part(count % most)
  return (
    aligned(8 * run.times.length) +
    scratch +
    own +
    tellingBytes(engine, most) +
    2 * stateBytes(engine, most) +
    scratch +
    16
  )
}

/** Hermite's cubic through both ends of a step with the velocities there, in doubles, rounded once. */
function between(
  engine: Engine,
  step: {
    from: number
    to: number
    x: Float32Array
    after: Float32Array
    count: number
  },
  time: number
): Float32Array<ArrayBuffer> {
  const { from, to, x, after, count } = step
  const h = to - from
  const f = (time - from) / h
  const rest = 1 - f
  const v0 = evaluate(engine, 'velocity', x, count, from)
  // Where there is no velocity at the end, a parabola has to do.
  if (to === 1 && !engine.finiteAtEnd)
    return Float32Array.from(x, (x0, i) => x0 + f * h * v0[i] + f * f * (after[i] - x0 - h * v0[i]))
  const v1 = evaluate(engine, 'velocity', after, count, to)
  return Float32Array.from(x, (x0, i) => {
    const bend = f * rest * h * (v0[i] * rest - v1[i] * f)
    return x0 * rest * rest * (1 + 2 * f) + after[i] * f * f * (3 - 2 * f) + bend
  })
}
