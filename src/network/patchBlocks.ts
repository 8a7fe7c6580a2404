import type { MixerArchitecture } from '../schema/architecture.ts'
import { modulations, timeEmbedding } from './modulation.ts'
import type { Operations } from './operations.ts'

type PatchArchitecture = Omit<MixerArchitecture, 'kind' | 'tokenHidden' | 'channelHidden'>

/**
 * A network on image patches, modulated by the time: each block works along the tokens by `mixing`, then on each token alone
 * with a hidden layer of width `hidden`, both as gated residual branches. Positions are learned.
 */
export function patchBlocks<T>(
  ops: Operations<T>,
  { image, patch, width, depth, timeWidth, activation, condition }: PatchArchitecture,
  hidden: number,
  mixing: (name: string, x: T, tokens: number) => T
): T {
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
    h = ops.addGated(h, gate1, mixing(name, across, tokens))
    const along = ops.modulate(ops.layerNorm(h), shift2, scale2)
    const inner = ops.dense(`${name}.channels.0`, [along], hidden, { activation })
    h = ops.addGated(h, gate2, ops.dense(`${name}.channels.1`, [inner], width))
  }
  const [shift, scale] = modulations(ops, 'output.modulation', embedding, width, 2)
  const last = ops.modulate(ops.layerNorm(h), shift, scale)
  return ops.unpatch(ops.dense('output', [last], patch * patch * channels, { zero: true }), image, patch)
}
