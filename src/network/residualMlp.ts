import type { ResidualMlpArchitecture } from '../schema/architecture.ts'
import { modulations, timeEmbedding } from './modulation.ts'
import type { Operations } from './operations.ts'

/**
 * A residual perceptron with normalisation modulated by the time:
 *
 *     h <- h + gate * W_2 activation(W_1 (norm(h) (1 + scale) + shift))
 */
export function residualMlp<T>(
  ops: Operations<T>,
  { dim, width, depth, timeWidth, activation, condition }: ResidualMlpArchitecture
): T {
  const embedding = timeEmbedding(ops, timeWidth, activation, condition)
  let h = ops.dense('input', [ops.state()], width)
  for (let i = 0; i < depth; i++) {
    const [shift, scale, gate] = modulations(ops, `blocks.${i}.modulation`, embedding, width, 3)
    const normed = ops.modulate(ops.layerNorm(h), shift, scale)
    const inner = ops.dense(`blocks.${i}.0`, [normed], width, { activation })
    h = ops.addGated(h, gate, ops.dense(`blocks.${i}.1`, [inner], width))
  }
  const [shift, scale] = modulations(ops, 'output.modulation', embedding, width, 2)
  return ops.dense('output', [ops.modulate(ops.layerNorm(h), shift, scale)], dim, { zero: true })
}
