import type { Constant } from './constant.ts'
import { refuse } from './message.ts'
import type { Node } from './model.ts'

/** The attributes of a node, as its operation wants them. */

export function number(node: Node, name: string, otherwise: number): number {
  const value = node.attributes.get(name) ?? otherwise
  if (typeof value !== 'number') refuse(`\`${name}\` of the node ${node.name} must be a number`)
  return value
}

export function text(node: Node, name: string, otherwise: string): string {
  const value = node.attributes.get(name) ?? otherwise
  if (typeof value !== 'string') refuse(`\`${name}\` of the node ${node.name} must be text`)
  return value
}

export function list(node: Node, name: string): readonly number[] | undefined {
  const value = node.attributes.get(name)
  if (value === undefined) return undefined
  if (!Array.isArray(value)) refuse(`\`${name}\` of the node ${node.name} must be a list of integers`)
  return value as readonly number[]
}

/** A list that later versions of an operation read as an input, earlier ones as an attribute. */
export function listOrInput(
  node: Node,
  name: string,
  input: number,
  constants: readonly (Constant | undefined)[]
): readonly number[] | undefined {
  if (!node.inputs[input]) return list(node, name)
  const constant = constants[input]
  return constant === undefined ? undefined : [...constant.data]
}

/** An axis counted from the front; a negative one is counted from behind. */
export function axisOf(node: Node, axis: number, rank: number): number {
  const place = axis < 0 ? axis + rank : axis
  if (!(Number.isInteger(place) && place >= 0 && place < rank))
    refuse(`an axis of the node ${node.name} must be one of ${rank}, got ${axis}`)
  return place
}
