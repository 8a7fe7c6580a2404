import { GaussflowError } from '../error.ts'
import type { Architecture } from '../schema/architecture.ts'
import type { Tensors } from '../types.ts'
import { firstNotFinite } from './finite.ts'
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
    const bad = firstNotFinite(tensor.data)
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

/**
 * Checks what the shape of an architecture alone cannot say.
 *
 * @param path of the architecture in what was given
 */
export function checkArchitecture(architecture: Architecture, path = 'target.architecture'): void {
  if (architecture.kind === 'graph') {
    graphsLoaded().checkGraph(architecture)
    return
  }
  if (architecture.kind === 'mlp') return
  const expectThat = (truth: boolean, field: string, must: string): void => {
    if (truth) return
    const at = `${path}.${field}`
    throw new GaussflowError('invalid_argument', `\`${at}\` must ${must}`, { path: at })
  }
  const { timeWidth } = architecture
  expectThat(
    timeWidth % 2 === 0,
    'timeWidth',
    `be even, got ${timeWidth}; half of it are sines, half cosines`
  )
  if (architecture.kind === 'residual-mlp') return
  const [height, columns] = architecture.image
  const divides = (by: number): boolean => height % by === 0 && columns % by === 0
  const size = `${height} x ${columns}`
  if ('patch' in architecture) {
    const { patch } = architecture
    expectThat(
      divides(patch),
      'patch',
      `divide the height and the width of the image, got ${patch} for ${size}`
    )
  } else {
    const { width, multipliers, groups } = architecture
    expectThat(
      divides(2 ** (multipliers.length - 1)),
      'multipliers',
      `be so few that the image can be halved from one to the next, got ${multipliers.length} for ${size}`
    )
    expectThat(width % groups === 0, 'groups', `divide \`width\`, got ${groups} for ${width}`)
  }
  if (architecture.kind === 'mixer' || architecture.heads === undefined) return
  const { width, heads } = architecture
  const shared =
    'multipliers' in architecture
      ? width * architecture.multipliers[architecture.multipliers.length - 1]
      : width
  expectThat(shared % heads === 0, 'heads', `divide the ${shared} channels that they share, got ${heads}`)
}
