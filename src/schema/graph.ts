import * as v from 'valibot'
import { ActivationSchema, ImageShapeSchema, size } from './architecture.ts'
import { fields } from './fields.ts'

// One operation a node, with the arguments that it has in src/network/operations.ts. `inputs` are places of earlier nodes.

const place = v.pipe(v.number(), v.integer(), v.minValue(0))
const some = v.pipe(v.array(place), v.minLength(1), v.maxLength(64))
const inputs = <const N extends number>(count: N) => v.pipe(v.array(place), v.length(count))
const one = inputs(1)
const name = v.pipe(v.string(), v.minLength(1), v.maxLength(200))
const activation = v.optional(ActivationSchema)
const epsilon = v.pipe(v.number(), v.minValue(0), v.maxValue(1))
const pair = v.strictTuple([size, size], 'must be [height, width]')
const finite = v.pipe(v.number(), v.finite())

const GraphNodeSchema = v.variant('op', [
  fields({ op: v.literal('state') }),
  fields({ op: v.literal('time') }),
  fields({ op: v.literal('condition') }),
  fields({ op: v.literal('parameter'), name, tokens: size, width: size }),
  fields({ op: v.literal('dense'), name, inputs: some, width: size, activation }),
  fields({ op: v.literal('mixTokens'), name, inputs: one, tokens: size, activation }),
  fields({
    op: v.literal('conv'),
    name,
    inputs: one,
    image: pair,
    channels: size,
    kernel: size,
    stride: size,
    padding: place,
    activation
  }),
  fields({ op: v.literal('activate'), inputs: one, activation: ActivationSchema }),
  fields({ op: v.picklist(['layerNorm', 'rmsNorm']), inputs: one, epsilon }),
  fields({ op: v.literal('groupNorm'), inputs: one, groups: size, epsilon }),
  fields({ op: v.literal('add'), inputs: inputs(2), factor: v.optional(finite) }),
  fields({ op: v.literal('multiply'), inputs: inputs(2) }),
  fields({ op: v.picklist(['modulate', 'addGated']), inputs: inputs(3) }),
  fields({ op: v.literal('concat'), inputs: some }),
  fields({ op: v.literal('slice'), inputs: one, from: place, width: size }),
  fields({ op: v.literal('reshape'), inputs: one, tokens: size, width: size }),
  fields({ op: v.literal('transpose'), inputs: one }),
  fields({ op: v.literal('upsample'), inputs: one, image: pair, factor: size }),
  fields({ op: v.literal('attention'), inputs: inputs(3), heads: size }),
  fields({ op: v.picklist(['patches', 'unpatch']), inputs: one, image: ImageShapeSchema, patch: size })
])

export const GraphNodesSchema = v.pipe(v.array(GraphNodeSchema), v.minLength(1))
export type GraphNode = v.InferOutput<typeof GraphNodeSchema>
