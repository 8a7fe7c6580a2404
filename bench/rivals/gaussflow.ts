import type { Flow } from '../../src/index.ts'
import { dimOf } from '../../src/network/forward.ts'
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

/** A network as the model folder that this library opens. */
function modelOf(architecture: Architecture, tensors: Tensors) {
  const manifest = {
    format: 1,
    name: 'bench',
    description: '',
    licence: 'MIT',
    flow: {
      schedule: 'linear',
      target: { kind: 'network', architecture, prediction: 'velocity', weights: WEIGHTS }
    },
    data: { kind: 'vector' }
  }
  return { manifest, files: { [WEIGHTS]: formatSafetensors(tensors) } }
}

export const openModel = (architecture: Architecture, tensors: Tensors, kernel: Kernel): Promise<Flow> =>
  openFlow(modelOf(architecture, tensors), { kernel })

/** This library: one call carries the batch through all steps. */
export const gaussflow = (kernel: Kernel): Rival => ({
  name: 'gaussflow',
  prepare(architecture, tensors) {
    const model = modelOf(architecture, tensors)
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
})
