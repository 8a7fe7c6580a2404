import * as v from 'valibot'
import { checkArchitecture } from '../network/weights.ts'
import { ArchitectureSchema } from '../schema/architecture.ts'
import { ScheduleSchema } from '../schema/schedule.ts'
import { SeedSchema } from '../schema/request.ts'
import { validate } from '../schema/validate.ts'

const finite = v.pipe(v.number(), v.finite())
const positive = v.pipe(finite, v.gtValue(0))
const fraction = v.pipe(finite, v.minValue(0), v.maxValue(1))
const decay = v.pipe(finite, v.minValue(0), v.ltValue(1))

/** How training times are drawn: evenly on [0, 1], or sigmoid(mean + sd N(0, 1)) with a share of even ones. */
export const TimeDistributionSchema = v.variant('kind', [
  v.strictObject({ kind: v.literal('uniform') }),
  v.strictObject({
    kind: v.literal('logit-normal'),
    mean: v.optional(finite, -0.4),
    sd: v.optional(positive, 1),
    uniform: v.optional(fraction, 0.1)
  })
])

/** Everything that decides what a training run computes, besides its data. */
export const TrainingSettingsSchema = v.strictObject({
  architecture: ArchitectureSchema,
  schedule: v.optional(ScheduleSchema, 'linear'),
  /** By default the denoiser for a network on patches, whose narrow layers cannot carry the noise, and the velocity otherwise. */
  prediction: v.optional(v.picklist(['velocity', 'denoiser'])),
  denoiserUntil: v.optional(v.pipe(finite, v.minValue(0.5), v.ltValue(1)), 0.95),
  steps: v.pipe(v.number(), v.integer(), v.minValue(1), v.maxValue(100_000_000)),
  /** Rows per step. */
  batch: v.optional(v.pipe(v.number(), v.integer(), v.minValue(1), v.maxValue(65_536)), 64),
  /** The peak of the learning rate: linear warm-up, then a cosine down to `finalRate` times the peak. */
  learningRate: v.optional(positive, 2e-3),
  warmup: v.optional(v.pipe(v.number(), v.integer(), v.minValue(0)), 200),
  finalRate: v.optional(fraction, 0.02),
  betas: v.optional(v.strictTuple([decay, decay]), [0.9, 0.99]),
  weightDecay: v.optional(v.pipe(finite, v.minValue(0)), 0.01),
  /** The largest norm of a gradient; longer ones are shortened to it. */
  clip: v.optional(positive, 1),
  /** The decay of the moving average of the weights, which is what a run returns. */
  ema: v.optional(decay, 0.999),
  /** By default even for the velocity; a denoiser's errors grow as 1 / a near the data, so there logit-normal. */
  time: v.optional(TimeDistributionSchema),
  /** Of the rows of a network with a condition, the share that is not told it: what guidance compares with. */
  conditionDropout: v.optional(fraction, 0.1),
  seed: v.optional(SeedSchema, 0)
})

export type TimeDistribution = v.InferOutput<typeof TimeDistributionSchema>
export type TrainingSettings = Required<v.InferOutput<typeof TrainingSettingsSchema>>
export type TrainingSettingsInput = v.InferInput<typeof TrainingSettingsSchema>

/**
 * Checks settings and fills in the defaults.
 *
 * @throws GaussflowError `invalid_argument` that names the first field at fault.
 */
export function trainingSettings(input: TrainingSettingsInput): TrainingSettings {
  const given = validate(TrainingSettingsSchema, input)
  const prediction = given.prediction ?? ('patch' in given.architecture ? 'denoiser' : 'velocity')
  const kind = prediction === 'denoiser' ? 'logit-normal' : 'uniform'
  const settings = { ...given, prediction, time: given.time ?? validate(TimeDistributionSchema, { kind }) }
  checkArchitecture(settings.architecture, 'architecture')
  return settings
}
