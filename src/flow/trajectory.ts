import { GaussflowError } from '../error.ts'
import { expectAddress, putF32, putF64, reserve, takeF32, type Core } from '../wasm/core.ts'
import type { Engine } from './engine.ts'
import { evaluate } from './evaluate.ts'
import { aligned, expectMemory, stateBytes } from './memory.ts'
import { expectGoing, slices } from './slices.ts'
import {
  expectTransport,
  parametersOf,
  putTrajectory,
  rowMethod,
  transportBytes,
  type Transport
} from './transport.ts'

/** States of all rows at one time. */
export interface Still {
  readonly time: number
  readonly data: Float32Array<ArrayBuffer>
}

const FRAMES = 21 // of a solver that has no grid of its own

/** The times to show: those that were asked for, or those that the solver stops at. */
export function framesOf(
  { times, solving }: Transport,
  asked: readonly number[] | undefined
): readonly number[] {
  const from = times[0]
  const to = times[times.length - 1]
  if (asked === undefined) {
    if (solving.kind === 'grid') return [...times]
    return Array.from({ length: FRAMES }, (_, i) =>
      i === FRAMES - 1 ? to : from + ((to - from) * i) / (FRAMES - 1)
    )
  }
  const bad = asked.findIndex((time, i) => i > 0 && !(time > asked[i - 1]))
  if (bad >= 0) refuse(bad, `be after ${asked[bad - 1]}, the frame before it`, asked[bad])
  if (solving.solver.name === 'stochastic' || solving.solver.name === 'implicit-midpoint') {
    const off = asked.findIndex((time) => !times.includes(time))
    if (off >= 0)
      refuse(off, 'be a time of the grid with this solver, which does not look inside its steps', asked[off])
  }
  return asked
}

function refuse(i: number, requirement: string, got: number): never {
  const path = `frames[${i}]`
  throw new GaussflowError('invalid_argument', `\`${path}\` must ${requirement}, got ${got}`, { path })
}

/**
 * The states at the times of `frames`, each as soon as all rows have come to it. Between two slices the event loop turns,
 * so that a signal is heard within a few hundredths of a second. Frames change no bits of the end.
 *
 * A step's inside is Hermite's cubic through both of its ends, or, of an adaptive solver, the pair's own interpolant.
 *
 * @throws GaussflowError `aborted`, `over_limit`
 */
export async function* stills(
  engine: Engine,
  states: Float32Array<ArrayBuffer>,
  count: number,
  run: Transport,
  frames: readonly number[]
): AsyncGenerator<Still, void> {
  expectGoing(run.signal)
  if (frames[0] === run.times[0]) yield { time: frames[0], data: states.slice() }
  const rest = frames[0] === run.times[0] ? frames.slice(1) : frames
  if (rest.length === 0) return
  if (run.solving.kind === 'adaptive' || !run.solving.solver.core.together)
    yield* rowStills(engine, states, count, run, rest)
  else yield* gridStills(engine, states, count, run, rest)
}

/** Step by step, all rows together. */
async function* gridStills(
  engine: Engine,
  states: Float32Array<ArrayBuffer>,
  count: number,
  run: Transport,
  frames: readonly number[]
): AsyncGenerator<Still, void> {
  const { core, dim } = engine
  const { times } = run
  expectTransport(engine, count, run)
  const unpin = pin(engine)
  try {
    const { x: at, trajectory } = putTrajectory(engine, states, count, run, run.solving.solver)
    let next = 0
    let x = states
    let since = performance.now()
    for (let n = 1; n < times.length && next < frames.length; n++) {
      const [from, to] = [times[n - 1], times[n]]
      core.advance(trajectory, 1)
      const after = takeF32(core, at, count * dim)
      while (next < frames.length && frames[next] <= to) {
        const time = frames[next++]
        yield {
          time,
          data: time === to ? after.slice() : between(engine, { from, to, x, after, count }, time)
        }
      }
      x = after
      expectGoing(run.signal)
      if (performance.now() - since < TURN_MS) continue
      await turn()
      since = performance.now()
    }
  } finally {
    unpin()
  }
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
  const v1 = evaluate(engine, 'velocity', after, count, to)
  return Float32Array.from(x, (x0, i) => {
    const bend = f * rest * h * (v0[i] * rest - v1[i] * f)
    return x0 * rest * rest * (1 + 2 * f) + after[i] * f * f * (3 - 2 * f) + bend
  })
}

/** All rows to the first frame, then all to the next. */
async function* rowStills(
  engine: Engine,
  states: Float32Array,
  count: number,
  run: Transport,
  frames: readonly number[]
): AsyncGenerator<Still, void> {
  const { core, velocity, dim } = engine
  const { method, slopes } = rowMethod(run.solving)
  const to = run.times[run.times.length - 1]
  // The end is always one of them, so that the steps are those of the whole way.
  const ends = [run.times[0], ...frames, ...(frames[frames.length - 1] === to ? [] : [to])]
  const outputs = ends.length - 1
  expectMemory(engine, run.field, count, (rows) => {
    const own = aligned(core.rowsBytes(velocity, rows, outputs, slopes, -1))
    return (
      transportBytes(engine, rows, run) + own + outputs * stateBytes(engine, rows) + aligned(8 * ends.length)
    )
  })
  const unpin = pin(engine)
  try {
    const x = putF32(core, states)
    const times = putF64(core, ends)
    const parameters = putF64(core, parametersOf(run))
    const out = reserve(core, 4 * outputs * count * dim)
    const most = run.solving.kind === 'adaptive' ? run.solving.maxSteps : 0
    const rows = expectAddress(
      core.newRows(velocity, x, count, times, outputs, out, method, slopes, parameters, 0, -1, most)
    )
    let shown = 0
    for (const done of slices(outputs * count, (units) => core.advanceRows(rows, units * EVALUATIONS))) {
      while (shown < frames.length && done >= (shown + 1) * count) {
        yield { time: frames[shown], data: takeF32(core, out + 4 * shown * count * dim, count * dim) }
        shown++
      }
      if (shown === frames.length) return
      expectGoing(run.signal)
      await turn()
    }
  } finally {
    unpin()
  }
}

const TURN_MS = 20
const EVALUATIONS = 16 // in the shortest slice

/** Lets the event loop turn once. */
function turn(): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, 0))
}

interface Pins {
  count: number
  readonly base: number
}

const pins = new WeakMap<Core, Pins>()

/**
 * Keeps what is taken of the arena from now on until the function that this returns is called. Others may come and go
 * meanwhile; the arena goes back to where it was when the last of them has gone.
 */
function pin({ core }: Engine): () => void {
  const held = pins.get(core) ?? { count: 0, base: core.mark() }
  held.count++
  pins.set(core, held)
  return () => {
    if (--held.count > 0) return
    core.release(held.base)
    pins.delete(core)
  }
}
