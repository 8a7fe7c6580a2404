import { recorded } from '../network/parameters.ts'
import type { Architecture } from '../schema/architecture.ts'
import type { Cost } from './cost.ts'

/** The cost of a network, counted by its operations. */
export function networkCost(architecture: Architecture): Cost {
  const { perRow, shared } = recorded(architecture)
  return { perRow, shared, opening: 0 }
}
