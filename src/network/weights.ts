import { GaussflowError } from '../error.ts'
import type { Architecture } from '../schema/architecture.ts'
import type { Tensors } from '../types.ts'
import { graphsLoaded } from './forward.ts'
import { parameters } from './parameters.ts'

/** Checks that the tensors are exactly the parameters of the architecture, finite, and of the right shapes. */
export function checkWeights(architecture: Architecture, tensors: Tensors): void {
  const expected = parameters(architecture)
  for (const { name, shape } of expected) {
    const tensor = tensors.get(name)
    if (tensor === undefined)
      refuse(name, `the weights must hold the tensor \`${name}\` of shape [${shape.join(', ')}], and do not`)
    if (tensor.shape.join() !== shape.join()) {
      refuse(
        name,
        `the tensor \`${name}\` must have shape [${shape.join(', ')}], got [${tensor.shape.join(', ')}]`
      )
    }
    const bad = tensor.data.findIndex((value) => !Number.isFinite(value))
    if (bad >= 0)
      refuse(
        name,
        `the tensor \`${name}\` must hold finite numbers, got ${tensor.data[bad]} at position ${bad}`
      )
  }
  const known = new Set(expected.map(({ name }) => name))
  for (const name of tensors.keys()) {
    if (!known.has(name))
      refuse(name, `the architecture has no tensor \`${name}\`; do the weights belong to this manifest?`)
  }
}

function refuse(path: string, message: string): never {
  throw new GaussflowError('invalid_model', message, { path })
}

/** Checks what the shape of an architecture alone cannot say. */
export function checkArchitecture(architecture: Architecture): void {
  const path = 'target.architecture'
  if (architecture.kind === 'graph') {
    graphsLoaded().checkGraph(architecture)
    return
  }
  if (architecture.kind !== 'mlp' && architecture.timeWidth % 2 !== 0) {
    throw new GaussflowError(
      'invalid_argument',
      `\`${path}.timeWidth\` must be even, got ${architecture.timeWidth}; half of it are sines, half cosines`,
      { path: `${path}.timeWidth` }
    )
  }
  if (architecture.kind !== 'mixer') return
  const { patch, image } = architecture
  if (image[0] % patch !== 0 || image[1] % patch !== 0) {
    throw new GaussflowError(
      'invalid_argument',
      `\`${path}.patch\` must divide the height and the width of the image, got ${patch} for ${image[0]} x ${image[1]}`,
      { path: `${path}.patch` }
    )
  }
}
