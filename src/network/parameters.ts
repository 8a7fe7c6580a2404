import type { Architecture } from '../schema/architecture.ts'
import { dimOf, forward } from './forward.ts'
import { Recorder } from './recorder.ts'

/** One parameter of a network: `fanIn` scales its random start, 0 means that it starts from zero. */
export interface Parameter {
  readonly name: string
  readonly shape: readonly number[]
  readonly fanIn: number
}

/** Every parameter of an architecture, in the order in which its forward pass meets them. */
export function parameters(architecture: Architecture): readonly Parameter[] {
  const recorder = new Recorder(dimOf(architecture))
  forward(recorder, architecture)
  return recorder.parameters
}
