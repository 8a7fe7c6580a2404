import { GaussflowError } from '../error.ts'
import { ROW_STATUS } from '../types.ts'
import { expectAddress, putF64, reserve, takeI32 } from '../wasm/core.ts'
import type { Engine } from './engine.ts'
import { equalTimes } from './equalTimes.ts'
import type { DrawOptions, Frame, TrajectoryOptions, TransportOptions } from './flow.ts'
import { gridStills, gridStillsBytes } from './gridStills.ts'
import { aligned, expectMemory, stateBytes } from './memory.ts'
import { evaluationsOfPart, rowsOfCopy, spansOf } from './parts.ts'
import { noiseInParts } from './noise.ts'
import { pauses } from './pause.ts'
import { pin } from './pin.ts'
import { refuseGiven } from './request.ts'
import { isTogether, limitsOf, parametersOf, rowMethod, type Run } from './run.ts'
import { slices } from './slices.ts'
import { stillOf, type Still, type Viewing } from './still.ts'
import { putTelling, tell } from './told.ts'
import { transportBytes } from './transport.ts'
import type { Leg } from './way.ts'

const FRAMES = 21 // of a solver that has no grid of its own

/** The times to show: those that were asked for, or those that the solver stops at. */
function framesOf({ times, solving }: Run, asked: readonly number[] | undefined): readonly number[] {
  const from = times[0]
  const to = times[times.length - 1]
  if (asked === undefined) {
    if (solving.kind === 'grid') return [...times]
    return equalTimes(from, to, FRAMES - 1)
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
 * The frames of a trajectory, in the units that `finish` of its leg leaves them in.
 *
 * @param latents to start from, where they are given and not drawn
 */
export async function* frames(
  { engine, count, run, finish }: Leg,
  latents: Float32Array | undefined,
  request: Required<DrawOptions> & Pick<TrajectoryOptions, 'frames'>,
  options: TrajectoryOptions
): AsyncGenerator<Frame, void> {
  expectTrajectory(options, run)
  const times = framesOf(run, request.frames)
  expectStills(engine, count, run, times)
  const pause = pauses(run.signal)
  const states = latents === undefined ? await noiseInParts(engine, request, pause) : latents.slice()
  const shared = { total: times.length, count, dim: engine.dim, ...engine.mark }
  let index = 0
  for await (const { time, data, status } of stills(engine, states, count, run, times, { pause, finish }))
    yield { time, index: index++, data, status, ...shared }
}

/** Refuses what would have no say in a trajectory: latents that are given are not drawn, and frames tell how far it is. */
function expectTrajectory(
  { input, count, seed, first, onProgress }: TrajectoryOptions & Pick<TransportOptions, 'onProgress'>,
  { noise }: Run
): void {
  refuseGiven({ onProgress }, 'of a trajectory', 'its frames say how far it is')
  if (input === undefined) return
  const drawn = noise === undefined ? { count, seed, first } : { count }
  refuseGiven(drawn, 'with `input`', 'its rows are the latents to start from')
}

/**
 * The states at the times of `frames`, each as soon as all rows have come to it. Between two slices the event loop turns,
 * so that a signal is heard within a few hundredths of a second. Frames change no bits of the end.
 *
 * A step's inside is Hermite's cubic through both of its ends, or, of an adaptive solver, the pair's own interpolant.
 *
 * @param states used up on the way
 * @throws GaussflowError `aborted`, `over_limit`
 */
export async function* stills(
  engine: Engine,
  states: Float32Array<ArrayBuffer>,
  count: number,
  run: Run,
  frames: readonly number[],
  view: Viewing
): AsyncGenerator<Still, void> {
  const { dim } = engine
  expectStills(engine, count, run, frames)
  await view.pause()
  if (frames[0] === run.times[0])
    yield await stillOf(engine, count, frames[0], rowsOfCopy(engine), view, ({ first, rows }) =>
      states.subarray(first * dim, (first + rows) * dim)
    )
  const rest = frames[0] === run.times[0] ? frames.slice(1) : frames
  if (rest.length === 0) return
  const go = isTogether(run) ? gridStills : rowStills
  yield* go(engine, states, count, run, rest, view)
}

/** Refuses a trajectory that would not fit, before anything is made for it. */
function expectStills(engine: Engine, count: number, run: Run, frames: readonly number[]): void {
  const bytes = isTogether(run)
    ? (rows: number) => gridStillsBytes(engine, rows, run)
    : (rows: number) => rowStillsBytes(engine, rows, run, frames)
  expectMemory(engine, run.field, count, bytes)
}

function rowStillsBytes(engine: Engine, rows: number, run: Run, frames: readonly number[]): number {
  const { core, velocity } = engine
  const outputs = endsOf(run, frames).length - 1
  const own = aligned(core.rowsBytes(velocity, rows, outputs, rowMethod(run.solving).slopes, -1))
  return (
    transportBytes(engine, rows, run) + own + outputs * stateBytes(engine, rows) + aligned(8 * (outputs + 1))
  )
}

/** The start, the frames, and always the end, so that the steps are those of the whole way. */
function endsOf({ times }: Run, frames: readonly number[]): readonly number[] {
  const [from, to] = [times[0], times[times.length - 1]]
  const later = frames.filter((time) => time !== from)
  return [from, ...later, ...(later[later.length - 1] === to ? [] : [to])]
}

/** All rows to the first frame, then all to the next. */
async function* rowStills(
  engine: Engine,
  states: Float32Array,
  count: number,
  run: Run,
  frames: readonly number[],
  view: Viewing
): AsyncGenerator<Still, void> {
  const { core, velocity, dim } = engine
  const { pause } = view
  const { method, slopes } = rowMethod(run.solving)
  const ends = endsOf(run, frames)
  const outputs = ends.length - 1
  const unpin = pin(engine)
  try {
    const told = putTelling(engine)
    const x = reserve(core, states.byteLength)
    for (const { first, rows } of spansOf(count, rowsOfCopy(engine))) {
      const [at, length] = [first * dim, rows * dim]
      new Float32Array(core.memory.buffer, x + 4 * at, length).set(states.subarray(at, at + length))
      await pause()
    }
    const times = putF64(core, ends)
    const parameters = putF64(core, parametersOf(run))
    const out = reserve(core, 4 * outputs * count * dim)
    const [most, evaluations] = limitsOf(run.solving)
    const rows = expectAddress(
      core.newRows(
        velocity,
        x,
        count,
        times,
        outputs,
        out,
        method,
        slopes,
        parameters,
        0,
        -1,
        most,
        evaluations
      )
    )
    const unit = Math.min(EVALUATIONS, evaluationsOfPart(engine, run))
    const advance = (units: number): number => {
      tell(engine, told)
      return core.advanceRows(rows, units * unit)
    }
    let shown = 0
    for (const done of slices(outputs * count, advance)) {
      for (; shown < frames.length && done >= (shown + 1) * count; shown++) {
        const from = shown * count
        const still = await stillOf(
          engine,
          count,
          frames[shown],
          rowsOfCopy(engine),
          view,
          (span) => new Float32Array(core.memory.buffer, out + 4 * (from + span.first) * dim, span.rows * dim)
        )
        const reports = takeI32(core, core.reportsOf(rows), 4 * count)
        still.status.forEach((row, i) => {
          if (row === 'ok') still.status[i] = ROW_STATUS[reports[4 * i]]
        })
        yield still
      }
      if (shown === frames.length) return
      await pause()
    }
  } finally {
    unpin()
  }
}

const EVALUATIONS = 16 // in the shortest slice
