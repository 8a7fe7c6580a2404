import { joinUnits } from '../../src/network/int8.ts'
import { layersOf } from '../../src/network/layers.ts'
import { roundWeights } from '../../src/network/roundWeights.ts'
import type { Architecture } from '../../src/schema/architecture.ts'
import type { Tensors } from '../../src/types.ts'
import { formatSafetensors, rivalOf, WEIGHTS, type Quantization } from './gaussflow.ts'

/** As `gaussflow quantize` does it: the last layer stays as it is. */
const quantizationOf = (architecture: Architecture): Quantization & { float: string[] } => ({
  format: 'int8',
  float: layersOf(architecture).slice(-1)
})

/** This library with the weights in 8 bits. */
export const int8 = rivalOf('plain', (tensors, architecture) => {
  const quantization = quantizationOf(architecture)
  const { tensors: rounded, types } = roundWeights(architecture, tensors, 'int8', quantization.float)
  return { weights: formatSafetensors(rounded, {}, types), quantization }
})

/** The weights that an 8-bit network stands for, as numbers. */
export function dequantized(architecture: Architecture, tensors: Tensors): Tensors {
  const quantization = quantizationOf(architecture)
  const { tensors: rounded } = roundWeights(architecture, tensors, 'int8', quantization.float)
  const target = { kind: 'network', prediction: 'velocity', denoiserUntil: 0.95, weights: WEIGHTS } as const
  const joined = joinUnits(rounded, { ...target, architecture, quantization })
  return new Map([...joined].map(([name, { shape, data }]) => [name, { shape, data }]))
}
