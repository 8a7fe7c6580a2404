import { conditionWidth, writeCondition } from '../../src/network/condition.ts'
import type { Architecture } from '../../src/schema/architecture.ts'
import { STREAM, normals } from '../../src/train/draws.ts'
import { layoutOf, type Layout } from '../../src/train/layout.ts'

/** A small network of each kind, with every activation among them. */
export const NETWORKS: Record<string, Architecture> = {
  'a perceptron': { kind: 'mlp', dim: 3, hidden: [7, 6], activation: 'tanh' },
  'a perceptron with GELU': { kind: 'mlp', dim: 2, hidden: [5], activation: 'gelu' },
  'a perceptron with GELU by erf': { kind: 'mlp', dim: 2, hidden: [6], activation: 'gelu-erf' },
  'a perceptron with ReLU': { kind: 'mlp', dim: 2, hidden: [9], activation: 'relu' },
  'a residual perceptron': {
    kind: 'residual-mlp',
    dim: 3,
    width: 8,
    depth: 2,
    timeWidth: 6,
    activation: 'silu'
  },
  'a mixer': {
    kind: 'mixer',
    image: [4, 6, 2],
    patch: 2,
    width: 8,
    depth: 2,
    tokenHidden: 5,
    channelHidden: 9,
    timeWidth: 6,
    activation: 'silu'
  },
  'a transformer that is told a label': {
    kind: 'patch-transformer',
    image: [4, 6, 2],
    patch: 2,
    width: 8,
    depth: 2,
    heads: 2,
    hidden: 9,
    timeWidth: 6,
    activation: 'silu',
    condition: { kind: 'label', classes: 3 }
  },
  'a U-Net': {
    kind: 'unet',
    image: [4, 6, 2],
    width: 4,
    multipliers: [1, 2],
    blocks: 1,
    groups: 2,
    heads: 2,
    timeWidth: 6,
    activation: 'silu'
  },
  'a perceptron that is told two numbers': {
    kind: 'mlp',
    dim: 2,
    hidden: [6],
    activation: 'silu',
    condition: { kind: 'vector', size: 2 }
  },
  'a residual perceptron that is told a label': {
    kind: 'residual-mlp',
    dim: 2,
    width: 6,
    depth: 1,
    timeWidth: 4,
    activation: 'silu',
    condition: { kind: 'label', classes: 3 }
  },
  'a mixer that is told a label': {
    kind: 'mixer',
    image: [2, 4, 1],
    patch: 2,
    width: 6,
    depth: 1,
    tokenHidden: 3,
    channelHidden: 5,
    timeWidth: 4,
    activation: 'silu',
    condition: { kind: 'label', classes: 2 }
  }
}

/** One condition for each of so many rows, the first without one; empty for networks without. */
export function toldTo({ condition }: Architecture, rows: number): Float32Array {
  if (condition === undefined) return new Float32Array()
  const width = conditionWidth(condition)
  const out = new Float32Array(rows * width)
  for (let i = 0; i < rows; i++) {
    const told = condition.kind === 'label' ? i % condition.classes : randomNumbers(condition.size, 70 + i)
    writeCondition(condition, i === 0 ? undefined : told, out, i * width)
  }
  return out
}

const fan = (shape: readonly number[]): number =>
  shape.length > 1 ? shape.slice(1).reduce((product, size) => product * size, 1) : 4

/** Weights none of which is zero, so that every branch carries something: multiples of 2^-16, to which floats can add 2^-14. */
export function randomWeights(architecture: Architecture, seed = 3): { layout: Layout; flat: Float32Array } {
  const layout = layoutOf(architecture)
  const flat = randomNumbers(layout.total, seed)
  layout.parameters.forEach(({ fanIn, shape }, i) => {
    const scale = 1 / Math.sqrt(fanIn || fan(shape))
    for (let j = 0; j < layout.sizes[i]; j++) {
      const at = layout.offsets[i] + j
      flat[at] = Math.round(flat[at] * scale * 2 ** 16) / 2 ** 16
    }
  })
  return { layout, flat }
}

export function randomNumbers(count: number, seed: number): Float32Array {
  const out = new Float32Array(count)
  normals(seed, STREAM.noise, 0, 0, count, out, 0)
  return out
}
