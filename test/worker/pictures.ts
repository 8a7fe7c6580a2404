import { parameters } from '../../src/network/parameters.ts'
import type { Architecture, ImageShape } from '../../src/schema/architecture.ts'
import { openFlow, type OpenFlow } from '../../src/index.workerd.ts'
import { formatSafetensors } from '../../src/io/index.ts'
import { createApp } from '../../worker/app.ts'
import { openModels, type ModelStore } from '../../worker/models.ts'

/** Three rows of five grey pixels: no side equals another, so that none can be taken for it. */
export const SHAPE: ImageShape = [3, 5, 1]
const architecture: Architecture = { kind: 'mlp', dim: 15, hidden: [8], activation: 'silu' }

/** A small picture model with weights that are of no use, but always the same. */
export const manifest = {
  format: 1,
  name: 'specks',
  description: 'noise that went through a small network',
  licence: 'CC0-1.0',
  flow: {
    schedule: 'linear',
    target: { kind: 'network', architecture, prediction: 'velocity', weights: 'weights.safetensors' }
  },
  data: { kind: 'image', shape: SHAPE },
  preprocessing: { shift: 0.5, scale: 0.5 },
  sampling: { solver: 'euler', steps: 4 }
}

function weights(): Uint8Array {
  let i = 0
  const tensors = parameters(architecture).map(({ name, shape }) => {
    const data = new Float32Array(shape.reduce((product, size) => product * size, 1)).map(
      () => 0.3 * Math.sin(++i)
    )
    return [name, { shape, data }] as const
  })
  return formatSafetensors(new Map(tensors))
}

export const files: Readonly<Record<string, Uint8Array>> = {
  'specks/model.json': new TextEncoder().encode(JSON.stringify(manifest)),
  'specks/weights.safetensors': weights()
}

/** A store of model folders that lie in memory. */
export function storeOf(
  folders: Readonly<Record<string, Uint8Array>>,
  open: OpenFlow = openFlow
): ModelStore {
  const names = [...new Set(Object.keys(folders).map((path) => path.split('/')[0]))]
  return {
    names: () => Promise.resolve(names),
    read: (path) => Promise.resolve(folders[path]),
    openFlow: open
  }
}

/** The worker's app over the picture model. */
export const pictures = createApp({ models: openModels(storeOf(files)) })
