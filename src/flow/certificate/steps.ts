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
import { show, showAtMost } from './statement.ts'
import { subjectOf, type Subject } from './subject.ts'

const SAMPLES = 64
const PILOT = 16 // steps
const MOST = 4096 // steps
const ROUNDS = 8
const SAFETY = 1.1
const LARGEST = 10 // tolerance that can be asked for
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
    refuse(`needs the growth of the flow to be certified up to time 1: ${subject.unbounded ?? growth.reason}`)
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
  const { steps, solver, least, falling } = second.least < first.least ? second : first
  const kept = `${steps} steps of ${solver} keep ${showAtMost(least)} for sure`
  if (least > LARGEST)
    refuse(
      `cannot be kept here: ${kept}, because what is certified of the growth of errors is large, got ${show(tolerance)}`
    )
  const why = !falling
    ? 'the states in 32 bits round to about as much'
    : solver === HIGHER || asked === undefined
      ? `no more than ${MOST} are tried`
      : 'a solver of a higher order may keep less'
  refuse(`must be at least ${showAtMost(least)}, got ${show(tolerance)}: ${kept}, and ${why}`)
}

interface Trying extends Pick<Measuring, 'count' | 'signal' | 'pause'> {
  readonly subject: Subject
  readonly tolerance: number
  readonly times: (steps: number) => number[]
  readonly states: Float32Array<ArrayBuffer>
}

interface Searched {
  readonly solver: SolverName
  /** The fewest steps that keep the tolerance. */
  readonly found: StepsResult | undefined
  /** The least that some steps were seen to keep, and these. */
  readonly least: number
  readonly steps: number
  /** Whether more steps than are tried would keep less. */
  readonly falling: boolean
}

async function search(
  solver: SolverName,
  { subject, tolerance, count, signal, pause, times: timesOf, states }: Trying,
  onRound?: (round: number) => void
): Promise<Searched> {
  const tried = new Map<number, number>()
  let best: StepsResult | undefined
  const boundOf = async (steps: number): Promise<number> => {
    const times = timesOf(steps)
    const run = runOf(subject, { signal }, 0, 1, solvingOf({ solver, times }))
    const { bound } = await fanOf(subject, states, count, run, pause)
    if (bound <= tolerance && steps < stepsOf(best)) best = { solver, times, bound }
    tried.set(steps, bound)
    return bound
  }
  const { errorOrder } = solvingOf({ solver }).solver
  let steps = PILOT
  for (let round = 0; round < ROUNDS && !tried.has(steps); round++) {
    const factor = SAFETY * ((await boundOf(steps)) / tolerance) ** (1 / errorOrder)
    onRound?.(round + 1)
    steps = Math.max(1, Math.min(Math.ceil(steps * factor), MOST, stepsOf(best) - 1))
  }
  // Of too many steps the rounding of the states is what is left, and fewer are off by less.
  for (let fewer = MOST / 4; best === undefined && fewer > PILOT; fewer /= 4) await boundOf(fewer)
  const [closest, least] = [...tried].reduce((p, q) => (q[1] < p[1] ? q : p))
  return { solver, found: best, least, steps: closest, falling: closest === MOST }
}

const stepsOf = (result: StepsResult | undefined): number =>
  result === undefined ? Infinity : result.times.length - 1

function refuse(requirement: string): never {
  throw new GaussflowError('invalid_argument', `\`tolerance\` ${requirement}`, { path: 'tolerance' })
}
