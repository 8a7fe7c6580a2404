import type { Engine } from '../engine.ts'
import type { Run } from '../run.ts'
import { solvingOf, timesOf, type Solving } from '../solving.ts'
import { transport } from '../transport.ts'
import { distance, rms } from './distance.ts'

/** A part of the way, that a solver took in one step or more. */
export interface Stretch {
  /** Where the rows were, and where the solver brought them. */
  readonly before: Float32Array
  readonly after: Float32Array
  readonly count: number
  readonly ends: readonly [number, number]
}

// What stands for the exact flow beside a stretch, ever closer to it. Rows that go each their own way, in 64 bits, cost
// more than those that go together, and pass thin layers of time that no equal steps do.
const LADDER: readonly Solving[] = [
  ...[2, 4, 8].map((steps) => solvingOf({ solver: 'rk4', steps })),
  ...[1e-5, 1e-7].map((tolerance) =>
    solvingOf({ solver: 'dopri5', rtol: tolerance, atol: tolerance, maxSteps: 10_000 })
  )
]

const SETTLED = 0.001 // of the local error, by which the next reference may differ from the one before
const ROUNDING = 2 ** -24 // of a number in 32 bits, at most
const ROUNDINGS = 4 // of the states: closer than that no two references come

const LONG = 0.05 // of the time: a thin layer may lie inside, which equal steps agree to miss

/**
 * Where on the ladder to begin: what is to stand for the exact flow must be far closer to it than the solver is, and on a
 * long stretch it finds its own steps.
 */
function firstOf(solving: Solving, [from, to]: Stretch['ends']): number {
  if (Math.abs(to - from) > LONG) return LADDER.findIndex(({ kind }) => kind === 'adaptive')
  return lowest(solving)
}

const lowest = ({ solver }: Solving): number => (solver.errorOrder <= 2 ? 0 : 1)

/** How many steps of rk4 stand for the exact flow beside a stretch where the first two references agree. */
export function stepsBeside(solving: Solving): number {
  const first = lowest(solving)
  const used = LADDER.slice(first, first + (solving.kind === 'grid' ? 2 : 3))
  return used.reduce((sum, one) => sum + (one.kind === 'grid' ? one.steps : 0), 0)
}

/**
 * How far off a stretch ends, as a root mean square over the rows, at most:
 *
 *     e = |x - y'| + |y' - y| + 2^-24 |y'|
 *
 * with the solver's end x and the last two references y and y' that were tried: the first whose difference is below a thousandth
 * of what the solver is off, or below what 32 bits tell apart. The middle term stands for what y' itself is off, which is less wherever y' is
 * at least twice as close to the flow as y is; the last one is the rounding of y'.
 */
export async function localError(
  engine: Engine,
  stretch: Stretch,
  run: Run,
  pause: () => Promise<void>
): Promise<number> {
  const { after, count } = stretch
  let last: { readonly kind: Solving['kind']; readonly data: Float32Array } | undefined
  let error = Infinity
  for (const solving of LADDER.slice(firstOf(run.solving, stretch.ends))) {
    await pause()
    const now = follow(engine, stretch, run, solving)
    if (now === undefined) continue
    if (last?.kind === solving.kind) {
      const [off, change, rounding] = [
        distance(after, now, count),
        distance(last.data, now, count),
        ROUNDING * rms(now, count)
      ]
      error = off + change + rounding
      if (change <= Math.max(SETTLED * off, ROUNDINGS * rounding)) break
    }
    last = { kind: solving.kind, data: now }
  }
  return error
}

/** Where the flow brings the rows, or nothing where some did not arrive. */
function follow(
  engine: Engine,
  { before, count, ends: [from, to] }: Stretch,
  run: Run,
  solving: Solving
): Float32Array | undefined {
  const times =
    solving.kind === 'grid' ? timesOf(solving, engine.core, () => 0, from, to) : Float64Array.of(from, to)
  const { data, status } = transport(engine, before, count, {
    ...run,
    solving,
    times,
    tracing: undefined,
    noise: undefined,
    onProgress: undefined
  })
  return status.every((row) => row === 'ok') ? data : undefined
}
