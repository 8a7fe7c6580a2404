import { GaussflowError } from '../error.ts'
import type { Architecture } from '../schema/architecture.ts'
import type { QuantizationFormat } from '../schema/flowFile.ts'
import type { Tensor, Tensors } from '../types.ts'
import { MOST, unitsOf } from './int8.ts'
import { expectLayers, layersOf } from './layers.ts'

const MOST_F16 = 65504

/** Tensors as they go into a file, and the types of those that are not F32. */
export interface RoundedTensors {
  readonly tensors: Tensors
  readonly types: ReadonlyMap<string, 'I8' | 'F16'>
}

/**
 * The tensors of a network in less room. `int8`: the weight of every layer that is not in `float` as the nearest integers to
 * w / unit, |integer| <= 127, with one unit for each output, a 127th of its largest weight; all other tensors stay as they
 * are. `f16`: every tensor in 16 bits.
 *
 * @throws GaussflowError `invalid_argument` for a layer that the network does not have, or a number too large for 16 bits
 */
export function roundWeights(
  architecture: Architecture,
  tensors: Tensors,
  format: QuantizationFormat,
  float: readonly string[] = []
): RoundedTensors {
  const layers = layersOf(architecture)
  expectLayers(float, layers, 'float', 'invalid_argument')
  if (format === 'f16')
    return { tensors, types: new Map([...tensors].map(([name, tensor]) => half(name, tensor))) }
  const rounded = new Map<string, Tensor>()
  const types = new Map<string, 'I8'>()
  const chosen = layers.filter((layer) => !float.includes(layer)).map((layer) => `${layer}.weight`)
  for (const [name, tensor] of tensors) {
    if (!chosen.includes(name)) {
      rounded.set(name, tensor)
      continue
    }
    const { integers, units } = integersOf(tensor)
    rounded.set(name, { shape: tensor.shape, data: integers })
    rounded.set(unitsOf(name), { shape: [units.length], data: units })
    types.set(name, 'I8')
  }
  return { tensors: rounded, types }
}

function integersOf({ shape: [n, k], data }: Tensor): { integers: Float32Array; units: Float32Array } {
  const integers = new Float32Array(n * k)
  const units = new Float32Array(n)
  for (let i = 0; i < n; i++) {
    const row = data.subarray(i * k, (i + 1) * k)
    units[i] = row.reduce((most, weight) => Math.max(most, Math.abs(weight)), 0) / MOST
    // The unit is rounded, and must not make more of a weight than 127 of it.
    if (units[i] > 0)
      row.forEach((weight, j) => {
        integers[i * k + j] = Math.max(-MOST, Math.min(MOST, Math.round(weight / units[i])))
      })
  }
  return { integers, units }
}

function half(name: string, { data }: Tensor): [string, 'F16'] {
  const large = data.findIndex((value) => Math.abs(value) > MOST_F16)
  if (large < 0) return [name, 'F16']
  const message = `\`format\` must be int8 here: the tensor \`${name}\` holds ${data[large]}, and 16 bits hold ${MOST_F16} at most`
  throw new GaussflowError('invalid_argument', message, { path: 'format' })
}
