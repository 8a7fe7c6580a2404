/**
 * Rounds the weights of models to 8 or 16 bits. The entry for Node.
 *
 * @module
 */
import { quantizer, type QuantizeModel } from './flow/quantize/quantize.ts'
import { nodePlatform } from './platform/node.ts'

export type { LawDistance } from './flow/quantize/distance.ts'
export type {
  QuantizeModel,
  QuantizeOptions,
  QuantizedModel,
  QuantizationReport
} from './flow/quantize/quantize.ts'
export type { VelocityError } from './flow/quantize/velocityError.ts'

/** Rounds a bundled model by name, a model folder by its path, or its content. */
export const quantizeModel: QuantizeModel = quantizer(nodePlatform)
