import type { MixerArchitecture } from '../schema/architecture.ts'
import { modulations, timeEmbedding } from './modulation.ts'
import type { Operations } from './operations.ts'

/**
 * An MLP-Mixer on image patches, modulated by the time: each block mixes along the tokens, then along the channels,
 * both as gated residual branches.
 *
 * @see Tolstikhin et al., "MLP-Mixer: An all-MLP Architecture for Vision", arXiv 2105.01601.
 */
export function mixer<T>(ops: Operations<T>, architecture: MixerArchitecture): T {
  const { image, patch, width, depth, tokenHidden, channelHidden, timeWidth, activation, condition } =
    architecture
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
    const across = ops.modulate(ops.layerNorm(h), shift1, scale1)
    const mixed = ops.mixTokens(`${name}.tokens.0`, across, tokenHidden, { activation })
    h = ops.addGated(h, gate1, ops.mixTokens(`${name}.tokens.1`, mixed, tokens))
    const along = ops.modulate(ops.layerNorm(h), shift2, scale2)
    const hidden = ops.dense(`${name}.channels.0`, [along], channelHidden, { activation })
    h = ops.addGated(h, gate2, ops.dense(`${name}.channels.1`, [hidden], width))
  }
  const [shift, scale] = modulations(ops, 'output.modulation', embedding, width, 2)
  const last = ops.modulate(ops.layerNorm(h), shift, scale)
  return ops.unpatch(ops.dense('output', [last], patch * patch * channels, { zero: true }), image, patch)
}
