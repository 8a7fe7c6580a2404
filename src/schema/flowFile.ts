import * as v from 'valibot'
import { fields } from './fields.ts'
import { ArchitectureSchema } from './architecture.ts'
import { ScheduleSchema } from './schedule.ts'

const finite = v.pipe(v.number(), v.finite())
const positive = v.pipe(finite, v.gtValue(0))
const vector = v.pipe(v.array(finite), v.minLength(1))
const matrix = v.pipe(v.array(vector), v.minLength(1))

/** N(mean, covariance). */
const GaussianSchema = fields({
  kind: v.literal('gaussian'),
  mean: vector,
  covariance: matrix
})

/** sum_k weights_k N(means_k, covariances_k), or N(means_k, diag(stds_k^2)) with one standard deviation or one per coordinate. */
const MixtureSchema = fields({
  kind: v.literal('mixture'),
  weights: v.pipe(v.array(positive), v.minLength(1)),
  means: matrix,
  covariances: v.optional(v.pipe(v.array(matrix), v.minLength(1))),
  stds: v.optional(v.union([v.array(positive), v.array(v.array(positive))]))
})

/** The mean of N(points_i, bandwidth^2 I) over a finite data set. */
const EmpiricalSchema = fields({
  kind: v.literal('empirical'),
  points: matrix,
  /** 0 for the data set itself, whose flow is not defined at time 1. */
  bandwidth: v.pipe(finite, v.minValue(0))
})

/** How the weights of a network are kept in less than 32 bits, where they are. */
export const QUANTIZATION_FORMATS = ['int8', 'f16'] as const
export type QuantizationFormat = (typeof QUANTIZATION_FORMATS)[number]

/** A trained network; its tensors lie in the file `weights` beside the manifest. */
const NetworkSchema = fields({
  kind: v.literal('network'),
  architecture: ArchitectureSchema,
  /** What the network's output stands for: the velocity itself, the denoiser E[X_1 | X_t = x], or the noise E[Z | X_t = x]. */
  prediction: v.picklist(['velocity', 'denoiser', 'noise']),
  /** The schedule that the network was trained on, where that is another than the flow's. */
  trainedSchedule: v.optional(ScheduleSchema),
  /** The time after which the coefficients that turn a denoiser or a noise into a velocity stay constant (they blow up at 1). */
  denoiserUntil: v.optional(v.pipe(finite, v.minValue(0.5), v.ltValue(1)), 0.95),
  /** The format of the weights, where it is not that of 32-bit numbers, and the layers that are left as they were. */
  quantization: v.optional(
    fields({
      format: v.picklist(QUANTIZATION_FORMATS),
      float: v.optional(v.array(v.string()), [])
    })
  ),
  weights: v.pipe(
    v.string(),
    v.regex(/^[\w-][\w.-]*\.safetensors$/, 'must be the name of a .safetensors file beside the manifest')
  )
})

const TargetSchema = v.variant('kind', [GaussianSchema, MixtureSchema, EmpiricalSchema, NetworkSchema])

export type TargetKind = v.InferOutput<typeof TargetSchema>['kind']
/** Every kind of target; the tests hold each law on each of them. */
export const TARGET_KINDS: readonly TargetKind[] = TargetSchema.options.map(
  ({ entries }) => entries.kind.literal
)

/** The smallest model: which interpolant, and towards what. */
export const FlowFileSchema = fields({
  schedule: ScheduleSchema,
  target: TargetSchema
})

export type GaussianTarget = v.InferOutput<typeof GaussianSchema>
export type MixtureTarget = v.InferOutput<typeof MixtureSchema>
export type EmpiricalTarget = v.InferOutput<typeof EmpiricalSchema>
export type NetworkTarget = v.InferOutput<typeof NetworkSchema>
export type Target = v.InferOutput<typeof TargetSchema>
export type FlowFile = v.InferInput<typeof FlowFileSchema>
