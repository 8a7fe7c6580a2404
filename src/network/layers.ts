import type { Architecture } from '../schema/architecture.ts'
import { parameters } from './parameters.ts'

const WEIGHT = /\.weight$/

/** The layers of a network whose weight is a matrix, by name, in the order in which its forward pass meets them. */
export function layersOf(architecture: Architecture): string[] {
  return parameters(architecture)
    .filter(({ name, shape }) => WEIGHT.test(name) && shape.length === 2)
    .map(({ name }) => name.replace(WEIGHT, ''))
}
