import { traitsOf, type Traits } from '../../network/traits.ts'
import type { NetworkTarget, Target } from '../../schema/flowFile.ts'
import { isInt8 } from '../partOf.ts'
import { otherSchedule } from '../trainedOn.ts'
import { showTime, type Hypothesis, type Statement } from './statement.ts'
import type { Subject } from './subject.ts'

export const UNROUNDED: Hypothesis = {
  text: 'the inputs of 8-bit layers are taken before they are rounded: rounded they are a staircase',
  status: 'assumed'
}

const NETWORK = 'Which law it carries the source to, nothing shows: that is what training was for.'
const ONE = 'there is one and only one solution of dX/dt = v(t, X)'

/** What the operations of a network say of its velocity, found once. */
export function traitsOfTarget(target: Target): Traits {
  const { architecture } = target as NetworkTarget
  const traits = known.get(target) ?? traitsOf(architecture)
  known.set(target, traits)
  return traits
}

const known = new WeakMap<Target, Traits>()

/**
 * Whether the flow of a network exists, and is the only one. Where v is Lipschitz in the state on all of space the theorem of
 * Picard and Lindeloef gives one solution on all of [0, 1]; where it is so on bounded parts alone, one solution as long as it
 * stays bounded, which it does up to the end where |v(t, x)| <= A + B |x| (Groenwall). Jumps in the time are those of
 * Caratheodory's theorem: a solution is continued from one stretch to the next.
 *
 * @see Hale, "Ordinary Differential Equations", sections I.3 and I.5
 */
export function learnedExistence(subject: Subject): Statement {
  const { target } = subject.flowFile
  const traits = traitsOfTarget(target)
  const shared = { id: 'existence-uniqueness', kind: 'proved', at: { from: 0, to: 1 } } as const
  if (traits.divides)
    return {
      ...shared,
      value: null,
      hypotheses: [],
      source: '',
      text: 'Not known: a norm of the network has an epsilon of 0 and divides by 0 where all that it averages is one number; there v is not defined.'
    }
  const hypotheses = hypothesesOn(subject, traits)
  const of = isInt8(target)
    ? '; v is that of inputs that are not rounded to 8 bits, or it is a staircase'
    : ''
  if (traits.order > 1)
    return {
      ...shared,
      value: null,
      hypotheses: [],
      source: 'Picard and Lindeloef',
      text: `Through every point ${ONE} for as long as it stays finite, and nothing shows that it does: the network multiplies what it makes of the state, and v may grow faster than |x|, as in dX/dt = X^2${of}.`
    }
  return {
    ...shared,
    value: true,
    hypotheses,
    source: traits.slope === 'local' ? 'Picard and Lindeloef; Groenwall' : 'Picard and Lindeloef',
    text: `Through every point ${ONE} on [0, 1]${of}. ${NETWORK}`
  }
}

function hypothesesOn({ flowFile, engine }: Subject, traits: Traits): readonly Hypothesis[] {
  const { target } = flowFile
  const texts = [
    'the weights are finite',
    ...slopeOf(traits),
    continuity(jumpsOf(engine.telling)),
    ...(trainedElsewhere(flowFile)
      ? [
          'the change from the schedule that the network was trained on, X_t = s(t) Y_c(t), has a clock c and a scale s > 0 with integrable derivatives'
        ]
      : [])
  ]
  const checked = texts.map((text) => ({ text, status: 'checked' }) as const)
  return isInt8(target) ? [...checked, UNROUNDED] : checked
}

/** Whether a network was trained on another schedule than that of its flow. */
export function trainedElsewhere({ schedule, target }: Subject['flowFile']): boolean {
  return otherSchedule(schedule, (target as NetworkTarget).trainedSchedule) !== undefined
}

function slopeOf({ slope, attends, multiplies }: Traits): readonly string[] {
  const products = [
    ...(attends ? ['what the network attends to'] : []),
    ...(multiplies ? ['what it multiplies by one another'] : [])
  ].join(', and ')
  if (slope !== 'local') {
    const bounded =
      products === '' ? '' : `; ${products} is bounded, or one factor alone depends on the state`
    return [
      `every operation of the network is Lipschitz in the state (norms divide by no less than the root of their epsilon${bounded})`
    ]
  }
  const why = [
    ...(attends ? ['an attention gives a convex combination of its values'] : []),
    ...(multiplies
      ? ['of what is multiplied at most one factor is unbounded, or what follows is bounded']
      : [])
  ].join(', and ')
  return [
    'every operation of the network is Lipschitz in the state on bounded parts of space (norms divide by no less than the root of their epsilon)',
    `v grows no faster than the state, |v(t, x)| <= A + B |x|: ${why}`
  ]
}

function continuity(jumps: readonly number[]): string {
  if (jumps.length === 0) return 'v is continuous in the time'
  const ends = jumps.length === 1 ? 'an end' : 'the ends'
  return `v is continuous in the time but at ${jumps.map(showTime).join(' and ')}, ${ends} of the guidance interval, where solutions go on (Caratheodory)`
}

/** The times within the way at which the guidance begins or ends, and v with it. */
export function jumpsOf(telling: Subject['engine']['telling']): readonly number[] {
  if (telling === undefined || telling.guidance === 1) return []
  return telling.interval.filter((time) => time > 0 && time < 1)
}
