import * as v from 'valibot'
import { fields } from './fields.ts'
import { QUANTIZATION_FORMATS } from './flowFile.ts'
import { ModelNameSchema } from './manifest.ts'
import { integer, SeedSchema } from './request.ts'

/** How the weights of a model are to be kept, and by how many ways the difference is measured. */
export const QuantizeOptionsSchema = fields({
  /** `int8`: weights of 8 bits and activations of 7; `f16`: weights of 16 bits, which are widened when they are read. */
  format: v.optional(v.picklist(QUANTIZATION_FORMATS), 'int8'),
  /** The layers that `int8` leaves as they are; the last one where this is left out. */
  float: v.optional(v.array(v.string())),
  /** The name of the model that is written; the model's own and the format where this is left out. */
  name: v.optional(ModelNameSchema),
  /** How many ways from noise to data the measured numbers rest on. */
  count: v.optional(integer(2, 4096), 64),
  /** Of their noise. */
  seed: v.optional(SeedSchema, 0)
})
