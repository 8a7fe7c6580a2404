import type { Architecture } from '../schema/architecture.ts'
import { mixer } from './mixer.ts'
import { mlp } from './mlp.ts'
import type { Operations } from './operations.ts'
import { patchTransformer } from './patchTransformer.ts'
import { residualMlp } from './residualMlp.ts'
import { unet } from './unet.ts'

/** The output of a network, written in any implementation of the operations; shape (1, dim). */
export function forward<T>(ops: Operations<T>, architecture: Architecture): T {
  switch (architecture.kind) {
    case 'mlp':
      return mlp(ops, architecture)
    case 'residual-mlp':
      return residualMlp(ops, architecture)
    case 'mixer':
      return mixer(ops, architecture)
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
