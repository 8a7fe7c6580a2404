import type { MixerArchitecture } from '../schema/architecture.ts'
import type { Operations } from './operations.ts'
import { patchBlocks } from './patchBlocks.ts'

/**
 * An MLP-Mixer on image patches: the blocks of `patchBlocks`, which mix along the tokens by a hidden layer.
 *
 * @see Tolstikhin et al., "MLP-Mixer: An all-MLP Architecture for Vision", arXiv 2105.01601.
 */
export function mixer<T>(ops: Operations<T>, architecture: MixerArchitecture): T {
  const { tokenHidden, channelHidden, activation } = architecture
  return patchBlocks(ops, architecture, channelHidden, (name, x, tokens) => {
    const hidden = ops.mixTokens(`${name}.tokens.0`, x, tokenHidden, { activation })
    return ops.mixTokens(`${name}.tokens.1`, hidden, tokens)
  })
}
