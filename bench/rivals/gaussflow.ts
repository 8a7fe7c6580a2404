import type { Flow } from '../../src/index.ts'
import { dimOf } from '../../src/network/forward.ts'
import type { Kernel } from '../../src/platform/platform.ts'
import type { Architecture } from '../../src/schema/architecture.ts'
import type { NetworkTarget } from '../../src/schema/flowFile.ts'
import type { Tensors } from '../../src/types.ts'
import type { Rival } from './rival.ts'

// What a user installs: compiled, without types for Node to strip first.
const entry = new URL('../../dist/src/index.js', import.meta.url).href
const files = new URL('../../dist/src/io/index.js', import.meta.url).href
const { openFlow } = (await import(entry)) as typeof import('../../src/index.ts')
export const { formatSafetensors } = (await import(files)) as typeof import('../../src/io/index.ts')

export type Quantization = NonNullable<NetworkTarget['quantization']>

export const WEIGHTS = 'weights.safetensors'

/** A network as the model folder that this library opens. */
function modelOf(architecture: Architecture, weights: Uint8Array, quantization?: Quantization) {
  const target = { kind: 'network', architecture, prediction: 'velocity', weights: WEIGHTS }
  const manifest = {
    format: 1,
    name: 'bench',
    description: '',
    licence: 'MIT',
    flow: { schedule: 'linear', target: { ...target, ...(quantization && { quantization }) } },
    data: { kind: 'vector' }
  }
  return { manifest, files: { [WEIGHTS]: weights } }
}

export const openModel = (architecture: Architecture, tensors: Tensors, kernel: Kernel): Promise<Flow> =>
  openFlow(modelOf(architecture, formatSafetensors(tensors)), { kernel })

/** This library: one call carries the batch through all steps. */
export const gaussflow = (kernel: Kernel): Rival =>
  rivalOf(kernel, (tensors) => ({ weights: formatSafetensors(tensors) }))

/** The same on weights that a file keeps in its own way. */
export function rivalOf(
  kernel: Kernel,
  kept: (tensors: Tensors, architecture: Architecture) => { weights: Uint8Array; quantization?: Quantization }
): Rival {
  return {
    name: 'gaussflow',
    prepare(architecture, tensors) {
      const { weights, quantization } = kept(tensors, architecture)
      const model = modelOf(architecture, weights, quantization)
      const dim = dimOf(architecture)
      return async () => {
        const flow = await openFlow(model, { kernel })
        return {
          sample: (data, count, steps) =>
            Promise.resolve(flow.decode({ count, dim, data }, { solver: 'euler', steps, error: false }).data),
          close: () => flow.close()
        }
      }
    }
  }
}
