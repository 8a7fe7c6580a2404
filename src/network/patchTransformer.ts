import type { PatchTransformerArchitecture } from '../schema/architecture.ts'
import { modulations, timeEmbedding } from './modulation.ts'
import type { Operations } from './operations.ts'

/**
 * A transformer on image patches, modulated by the time: each block attends along the tokens, then works on each alone, both as
 * gated residual branches. Positions are learned.
 *
 * @see Peebles & Xie, "Scalable Diffusion Models with Transformers", arXiv 2212.09748.
 */
export function patchTransformer<T>(ops: Operations<T>, architecture: PatchTransformerArchitecture): T {
  const { image, patch, width, depth, heads, hidden, timeWidth, activation, condition } = architecture
  const [height, columns, channels] = image
  const tokens = (height / patch) * (columns / patch)
  const embedding = timeEmbedding(ops, timeWidth, activation, condition)

  const pixels = ops.dense('input', [ops.patches(ops.state(), image, patch)], width)
  let h = ops.add(pixels, ops.parameter('positions', tokens, width))
  for (let i = 0; i < depth; i++) {
    const name = `blocks.${i}`
    const [shift1, scale1, gate1, shift2, scale2, gate2] = modulations(
      ops,
      `${name}.modulation`,
      embedding,
      width,
      6
    )
    const seen = ops.modulate(ops.layerNorm(h), shift1, scale1)
    h = ops.addGated(h, gate1, selfAttention(ops, `${name}.attention`, seen, width, heads))
    const along = ops.modulate(ops.layerNorm(h), shift2, scale2)
    const inner = ops.dense(`${name}.channels.0`, [along], hidden, { activation })
    h = ops.addGated(h, gate2, ops.dense(`${name}.channels.1`, [inner], width))
  }
  const [shift, scale] = modulations(ops, 'output.modulation', embedding, width, 2)
  const last = ops.modulate(ops.layerNorm(h), shift, scale)
  return ops.unpatch(ops.dense('output', [last], patch * patch * channels, { zero: true }), image, patch)
}

/** The attention of a value to itself, and a layer after it. */
export function selfAttention<T>(
  ops: Operations<T>,
  name: string,
  x: T,
  width: number,
  heads: number,
  zero = false
): T {
  const [q, k, v] = ['query', 'key', 'value'].map((part) => ops.dense(`${name}.${part}`, [x], width))
  return ops.dense(`${name}.output`, [ops.attention(q, k, v, heads)], width, { zero })
}
