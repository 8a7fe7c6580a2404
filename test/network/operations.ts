// Any piece of a network, in the core and in 64 bits: what a test says of one operation, it says of both.

import { ProgramWriter } from '../../src/network/program.ts'
import { Recorder } from '../../src/network/recorder.ts'
import type { Operations } from '../../src/network/operations.ts'
import { putNetwork } from '../../src/network/velocity.ts'
import type { Tensor } from '../../src/types.ts'
import { type Core, putSchedule } from '../assembly/core.ts'
import { tensorsFor } from '../fixtures/weights.ts'
import { ReferenceOperations } from '../reference/network.ts'

/** A network of so many coordinates, written in any implementation of the operations; its result has as many, in any shape. */
export interface Piece {
  readonly dim: number
  build: <T>(ops: Operations<T>) => T
}

/** Weights for every parameter that a piece asks for. */
export function weightsOf({ dim, build }: Piece, seed: number): Map<string, Tensor> {
  const recorder = new Recorder(dim)
  build(recorder)
  return tensorsFor(recorder.parameters, seed)
}

/** Its velocity in the core, on the linear schedule. */
export function putPiece(core: Core, { dim, build }: Piece, tensors: Map<string, Tensor>): number {
  const writer = new ProgramWriter(core, tensors, dim)
  const result = writer.reshape(build(writer), 1, dim)
  return putNetwork(core, putSchedule(core, 'linear'), dim, writer, result, {
    architecture: {},
    prediction: 'velocity',
    denoiserUntil: 0.95
  })
}

/** Its output in 64 bits. */
export function pieceOutput(
  { build }: Piece,
  tensors: Map<string, Tensor>,
  t: number,
  x: readonly number[]
): number[] {
  return build(new ReferenceOperations(tensors, t, x, [])).flat()
}
