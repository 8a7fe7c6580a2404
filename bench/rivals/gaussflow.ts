import { dimOf } from '../../src/network/forward.ts'
import type { Kernel } from '../../src/platform/platform.ts'
import type { Rival } from './rival.ts'

// What a user installs: compiled, without types for Node to strip first.
const entry = new URL('../../dist/src/index.js', import.meta.url).href
const { formatSafetensors, openFlow } = (await import(entry)) as typeof import('../../src/index.ts')

/** This library: one call carries the batch through all steps. */
export const gaussflow = (kernel: Kernel): Rival => ({
  name: 'gaussflow',
  prepare(architecture, tensors) {
    const weights = 'weights.safetensors'
    const manifest = {
      format: 1,
      name: 'bench',
      description: '',
      licence: 'MIT',
      flow: {
        schedule: 'linear',
        target: { kind: 'network', architecture, prediction: 'velocity', weights }
      },
      data: { kind: 'vector' }
    }
    const files = { [weights]: formatSafetensors(tensors) }
    const dim = dimOf(architecture)
    return async () => {
      const flow = await openFlow({ manifest, files }, { kernel })
      return {
        sample: (data, count, steps) =>
          Promise.resolve(flow.decode({ count, dim, data }, { solver: 'euler', steps, error: false }).data),
        close: () => flow.close()
      }
    }
  }
})
