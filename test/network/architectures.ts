import type { Architecture } from '../../src/schema/architecture.ts'

/** Every kind of network at sizes that are no multiple of a vector, a panel or a tile, and at sizes that are. */
export const ARCHITECTURES: Readonly<Record<string, Architecture>> = {
  'a perceptron of one hidden layer': { kind: 'mlp', dim: 1, hidden: [3], activation: 'relu' },
  'a perceptron of odd widths': { kind: 'mlp', dim: 7, hidden: [13, 9, 5], activation: 'tanh' },
  'a perceptron of whole panels': { kind: 'mlp', dim: 8, hidden: [32, 16], activation: 'silu' },
  'a residual perceptron of odd widths': {
    kind: 'residual-mlp',
    dim: 5,
    width: 11,
    depth: 3,
    timeWidth: 6,
    activation: 'gelu'
  },
  'a residual perceptron of one block': {
    kind: 'residual-mlp',
    dim: 16,
    width: 24,
    depth: 1,
    timeWidth: 2,
    activation: 'silu'
  },
  'a mixer on an oblong image of three channels': {
    kind: 'mixer',
    image: [6, 9, 3],
    patch: 3,
    width: 10,
    depth: 2,
    tokenHidden: 7,
    channelHidden: 13,
    timeWidth: 6,
    activation: 'gelu'
  },
  'a mixer on one patch': {
    kind: 'mixer',
    image: [4, 4, 1],
    patch: 4,
    width: 6,
    depth: 1,
    tokenHidden: 3,
    channelHidden: 5,
    timeWidth: 4,
    activation: 'silu'
  },
  'a mixer on single pixels': {
    kind: 'mixer',
    image: [3, 5, 1],
    patch: 1,
    width: 8,
    depth: 2,
    tokenHidden: 16,
    channelHidden: 8,
    timeWidth: 8,
    activation: 'tanh'
  },
  'a transformer on an oblong image of three channels': {
    kind: 'patch-transformer',
    image: [4, 6, 3],
    patch: 2,
    width: 10,
    depth: 2,
    heads: 2,
    hidden: 13,
    timeWidth: 6,
    activation: 'gelu'
  },
  'a transformer on one patch': {
    kind: 'patch-transformer',
    image: [3, 3, 1],
    patch: 3,
    width: 8,
    depth: 1,
    heads: 1,
    hidden: 8,
    timeWidth: 4,
    activation: 'silu'
  },
  'a U-Net of one level': {
    kind: 'unet',
    image: [3, 5, 1],
    width: 6,
    multipliers: [1],
    blocks: 1,
    groups: 3,
    timeWidth: 4,
    activation: 'silu'
  },
  'a U-Net of two levels that attends': {
    kind: 'unet',
    image: [4, 6, 3],
    width: 4,
    multipliers: [1, 2],
    blocks: 2,
    groups: 2,
    heads: 2,
    timeWidth: 6,
    activation: 'tanh'
  }
}
