import type { Architecture } from '../schema/architecture.ts'
import type * as Graph from './graph.ts'
import { mixer } from './mixer.ts'
import { mlp } from './mlp.ts'
import type { Operations } from './operations.ts'
import { patchTransformer } from './patchTransformer.ts'
import { residualMlp } from './residualMlp.ts'
import { unet } from './unet.ts'

let graphs: typeof Graph | undefined

/** Loads what some networks alone need, before any function here is told of one. */
export async function prepare(architecture: Architecture): Promise<void> {
  if (architecture.kind === 'graph') graphs ??= await import('./graph.ts')
}

/** The code of networks that are lists of operations, which `prepare` has loaded. */
export function graphsLoaded(): typeof Graph {
  if (graphs === undefined) throw new TypeError('a graph must be prepared before it is used')
  return graphs
}

/** The output of a network, written in any implementation of the operations; shape (1, dim). */
export function forward<T>(ops: Operations<T>, architecture: Architecture): T {
  switch (architecture.kind) {
    case 'mlp':
      return mlp(ops, architecture)
    case 'residual-mlp':
      return residualMlp(ops, architecture)
    case 'mixer':
      return mixer(ops, architecture)
    case 'graph':
      return graphsLoaded().graph(ops, architecture)
    case 'patch-transformer':
      return patchTransformer(ops, architecture)
    case 'unet':
      return unet(ops, architecture)
  }
}

/** The dimension of the states that a network moves. */
export function dimOf(architecture: Architecture): number {
  if (!('image' in architecture)) return architecture.dim
  const [height, width, channels] = architecture.image
  return height * width * channels
}
