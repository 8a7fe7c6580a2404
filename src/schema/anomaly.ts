import * as v from 'valibot'
import { fields } from './fields.ts'
import { integer, ModelSchema, SeedSchema, telling, TimeSchema } from './request.ts'

export const ANOMALY_METHODS = ['denoising', 'density', 'typicality'] as const
/** What is measured: the other method compares densities with the usual one. */
export const MEASURES = ['denoising', 'density'] as const

const positive = v.pipe(v.number(), v.finite())
const times = v.pipe(v.array(TimeSchema), v.minLength(1), v.maxLength(64))
const draws = integer(1, 1024)
const drawing = {
  /** The times at which data are denoised. */
  times: v.optional(times),
  /** How many draws of noise for each time, the same for all rows. */
  draws: v.optional(draws),
  seed: v.optional(SeedSchema)
}
export const DENOISING = ['times', 'draws'] as const

/** Scores in ascending order, and how they were found. */
const scores = { scores: v.pipe(v.array(positive), v.minLength(1), v.maxLength(100_000)) }

export const CalibrationSchema = fields({
  denoising: v.optional(
    fields({
      times,
      draws,
      seed: SeedSchema,
      ...scores
    })
  ),
  density: v.optional(fields({ seed: SeedSchema, ...scores }))
})

export const AnomalyOptionsSchema = fields({
  method: v.optional(v.picklist(ANOMALY_METHODS), 'denoising'),
  ...drawing,
  /** In place of the model's own. */
  calibration: v.optional(CalibrationSchema),
  ...telling
})

export const CalibrateOptionsSchema = fields({
  /** What to measure. */
  methods: v.optional(v.pipe(v.array(v.picklist(MEASURES)), v.minLength(1)), ['denoising']),
  /** The most rows that are scored; of more, these are drawn by the seed. */
  count: v.optional(integer(1, 100_000), 1000),
  ...drawing
})

export const AnomalyRequestSchema = fields({
  model: ModelSchema,
  input: v.unknown(),
  ...AnomalyOptionsSchema.entries
})

export type AnomalyFields = v.InferOutput<typeof AnomalyOptionsSchema>
