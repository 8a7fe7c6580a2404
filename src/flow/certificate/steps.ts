import { GaussflowError } from '../../error.ts'
import { StepsOptionsSchema } from '../../schema/certificate.ts'
import type { SolverName } from '../../schema/request.ts'
import { checkOptions } from '../request.ts'
import { noise } from '../noise.ts'
import { pauses } from '../pause.ts'
import { solvingOf } from '../solving.ts'
import { telling } from '../told.ts'
import type { StepsOptions, StepsResult } from './options.ts'
import type { Certified } from './certify.ts'
import { fanOf } from './fan.ts'
import { equalShares } from './shares.ts'
import { runOf, type Measuring } from './measuring.ts'
import { show } from './statement.ts'
import { subjectOf, type Subject } from './subject.ts'

const SAMPLES = 64
const PILOT = 16 // steps
const MOST = 4096 // steps
const ROUNDS = 8
const SAFETY = 1.1
const HIGHER = 'rk4' // of the fixed grids the one of the highest order

/**
 * As few steps as keep a tolerance: a pilot measures the local errors of some steps, whose sum, grown as certified, falls with
 * the power of the step that is the solver's order; that gives the next number of steps to try, until the sum for the number
 * itself is within the tolerance.
 *
 * @throws GaussflowError `invalid_argument` where nothing certifies the growth, or no number of steps is enough
 */
export async function stepsFor(flow: Certified, options: StepsOptions): Promise<StepsResult> {
  const request = checkOptions(StepsOptionsSchema, options)
  const { tolerance, solver: asked, samples, seed, assume, signal, onProgress } = request
  const subject = subjectOf(telling(flow.engine, request, 1), flow.flowFile, assume)
  const growth = subject.lipschitz(0, 1)
  if (growth.kind === 'refusal')
    refuse(`the growth of the flow to be certified up to time 1: ${subject.unbounded ?? growth.reason}`)
  const own = asked ?? flow.sampling?.solver ?? 'heun'
  const count = samples ?? SAMPLES
  const trying: Trying = {
    subject,
    tolerance,
    count,
    signal,
    pause: pauses(signal),
    times: equalShares(subject),
    states: noise(subject.engine, { count, seed, first: 0 })
  }
  const first = await search(own, trying, (round) => onProgress?.(round, ROUNDS))
  if (first.found !== undefined) return first.found
  // Nobody asked for that solver: one of higher order may keep what it does not.
  const second = asked === undefined && own !== HIGHER ? await search(HIGHER, trying) : first
  if (second.found !== undefined) return second.found
  const why = first.falling
    ? `a solver of a higher order may do`
    : '32-bit states round, and what they round to grows'
  refuse(
    `one that ${MOST} steps of ${own} keep, got ${show(tolerance)}: ${show(first.least)} is what they keep for sure; ${why}`
  )
}

interface Trying extends Pick<Measuring, 'count' | 'signal' | 'pause'> {
  readonly subject: Subject
  readonly tolerance: number
  readonly times: (steps: number) => number[]
  readonly states: Float32Array<ArrayBuffer>
}

/** The fewest steps of a solver that keep the tolerance, or the least that it was seen to keep and whether that still fell. */
async function search(
  solver: SolverName,
  { subject, tolerance, count, signal, pause, times: timesOf, states }: Trying,
  onRound?: (round: number) => void
): Promise<{ found: StepsResult | undefined; least: number; falling: boolean }> {
  let steps = PILOT
  let [least, falling] = [Infinity, false]
  let best: StepsResult | undefined
  for (let round = 0; round < ROUNDS; round++) {
    const times = timesOf(steps)
    const solving = solvingOf({ solver, times })
    const fan = await fanOf(subject, states, count, runOf(subject, { signal }, 0, 1, solving), pause)
    if (fan.bound <= tolerance && (best === undefined || times.length < best.times.length))
      best = { solver, times, bound: fan.bound }
    falling = fan.bound < least
    least = Math.min(least, fan.bound)
    onRound?.(round + 1)
    const factor = SAFETY * (fan.bound / tolerance) ** (1 / solving.solver.errorOrder)
    const next = Math.max(
      1,
      Math.min(Math.ceil(steps * factor), best === undefined ? MOST : best.times.length - 2)
    )
    if (best !== undefined && next >= best.times.length - 1) break
    if (next === steps || (best === undefined && steps === MOST)) break
    steps = next
  }
  return { found: best, least, falling }
}

function refuse(requirement: string): never {
  throw new GaussflowError('invalid_argument', `\`tolerance\` needs ${requirement}`, { path: 'tolerance' })
}
