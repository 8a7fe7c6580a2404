import { describe, expect, it } from 'vitest'
import { parameters } from '../../src/network/parameters.ts'
import { checkArchitecture, checkWeights } from '../../src/network/weights.ts'
import type {
  Architecture,
  MixerArchitecture,
  PatchTransformerArchitecture,
  UnetArchitecture
} from '../../src/schema/architecture.ts'
import { refusal } from '../fixtures/refusal.ts'
import { randomWeights } from '../fixtures/weights.ts'
import { ARCHITECTURES } from './architectures.ts'

describe.each(Object.entries(ARCHITECTURES))('the weights of %s', (_, architecture) => {
  it('pass where they are whole', () => {
    checkArchitecture(architecture)
    checkWeights(architecture, randomWeights(architecture, 1))
  })

  it('are refused by name where any one of them is missing', () => {
    for (const { name } of parameters(architecture)) {
      const tensors = randomWeights(architecture, 1)
      tensors.delete(name)
      const { code, message } = refusal(() => {
        checkWeights(architecture, tensors)
      })
      expect({ code, named: message.includes(`\`${name}\``) }).toEqual({ code: 'invalid_model', named: true })
    }
  })

  it('are refused by name where any one of them has another shape', () => {
    for (const { name, shape } of parameters(architecture)) {
      const tensors = randomWeights(architecture, 1)
      const grown = [shape[0] + 1, ...shape.slice(1)]
      const length = grown.reduce((product, size) => product * size, 1)
      tensors.set(name, { shape: grown, data: new Float32Array(length) })
      expect(
        refusal(() => {
          checkWeights(architecture, tensors)
        })
      ).toEqual({
        code: 'invalid_model',
        path: name,
        message: `the tensor \`${name}\` must have shape [${shape.join(', ')}], got [${grown.join(', ')}]`
      })
    }
  })
})

const perceptron: Architecture = { kind: 'mlp', dim: 2, hidden: [3], activation: 'silu' }

it.each([NaN, Infinity, -Infinity])('a weight of %d is refused with its place', (value) => {
  const tensors = randomWeights(perceptron, 1)
  const { shape, data } = tensors.get('layers.0.weight')!
  tensors.set('layers.0.weight', { shape, data: data.with(4, value) })
  expect(
    refusal(() => {
      checkWeights(perceptron, tensors)
    })
  ).toEqual({
    code: 'invalid_model',
    path: 'layers.0.weight',
    message: `the tensor \`layers.0.weight\` must hold finite numbers, got ${value} at position 4`
  })
})

it('a tensor that the architecture does not have is refused by name', () => {
  const tensors = randomWeights(perceptron, 1).set('layers.9.bias', { shape: [1], data: Float32Array.of(0) })
  expect(
    refusal(() => {
      checkWeights(perceptron, tensors)
    })
  ).toMatchObject({ code: 'invalid_model', path: 'layers.9.bias' })
})

const transformer = ARCHITECTURES[
  'a transformer on an oblong image of three channels'
] as PatchTransformerArchitecture
const unet = ARCHITECTURES['a U-Net of two levels that attends'] as UnetArchitecture
const mixer = ARCHITECTURES['a mixer on one patch'] as MixerArchitecture

it.each([
  {
    what: 'an image that its patches do not fill',
    architecture: { ...mixer, image: [28, 30, 1], patch: 4 } satisfies MixerArchitecture,
    path: 'target.architecture.patch',
    message:
      '`target.architecture.patch` must divide the height and the width of the image, got 4 for 28 x 30'
  },
  {
    what: 'an image whose height its patches do not fill',
    architecture: { ...mixer, image: [30, 28, 1], patch: 4 } satisfies MixerArchitecture,
    path: 'target.architecture.patch',
    message:
      '`target.architecture.patch` must divide the height and the width of the image, got 4 for 30 x 28'
  },
  {
    what: 'a patch larger than the image',
    architecture: { ...mixer, image: [4, 4, 1], patch: 8 } satisfies MixerArchitecture,
    path: 'target.architecture.patch',
    message: '`target.architecture.patch` must divide the height and the width of the image, got 8 for 4 x 4'
  },
  {
    what: 'an odd width of the time embedding of a residual perceptron',
    architecture: {
      kind: 'residual-mlp',
      dim: 2,
      width: 4,
      depth: 1,
      timeWidth: 3,
      activation: 'silu'
    } satisfies Architecture,
    path: 'target.architecture.timeWidth',
    message: '`target.architecture.timeWidth` must be even, got 3; half of it are sines, half cosines'
  },
  {
    what: 'an odd width of the time embedding',
    architecture: { ...mixer, timeWidth: 5 } satisfies MixerArchitecture,
    path: 'target.architecture.timeWidth',
    message: '`target.architecture.timeWidth` must be even, got 5; half of it are sines, half cosines'
  },
  {
    what: 'a transformer whose patches do not fill the image',
    architecture: { ...transformer, patch: 4 } satisfies Architecture,
    path: 'target.architecture.patch',
    message: '`target.architecture.patch` must divide the height and the width of the image, got 4 for 4 x 6'
  },
  {
    what: 'heads of unequal width',
    architecture: { ...transformer, heads: 3 } satisfies Architecture,
    path: 'target.architecture.heads',
    message: '`target.architecture.heads` must divide the 10 channels that they share, got 3'
  },
  {
    what: 'an image that cannot be halved so often',
    architecture: { ...unet, multipliers: [1, 2, 2] } satisfies Architecture,
    path: 'target.architecture.multipliers',
    message:
      '`target.architecture.multipliers` must be so few that the image can be halved from one to the next, got 3 for 4 x 6'
  },
  {
    what: 'groups of unequal width',
    architecture: { ...unet, groups: 3 } satisfies Architecture,
    path: 'target.architecture.groups',
    message: '`target.architecture.groups` must divide `width`, got 3 for 4'
  },
  {
    what: 'heads of unequal width at the coarsest level of a U-Net',
    architecture: { ...unet, heads: 3 } satisfies Architecture,
    path: 'target.architecture.heads',
    message: '`target.architecture.heads` must divide the 8 channels that they share, got 3'
  }
])('$what is refused', ({ architecture, path, message }) => {
  expect(
    refusal(() => {
      checkArchitecture(architecture)
    })
  ).toEqual({ code: 'invalid_argument', path, message })
})
