import { GaussflowError } from '../error.ts'
import type { Architecture, UnetArchitecture } from '../schema/architecture.ts'
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

/** Checks what the shape of an architecture alone cannot say. */
export function checkArchitecture(architecture: Architecture): void {
  if (architecture.kind === 'graph') {
    graphsLoaded().checkGraph(architecture)
    return
  }
  if (architecture.kind === 'mlp') return
  const { timeWidth } = architecture
  expectThat(
    timeWidth % 2 === 0,
    'timeWidth',
    `be even, got ${timeWidth}; half of it are sines, half cosines`
  )
  if ('patch' in architecture) {
    const { patch, image } = architecture
    expectThat(
      image[0] % patch === 0 && image[1] % patch === 0,
      'patch',
      `divide the height and the width of the image, got ${patch} for ${image[0]} x ${image[1]}`
    )
  }
  if (architecture.kind === 'patch-transformer') expectHeads(architecture.heads, architecture.width)
  if (architecture.kind === 'unet') checkUnet(architecture)
}

function checkUnet({ image, width, multipliers, groups, heads }: UnetArchitecture): void {
  const most = 2 ** (multipliers.length - 1)
  expectThat(
    image[0] % most === 0 && image[1] % most === 0,
    'multipliers',
    `be so few that the image can be halved from one to the next, got ${multipliers.length} for ${image[0]} x ${image[1]}`
  )
  expectThat(width % groups === 0, 'groups', `divide \`width\`, got ${groups} for ${width}`)
  if (heads !== undefined) expectHeads(heads, width * multipliers[multipliers.length - 1])
}

function expectHeads(heads: number, width: number): void {
  expectThat(width % heads === 0, 'heads', `divide the ${width} channels that they share, got ${heads}`)
}

function expectThat(truth: boolean, field: string, must: string): void {
  const path = `target.architecture.${field}`
  if (!truth) throw new GaussflowError('invalid_argument', `\`${path}\` must ${must}`, { path })
}
