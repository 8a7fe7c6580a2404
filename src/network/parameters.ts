import type { Architecture } from '../schema/architecture.ts'
import { dimOf, forward } from './forward.ts'
import { Recorder, type Parameter } from './recorder.ts'

export type { Parameter }

/** Every parameter of an architecture, in the order in which its forward pass meets them. */
export function parameters(architecture: Architecture): readonly Parameter[] {
  const recorder = new Recorder(dimOf(architecture))
  forward(recorder, architecture)
  return recorder.parameters
}
