import { parameters } from '../src/network/parameters.ts'
import type { Architecture } from '../src/schema/architecture.ts'
import type { Tensor, Tensors } from '../src/types.ts'

/** The network that sampling is measured on: 64 (+ time) → 256 → 256 → 256 → 64. */
export const MLP: Architecture = { kind: 'mlp', dim: 64, hidden: [256, 256, 256], activation: 'silu' }
/** A tiny one, where the cost of a call outweighs the arithmetic. */
export const TINY: Architecture = { kind: 'mlp', dim: 2, hidden: [64, 64, 64], activation: 'silu' }

/** The network of the bundled digits. */
export const MIXER: Architecture = {
  kind: 'mixer',
  image: [28, 28, 1],
  patch: 4,
  width: 96,
  depth: 4,
  tokenHidden: 98,
  channelHidden: 192,
  timeWidth: 64,
  activation: 'silu'
}

/** Uniform weights in +-1/sqrt(fan in), the same in every run. */
export function randomTensors(architecture: Architecture): Tensors {
  let state = 1
  // Lehmer's generator: products stay below 2^53.
  const next = (): number => (state = (state * 48271) % 2147483647) / 2147483647
  const tensors = new Map<string, Tensor>()
  for (const { name, shape } of parameters(architecture)) {
    const size = shape.reduce((product, extent) => product * extent, 1)
    const bound = 1 / Math.sqrt(shape.at(-1) ?? 1)
    tensors.set(name, { shape, data: Float32Array.from({ length: size }, () => (2 * next() - 1) * bound) })
  }
  return tensors
}

/** Floating-point operations of one velocity of one row, counting a multiplication and an addition as two. */
export function flopsPerRow(architecture: Architecture): number | undefined {
  // Elsewhere a weight serves many tokens, or none but the time.
  if (architecture.kind !== 'mlp') return undefined
  const dense = parameters(architecture).filter(({ name }) => name.endsWith('.weight'))
  return dense.reduce((sum, { shape: [n, k] }) => sum + 2 * n * k, 0)
}
