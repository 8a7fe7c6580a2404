import type { Part } from '../platform/platform.ts'
import type { Target } from '../schema/flowFile.ts'

/** Whether a target is a network with 8-bit weights. */
export const isInt8 = (target: Target): boolean =>
  target.kind === 'network' && target.quantization?.format === 'int8'

/** The part of the core that a target needs. */
export function partOf(target: Target): Part {
  if (target.kind !== 'network') return 'closedForm'
  return isInt8(target) ? 'int8' : 'network'
}
