import * as v from 'valibot'
import { fields } from './fields.ts'
import { ImageShapeSchema } from './architecture.ts'
import { FlowFileSchema } from './flowFile.ts'
import { SolverSchema, StepsSchema } from './request.ts'

const finite = v.pipe(v.number(), v.finite())
const finites = v.pipe(v.array(finite), v.minLength(1))
const positives = v.pipe(v.array(v.pipe(finite, v.gtValue(0))), v.minLength(1))

export const ModelNameSchema = v.pipe(
  v.string(),
  v.regex(/^[a-z0-9][a-z0-9-]{0,63}$/, 'must be lower-case words joined by hyphens')
)

/** The names of the labels that a network is told, from label 0 on. */
const labels = v.optional(v.array(v.string()))

/** How a model folder describes itself: the flow, the data, and where both came from. */
export const ManifestSchema = fields({
  format: v.literal(1),
  name: ModelNameSchema,
  description: v.string(),
  licence: v.string(),
  flow: FlowFileSchema,
  data: v.variant('kind', [
    fields({ kind: v.literal('image'), shape: ImageShapeSchema, labels }),
    fields({ kind: v.literal('vector'), columns: v.optional(v.array(v.string())), labels })
  ]),
  /** data = shift + scale * state, one number for all coordinates or one for each. */
  preprocessing: v.optional(
    fields({
      shift: v.union([finite, finites]),
      scale: v.union([v.pipe(finite, v.gtValue(0)), positives])
    })
  ),
  /** The solver and steps used where a request names none. */
  sampling: v.optional(fields({ solver: SolverSchema, steps: StepsSchema })),
  /** SHA-256 of each file beside the manifest. */
  hash: v.optional(
    v.record(v.string(), v.pipe(v.string(), v.regex(/^[0-9a-f]{64}$/, 'must be 64 hexadecimal digits')))
  ),
  /** Scores of held-out data, as `flow.calibrate` finds them; looked at when a score of anomaly is asked for. */
  calibration: v.optional(v.record(v.string(), v.unknown())),
  training: v.optional(v.record(v.string(), v.unknown())),
  metrics: v.optional(v.record(v.string(), v.unknown()))
})

export type Manifest = v.InferOutput<typeof ManifestSchema>
