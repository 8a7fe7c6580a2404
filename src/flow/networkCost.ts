import { dimOf, forward } from '../network/forward.ts'
import { Recorder } from '../network/recorder.ts'
import type { Architecture } from '../schema/architecture.ts'
import type { Cost } from './cost.ts'

/** The cost of a network, counted by its operations. */
export function networkCost(architecture: Architecture): Cost {
  const { perRow, shared } = recorded(architecture)
  return { perRow, shared, opening: 0 }
}

function recorded(architecture: Architecture): Recorder {
  const recorder = new Recorder(dimOf(architecture))
  forward(recorder, architecture)
  return recorder
}
