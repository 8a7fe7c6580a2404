import type { Target } from '../schema/flowFile.ts'

/** Whether a target is a network with 8-bit weights. */
export const isInt8 = (target: Target): boolean =>
  target.kind === 'network' && target.quantization?.format === 'int8'
