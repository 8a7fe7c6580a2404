import type { Flow } from '../../src/index.ts'
import { dimOf } from '../../src/network/forward.ts'
import { joinUnits } from '../../src/network/int8.ts'
import { layersOf } from '../../src/network/layers.ts'
import { roundWeights } from '../../src/network/roundWeights.ts'
import type { Kernel } from '../../src/platform/platform.ts'
import type { Architecture } from '../../src/schema/architecture.ts'
import type { Tensors } from '../../src/types.ts'
import type { Rival } from './rival.ts'

// What a user installs: compiled, without types for Node to strip first.
const entry = new URL('../../dist/src/index.js', import.meta.url).href
const files = new URL('../../dist/src/io/index.js', import.meta.url).href
const { openFlow } = (await import(entry)) as typeof import('../../src/index.ts')
const { formatSafetensors } = (await import(files)) as typeof import('../../src/io/index.ts')

const WEIGHTS = 'weights.safetensors'

/** How the library runs a network: a build of the core, or with the weights in 8 bits that `gaussflow quantize` gives it. */
export type Mode = Kernel | 'int8'

/** A network as the model folder that this library opens. */
function modelOf(architecture: Architecture, tensors: Tensors, mode: Mode) {
  const quantization = { format: 'int8' as const, float: lastLayer(architecture) }
  const rounded = roundWeights(architecture, tensors, 'int8', quantization.float)
  const [weights, target] =
    mode === 'int8'
      ? [formatSafetensors(rounded.tensors, {}, rounded.types), { quantization }]
      : [formatSafetensors(tensors), {}]
  const manifest = {
    format: 1,
    name: 'bench',
    description: '',
    licence: 'MIT',
    flow: {
      schedule: 'linear',
      target: { kind: 'network', architecture, prediction: 'velocity', weights: WEIGHTS, ...target }
    },
    data: { kind: 'vector' }
  }
  return { manifest, files: { [WEIGHTS]: weights } }
}

const lastLayer = (architecture: Architecture): string[] => layersOf(architecture).slice(-1)

/** The weights that an 8-bit network stands for, as numbers. */
export function dequantized(architecture: Architecture, tensors: Tensors): Tensors {
  const float = lastLayer(architecture)
  const { tensors: rounded } = roundWeights(architecture, tensors, 'int8', float)
  const quantization = { format: 'int8' as const, float }
  const target = { kind: 'network', prediction: 'velocity', denoiserUntil: 0.95, weights: WEIGHTS } as const
  const joined = joinUnits(rounded, { ...target, architecture, quantization })
  return new Map([...joined].map(([name, { shape, data }]) => [name, { shape, data }]))
}

export const openModel = (architecture: Architecture, tensors: Tensors, mode: Mode): Promise<Flow> =>
  openFlow(modelOf(architecture, tensors, mode), { kernel: mode === 'int8' ? 'plain' : mode })

/** This library: one call carries the batch through all steps. */
export const gaussflow = (mode: Mode): Rival => ({
  name: 'gaussflow',
  prepare(architecture, tensors) {
    const model = modelOf(architecture, tensors, mode)
    const dim = dimOf(architecture)
    return async () => {
      const flow = await openFlow(model, { kernel: mode === 'int8' ? 'plain' : mode })
      return {
        sample: (data, count, steps) =>
          Promise.resolve(flow.decode({ count, dim, data }, { solver: 'euler', steps, error: false }).data),
        close: () => flow.close()
      }
    }
  }
})
