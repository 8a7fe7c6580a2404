import { GaussflowError, type ErrorCode } from '../error.ts'
import type { Architecture } from '../schema/architecture.ts'
import { parameters } from './parameters.ts'

const WEIGHT = /\.weight$/

/** The layers of a network whose weight is a matrix, by name, in the order in which its forward pass meets them. */
export function layersOf(architecture: Architecture): string[] {
  return parameters(architecture)
    .filter(({ name, shape }) => WEIGHT.test(name) && shape.length === 2)
    .map(({ name }) => name.replace(WEIGHT, ''))
}

/** @throws GaussflowError with that code at that path, for names that are none of the layers */
export function expectLayers(
  names: readonly string[],
  layers: readonly string[],
  path: string,
  code: ErrorCode
): void {
  const unknown = names.find((name) => !layers.includes(name))
  if (unknown === undefined) return
  const message = `\`${path}\` must name layers of the network, got "${unknown}"; they are ${layers.join(', ')}`
  throw new GaussflowError(code, message, { path })
}
