import * as v from 'valibot'
import { AssumeSchema } from './certify.ts'
import { fields } from './fields.ts'
import { integer, ModelSchema, SeedSchema, solving, telling, TimeSchema } from './request.ts'

const finite = v.pipe(v.number(), v.finite())
const notNegative = v.pipe(finite, v.minValue(0))

/** What of a flow is to be certified, and by how many samples it is measured. */
export const CertifyOptionsSchema = fields({
  assume: v.optional(AssumeSchema),
  /** The way whose flow map is meant. */
  from: v.optional(TimeSchema, 0),
  to: v.optional(TimeSchema, 1),
  /** At how many times, equally spaced from `from` to `to`, the bounds on the gradient are told. */
  points: v.optional(integer(2, 1025), 33),
  /** How many samples the measured statements rest on; with 0 there are none. */
  samples: v.optional(integer(0, 4096)),
  seed: v.optional(SeedSchema, 0),
  /** What the network is told, the same for all samples; of a network that can be told something. */
  ...telling,
  /** How far another source N(shift, scale^2 a(0)^2 I) is off, or one at a 2-Wasserstein distance. */
  source: v.optional(
    fields({
      shift: v.optional(notNegative),
      scale: v.optional(notNegative),
      distance: v.optional(notNegative)
    })
  ),
  solver: solving.solver,
  steps: solving.steps,
  grid: solving.grid,
  rtol: solving.rtol,
  atol: solving.atol
})

export const CertifyRequestSchema = fields({
  model: ModelSchema,
  other: v.optional(ModelSchema),
  ...CertifyOptionsSchema.entries
})

/** How exact a result is wanted, and by which solver. */
export const StepsOptionsSchema = fields({
  /** The most that samples may be off, in the 2-Wasserstein distance, in units of the flow's states. */
  tolerance: v.pipe(finite, v.minValue(1e-6), v.maxValue(10)),
  solver: solving.solver,
  samples: v.optional(integer(1, 4096)),
  seed: v.optional(SeedSchema, 0),
  ...telling,
  assume: v.optional(AssumeSchema)
})
