import type { PatchTransformerArchitecture } from '../schema/architecture.ts'
import type { Operations } from './operations.ts'
import { patchBlocks } from './patchBlocks.ts'

/**
 * A transformer on image patches: the blocks of `patchBlocks`, which attend along the tokens.
 *
 * @see Peebles & Xie, "Scalable Diffusion Models with Transformers", arXiv 2212.09748.
 */
export function patchTransformer<T>(ops: Operations<T>, architecture: PatchTransformerArchitecture): T {
  const { width, heads, hidden } = architecture
  return patchBlocks(ops, architecture, hidden, (name, x) =>
    selfAttention(ops, `${name}.attention`, x, width, heads)
  )
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
