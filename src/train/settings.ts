import { GaussflowError } from '../error.ts'
import * as v from 'valibot'
import { checkArchitecture } from '../network/weights.ts'
import { ArchitectureSchema } from '../schema/architecture.ts'
import { ScheduleSchema } from '../schema/schedule.ts'
import { SeedSchema } from '../schema/request.ts'
import { validate } from '../schema/validate.ts'

const finite = v.pipe(v.number(), v.finite())
const positive = v.pipe(finite, v.gtValue(0))
const fraction = v.pipe(finite, v.minValue(0), v.maxValue(1))
const step = v.pipe(finite, v.minValue(0))
const decay = v.pipe(finite, v.minValue(0), v.ltValue(1))

const MOST_STEPS = 100_000_000
const COUPLINGS = ['independent', 'optimal-transport'] as const
const LEARNING_RATE_SCHEDULES = ['cosine', 'linear', 'constant'] as const

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
  /** By default, and at most, as many as `minutes` allow. */
  steps: v.optional(v.pipe(v.number(), v.integer(), v.minValue(1), v.maxValue(MOST_STEPS))),
  /** The longest that the run may take, all sittings together; it measures its pace and plans its steps by it. */
  minutes: v.optional(positive),
  /** Stop after so many points of the held-out curve in a row without a new least, and return the weights of the least. */
  patience: v.optional(v.pipe(v.number(), v.integer(), v.minValue(1))),
  /** Rows per step. */
  batch: v.optional(v.pipe(v.number(), v.integer(), v.minValue(1), v.maxValue(65_536)), 64),
  /** How each step's noise meets its data: as drawn, or by the cheapest one-to-one assignment of the step's rows. */
  coupling: v.optional(v.picklist(COUPLINGS), 'independent'),
  /** Of data that were rounded to multiples of a step: that step, one for all coordinates or one for each; 0 of none. */
  dequantise: v.optional(v.union([step, v.pipe(v.array(step), v.minLength(1))]), 0),
  /** The peak of the learning rate: linear warm-up, then down to `finalRate` times the peak along `learningRateSchedule`. */
  learningRate: v.optional(positive, 2e-3),
  learningRateSchedule: v.optional(v.picklist(LEARNING_RATE_SCHEDULES), 'cosine'),
  /** By default 200 steps, or a tenth of the run where that is less. */
  warmup: v.optional(v.pipe(v.number(), v.integer(), v.minValue(0))),
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
type Given = v.InferOutput<typeof TrainingSettingsSchema>
/** Left out where a run has none. */
type Open = 'minutes' | 'patience'
export type TrainingSettings = Required<Omit<Given, Open>> & Pick<Given, Open>
export type TrainingSettingsInput = v.InferInput<typeof TrainingSettingsSchema>

/**
 * Checks settings and fills in the defaults. The steps of a run that has only `minutes` are as many as there can be.
 *
 * @throws GaussflowError `invalid_argument` that names the first field at fault.
 */
export function trainingSettings(input: TrainingSettingsInput): TrainingSettings {
  const given = validate(TrainingSettingsSchema, input)
  const prediction = given.prediction ?? ('patch' in given.architecture ? 'denoiser' : 'velocity')
  const kind = prediction === 'denoiser' ? 'logit-normal' : 'uniform'
  const time = given.time ?? validate(TimeDistributionSchema, { kind })
  const steps = given.steps ?? (given.minutes === undefined ? refuseEndless() : MOST_STEPS)
  const warmup = given.warmup ?? Math.min(200, Math.floor(steps / 10))
  const settings = { ...given, prediction, time, steps, warmup }
  checkCoupling(settings)
  // A graph is checked once its code is loaded.
  if (settings.architecture.kind !== 'graph') checkArchitecture(settings.architecture, 'architecture')
  return settings
}

function refuseEndless(): never {
  throw new GaussflowError('invalid_argument', '`steps` must be given, or `minutes`, got neither', {
    path: 'steps'
  })
}

/** Among rows that are told different numbers, noise would learn to tell what they are told; labels have rows to share it. */
function checkCoupling({ coupling, architecture: { condition } }: TrainingSettings): void {
  if (coupling === 'independent' || condition?.kind !== 'vector') return
  throw new GaussflowError(
    'invalid_argument',
    '`coupling` must be "independent" of a network that is told numbers, got "optimal-transport"',
    { path: 'coupling' }
  )
}
