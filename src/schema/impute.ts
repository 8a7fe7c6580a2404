import * as v from 'valibot'
import { fields } from './fields.ts'
import { FirstSchema, integer, ModelSchema, seed, solving, telling } from './request.ts'

const stdMessage = 'must be a number of at least 0, or one for each observation'
const StdSchema = v.pipe(v.number(stdMessage), v.finite(stdMessage), v.minValue(0, stdMessage))

/** The fields of an imputation that a formula has no use for. */
const guiding = {
  steps: solving.steps,
  grid: solving.grid,
  times: solving.times,
  /** The most iterations of conjugate gradients for each step. */
  iterations: v.optional(integer(1, 100))
}
export const GUIDING = Object.keys(guiding) as (keyof typeof guiding)[]

/** What is known of the rows, and how to draw the rest. Masks and matrices are looked at apart, faster than by a schema. */
export const ImputeOptionsSchema = fields({
  mask: v.optional(v.unknown()),
  operator: v.optional(v.unknown()),
  noiseStd: v.optional(v.union([StdSchema, v.pipe(v.array(StdSchema), v.minLength(1))], stdMessage)),
  method: v.optional(v.picklist(['exact', 'guided'])),
  /** How many draws for each row. */
  count: v.optional(integer(1, 1_000_000), 1),
  ...seed,
  first: FirstSchema,
  ...guiding,
  ...telling
})

export type ImputeFields = v.InferOutput<typeof ImputeOptionsSchema>

export const ImputeRequestSchema = fields({
  model: ModelSchema,
  input: v.unknown(),
  ...ImputeOptionsSchema.entries
})
