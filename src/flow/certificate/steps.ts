import { GaussflowError } from '../../error.ts'
import { StepsOptionsSchema } from '../../schema/certificate.ts'
import { checkOptions } from '../request.ts'
import { gradientBounds } from '../../theory/gradient.ts'
import { noise } from '../noise.ts'
import { pauses } from '../pause.ts'
import { solvingOf } from '../solving.ts'
import type { StepsOptions, StepsResult } from './options.ts'
import type { Certified } from './certify.ts'
import { fanOf } from './fan.ts'
import { runOf, type Measuring } from './measuring.ts'
import { show } from './statement.ts'
import { subjectOf, type Subject } from './subject.ts'

const SAMPLES = 64
const PILOT = 16 // steps
const MOST = 4096 // steps
const ROUNDS = 8
const SAFETY = 1.1

/**
 * As few steps as keep a tolerance: a pilot measures the local errors of some steps, whose sum, grown as certified, falls with
 * the power of the step that is the solver's order; that gives the next number of steps to try, until the sum for the number
 * itself is within the tolerance.
 *
 * @throws GaussflowError `invalid_argument` where nothing certifies the growth, or no number of steps is enough
 */
export async function stepsFor(flow: Certified, options: StepsOptions): Promise<StepsResult> {
  const {
    tolerance,
    solver: asked,
    samples,
    seed,
    assume,
    signal,
    onProgress
  } = checkOptions(StepsOptionsSchema, options)
  const subject = subjectOf(flow.engine, flow.flowFile, assume)
  const growth = subject.lipschitz(0, 1)
  if (growth.kind === 'refusal')
    refuse(`the growth of the flow to be certified up to time 1: ${subject.unbounded ?? growth.reason}`)
  const name = asked ?? flow.sampling?.solver ?? 'heun'
  const count = samples ?? SAMPLES
  const pause = pauses(signal)
  const states = noise(flow.engine, { count, seed, first: 0 })
  let steps = PILOT
  let best: StepsResult | undefined
  for (let round = 0; round < ROUNDS; round++) {
    const times = certifiedTimes(subject, steps)
    const solving = solvingOf({ solver: name, times })
    const measuring: Measuring = { solving, count, seed, signal, pause }
    const fan = await fanOf(subject, states, count, runOf(subject, measuring, 0, 1, solving), pause)
    if (fan.bound <= tolerance && (best === undefined || times.length < best.times.length))
      best = { solver: name, times, bound: fan.bound }
    onProgress?.(round + 1, ROUNDS)
    const factor = SAFETY * (fan.bound / tolerance) ** (1 / solving.solver.errorOrder)
    const next = Math.max(
      1,
      Math.min(Math.ceil(steps * factor), best === undefined ? MOST : best.times.length - 2)
    )
    if (best !== undefined && next >= best.times.length - 1) break
    if (next === steps || (best === undefined && steps === MOST)) break
    steps = next
  }
  if (best !== undefined) return best
  refuse(
    `one that ${MOST} steps of ${name} keep, got ${show(tolerance)}; 32-bit states round, and what they round to grows`
  )
}

const CELLS = 256

/** Times between which lie equal shares of int max(|upper|, |lower|) dt + 1: few where the flow is nearly straight. */
function certifiedTimes({ classes, at, engine }: Subject, steps: number): number[] {
  const rate = (t: number): number => {
    const { lower, upper } = gradientBounds(classes, at(t), engine.core)
    const size = Math.max(Math.abs(lower.value), Math.abs(upper.value))
    return 1 + (Number.isFinite(size) ? size : 0)
  }
  const shares = [0]
  for (let i = 0; i < CELLS; i++) shares.push(shares[i] + rate((i + 0.5) / CELLS))
  const times = [0]
  for (let n = 1, cell = 0; n < steps; n++) {
    const share = (shares[CELLS] * n) / steps
    while (shares[cell + 1] < share) cell++
    times.push((cell + (share - shares[cell]) / (shares[cell + 1] - shares[cell])) / CELLS)
  }
  return [...times, 1]
}

function refuse(requirement: string): never {
  throw new GaussflowError('invalid_argument', `\`tolerance\` needs ${requirement}`, { path: 'tolerance' })
}
