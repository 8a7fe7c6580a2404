import * as v from 'valibot'
import { fields } from './fields.ts'

export const size = v.pipe(v.number(), v.integer(), v.minValue(1), v.maxValue(65536))

export const ACTIVATIONS = [
  'identity',
  'silu',
  'relu',
  'tanh',
  'gelu',
  'gelu-erf',
  'sigmoid',
  'softplus',
  'sine',
  'cosine'
] as const
export const ActivationSchema = v.picklist(ACTIVATIONS)
export type Activation = v.InferOutput<typeof ActivationSchema>

/** Height, width, channels. Pixels are stored row by row, channels last. */
export const ImageShapeSchema = v.strictTuple([size, size, size], 'must be [height, width, channels]')
export type ImageShape = v.InferOutput<typeof ImageShapeSchema>

/** What a network is told beside the state and the time: one of some classes, or some numbers. */
export const ConditionSchema = v.variant('kind', [
  fields({ kind: v.literal('label'), classes: v.pipe(size, v.minValue(2)) }),
  fields({ kind: v.literal('vector'), size })
])
export type Condition = v.InferOutput<typeof ConditionSchema>

const condition = v.optional(ConditionSchema)

const MlpSchema = fields({
  kind: v.literal('mlp'),
  dim: size,
  hidden: v.pipe(v.array(size), v.minLength(1), v.maxLength(64)),
  activation: ActivationSchema,
  condition
})

const ResidualMlpSchema = fields({
  kind: v.literal('residual-mlp'),
  dim: size,
  width: size,
  depth: size,
  timeWidth: size,
  activation: ActivationSchema,
  condition
})

const MixerSchema = fields({
  kind: v.literal('mixer'),
  image: ImageShapeSchema,
  patch: size,
  width: size,
  depth: size,
  tokenHidden: size,
  channelHidden: size,
  timeWidth: size,
  activation: ActivationSchema,
  condition
})

/** Any network, as a list of operations; what each node must have is in graph.ts, which is loaded with the first of them. */
const GraphSchema = fields({
  kind: v.literal('graph'),
  dim: size,
  condition,
  nodes: v.pipe(v.array(v.looseObject({ op: v.string() })), v.minLength(1), v.maxLength(16384)),
  /** The place of the node that is the network's output. */
  output: v.pipe(v.number(), v.integer(), v.minValue(0))
})

const PatchTransformerSchema = fields({
  kind: v.literal('patch-transformer'),
  image: ImageShapeSchema,
  patch: size,
  width: size,
  depth: size,
  heads: size,
  hidden: size,
  timeWidth: size,
  activation: ActivationSchema,
  condition
})

const UnetSchema = fields({
  kind: v.literal('unet'),
  image: ImageShapeSchema,
  width: size,
  multipliers: v.pipe(v.array(size), v.minLength(1), v.maxLength(8)),
  blocks: size,
  groups: size,
  heads: v.optional(size),
  timeWidth: size,
  activation: ActivationSchema,
  condition
})

export const ArchitectureSchema = v.variant('kind', [
  MlpSchema,
  ResidualMlpSchema,
  MixerSchema,
  PatchTransformerSchema,
  UnetSchema,
  GraphSchema
])

export type MlpArchitecture = v.InferOutput<typeof MlpSchema>
export type ResidualMlpArchitecture = v.InferOutput<typeof ResidualMlpSchema>
export type MixerArchitecture = v.InferOutput<typeof MixerSchema>
export type GraphArchitecture = v.InferOutput<typeof GraphSchema>
export type PatchTransformerArchitecture = v.InferOutput<typeof PatchTransformerSchema>
export type UnetArchitecture = v.InferOutput<typeof UnetSchema>
export type Architecture = v.InferOutput<typeof ArchitectureSchema>
