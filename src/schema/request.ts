import * as v from 'valibot'
import { fields } from './fields.ts'
import { FlowFileSchema } from './flowFile.ts'

export const SOLVER_NAMES = [
  'euler',
  'midpoint',
  'heun',
  'rk4',
  'bosh3',
  'dopri5',
  'tsit5',
  'ab2',
  'ddim',
  'dpmpp2m',
  'implicit-midpoint',
  'stochastic'
] as const
export const SolverSchema = v.picklist(SOLVER_NAMES)
export type SolverName = v.InferOutput<typeof SolverSchema>

export const GRID_NAMES = ['uniform', 'cosine', 'karras'] as const
export type GridName = (typeof GRID_NAMES)[number]

/** An integer of a range; its message says all of it at once. */
export const integer = (min: number, max: number) => {
  const message = `must be an integer from ${min} to ${max}`
  return v.pipe(v.number(message), v.integer(message), v.minValue(min, message), v.maxValue(max, message))
}

/** The largest seed is the largest integer that JSON carries exactly, 2^53 - 1. */
export const SeedSchema = integer(0, Number.MAX_SAFE_INTEGER)
export const StepsSchema = integer(1, 10_000)
const CountSchema = integer(1, 1_000_000)

const timeMessage = 'must be a number from 0 (noise) to 1 (data)'
export const TimeSchema = v.pipe(
  v.number(timeMessage),
  v.minValue(0, timeMessage),
  v.maxValue(1, timeMessage)
)

/** A bundled model's name, or a flow file inline. */
export const ModelSchema = v.union([v.pipe(v.string(), v.minLength(1), v.maxLength(200)), FlowFileSchema])

const number = (min: number, max: number, what = '') => {
  const message = `must be a number from ${min} to ${max}${what}`
  return v.pipe(v.number(message), v.minValue(min, message), v.maxValue(max, message))
}
const tolerance = number(1e-8, 0.1)

export const solving = {
  solver: v.optional(SolverSchema),
  steps: v.optional(StepsSchema),
  /** How the steps are spread over the time. */
  grid: v.optional(v.picklist(GRID_NAMES)),
  /** The times themselves, from the start to the end, in place of `steps` and `grid`. */
  times: v.optional(v.pipe(v.array(TimeSchema), v.minLength(2), v.maxLength(10_001))),
  /** Of an adaptive solver: the error of a step per unit of the state, and beside it. */
  rtol: v.optional(tolerance),
  atol: v.optional(tolerance),
  /** The most steps an adaptive solver tries for a row. */
  maxSteps: v.optional(integer(1, 1_000_000)),
  /** The most evaluations of the velocity for a row, those of the error estimate among them. */
  maxNfe: v.optional(integer(1, 2 ** 31 - 1))
}

const labelMessage = 'must be an integer from 0, or one for each row'
const LabelSchema = v.pipe(v.number(labelMessage), v.integer(labelMessage), v.minValue(0, labelMessage))
const NumbersSchema = v.pipe(v.array(v.pipe(v.number(), v.finite())), v.minLength(1))
const orEach = <T extends v.GenericSchema>(schema: T) =>
  v.union([schema, v.pipe(v.array(schema), v.minLength(1))])

/** What a network with a condition is told, and how much it weighs. */
export const telling = {
  label: v.optional(orEach(LabelSchema)),
  condition: v.optional(orEach(NumbersSchema)),
  guidance: v.optional(number(0, 100)),
  guidanceInterval: v.optional(v.strictTuple([TimeSchema, TimeSchema], 'must be [from, to]'))
}

/** Whether the result carries an estimate of its error, which takes half as much work again or more. */
const error = { error: v.optional(v.boolean()) }

export const seed = { seed: v.optional(SeedSchema, 0) }

/** How the divergence of the velocity is found: exactly, or by the mean of quadratic forms of random probes. */
const tracing = {
  divergence: v.optional(v.picklist(['exact', 'hutchinson'])),
  probes: v.optional(integer(1, 1024)),
  probeKind: v.optional(v.picklist(['rademacher', 'gaussian']))
}

/** How to integrate the flow: by which method, on which times, to which accuracy. */
export const TransportOptionsSchema = fields({ ...solving, ...error, ...telling })

/** The same between any two times. */
export const BetweenOptionsSchema = fields({
  from: TimeSchema,
  to: TimeSchema,
  ...solving,
  ...error,
  ...telling
})

export const FirstSchema = v.optional(integer(0, 2 ** 32 - 1), 0)
const draw = { count: v.optional(CountSchema, 1), ...seed, first: FirstSchema }
/** Of the probes: the seed, and the index of the first row in its sequence. */
const drawnProbes = { ...seed, first: FirstSchema }

/** Which samples of which seed. */
export const DrawOptionsSchema = fields(draw)

/** Of the stochastic solver: how much of the path is noise. */
const epsilon = { epsilon: v.optional(number(0, 100)) }

/** How many samples to draw, from which seed; `first` is the index of the first one in the seed's endless sequence. */
export const SampleOptionsSchema = fields({
  ...draw,
  ...solving,
  ...error,
  ...epsilon,
  /** Whether the samples come with their log-densities, in one pass. */
  logProb: v.optional(v.boolean()),
  ...tracing,
  ...telling
})

/** At which time to evaluate an estimate of the flow. */
export const QuantityOptionsSchema = fields({ time: TimeSchema, ...telling })

/** At which time to evaluate the velocity, and whether with its divergence. */
export const VelocityOptionsSchema = fields({
  time: TimeSchema,
  ...tracing,
  divergence: v.optional(v.union([v.boolean(), tracing.divergence.wrapped])),
  ...drawnProbes,
  ...telling
})

/** At which time to take the derivative of the velocity. */
export const TangentOptionsSchema = fields({ time: TimeSchema, ...telling })

const along = { ...solving, ...tracing }
/** The fields of a log-density that a formula has no use for. */
export const ALONG_THE_FLOW = Object.keys(along) as (keyof typeof along)[]

/** How to find a log-density: by its formula, or along the flow. */
export const LogProbOptionsSchema = fields({
  /** The time at which the points are: data at 1, else states. */
  time: v.optional(TimeSchema, 1),
  method: v.optional(v.picklist(['exact', 'ode'])),
  ...along,
  ...drawnProbes,
  ...telling
})

const WeightSchema = number(0, 1, ', from the first point (0) to the second (1)')

/** Where between two points to look: 0 is the first, 1 the second. */
export const InterpolateOptionsSchema = fields({
  ...solving,
  ...error,
  ...telling,
  weights: v.optional(v.pipe(v.array(WeightSchema), v.minLength(1), v.maxLength(10_001)))
})

/** At which times to show the way of samples, or of given latents. */
export const TrajectoryOptionsSchema = fields({
  ...draw,
  ...solving,
  ...epsilon,
  ...telling,
  frames: v.optional(v.pipe(v.array(TimeSchema), v.minLength(1), v.maxLength(10_001)))
})

/** Points come as rows, or as `{ shape, data }`; `toBatch` in io/batch.ts checks them, faster than a schema would. */
const input = { input: v.unknown() }
const model = { model: ModelSchema }

export const SampleRequestSchema = fields({ ...model, ...SampleOptionsSchema.entries })
export const TransportRequestSchema = fields({
  ...model,
  ...input,
  ...TransportOptionsSchema.entries
})
export const VelocityRequestSchema = fields({ ...model, ...input, ...VelocityOptionsSchema.entries })
