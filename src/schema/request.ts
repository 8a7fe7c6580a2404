import * as v from 'valibot'
import { fields } from './fields.ts'
import { FlowFileSchema } from './flowFile.ts'

export const SOLVER_NAMES = ['euler', 'heun', 'rk4'] as const
export const SolverSchema = v.picklist(SOLVER_NAMES)
export type SolverName = v.InferOutput<typeof SolverSchema>

/** An integer of a range; its message says all of it at once. */
const integer = (min: number, max: number) => {
  const message = `must be an integer from ${min} to ${max}`
  return v.pipe(v.number(message), v.integer(message), v.minValue(min, message), v.maxValue(max, message))
}

/** The largest seed is the largest integer that JSON carries exactly, 2^53 - 1. */
export const SeedSchema = integer(0, Number.MAX_SAFE_INTEGER)
export const StepsSchema = integer(1, 10_000)
const CountSchema = integer(1, 1_000_000)

const timeMessage = 'must be a number from 0 (noise) to 1 (data)'
const TimeSchema = v.pipe(v.number(timeMessage), v.minValue(0, timeMessage), v.maxValue(1, timeMessage))

/** A bundled model's name, or a flow file inline. */
const ModelSchema = v.union([v.pipe(v.string(), v.minLength(1), v.maxLength(200)), FlowFileSchema])

const solving = { solver: v.optional(SolverSchema), steps: v.optional(StepsSchema) }

/** How to integrate the flow: by which method, in how many steps. */
export const TransportOptionsSchema = fields(solving)

/** How many samples to draw, from which seed; `first` is the index of the first one in the seed's endless sequence. */
export const SampleOptionsSchema = fields({
  count: v.optional(CountSchema, 1),
  seed: v.optional(SeedSchema, 0),
  first: v.optional(integer(0, 2 ** 32 - 1), 0),
  ...solving
})

/** At which time to evaluate the velocity. */
export const VelocityOptionsSchema = fields({ time: TimeSchema })

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
