import { channelsLast } from './channelsLast.ts'
import { GaussflowError } from '../error.ts'
import { firstNotFinite } from '../network/finite.ts'
import { parameters } from '../network/parameters.ts'
import type { Architecture } from '../schema/architecture.ts'
import { show } from '../schema/validate.ts'
import type { Tensor, Tensors } from '../types.ts'

/** From our names of tensors, or their beginnings such as `blocks.0`, to the names in the file. */
export type NameMap = Readonly<Record<string, string>>

/**
 * The parameters of an architecture out of the tensors of a PyTorch module.
 *
 * Matrices have PyTorch's layout; of convolutions, (out, in, height, width) there becomes (out, height, width, in) here; axes of
 * size 1 before the others are left out.
 *
 * @returns the tensors by our names, and the names of those that the architecture does not read
 * @throws GaussflowError `invalid_model` for a tensor that is missing or has another shape, with its name here and there
 */
export function weightsByNames(
  architecture: Architecture,
  tensors: Tensors,
  names: NameMap = {}
): { tensors: Tensors; leftOut: readonly string[] } {
  const used = new Set<string>()
  const found = new Map<string, Tensor>()
  for (const { name, shape } of parameters(architecture)) {
    const theirs = nameOf(name, names)
    const tensor = tensors.get(theirs)
    if (tensor === undefined) {
      const others = [...tensors.keys()].filter((key) => !used.has(key)).slice(0, 8)
      refuse(
        name,
        `the file must hold \`${theirs}\` for the tensor \`${name}\`, and does not; it has ${others.join(', ')}`
      )
    }
    used.add(theirs)
    found.set(name, fitted(name, theirs, tensor, shape))
  }
  return { tensors: found, leftOut: [...tensors.keys()].filter((key) => !used.has(key)) }
}

/** The longest beginning that the map knows decides. */
function nameOf(name: string, names: NameMap): string {
  const parts = name.split('.')
  for (let length = parts.length; length > 0; length--) {
    const beginning = parts.slice(0, length).join('.')
    if (Object.hasOwn(names, beginning)) return [names[beginning], ...parts.slice(length)].join('.')
  }
  return name
}

function fitted(name: string, theirs: string, { shape, data }: Tensor, wanted: readonly number[]): Tensor {
  const bad = firstNotFinite(data)
  if (bad >= 0)
    refuse(name, `the tensor \`${theirs}\` must hold finite numbers, got ${data[bad]} at position ${bad}`)
  if (shape.join() === wanted.join()) return { shape, data }
  const [outputs, height, width, inputs] = wanted
  if (wanted.length === 4 && shape.join() === [outputs, inputs, height, width].join())
    return { shape: wanted, data: channelsLast(data, inputs, height * width) }
  const first = shape.findIndex((size) => size !== 1)
  if (shape.slice(first).join() === wanted.join()) return { shape: wanted, data }
  return refuse(
    name,
    `the tensor \`${theirs}\` must have the shape [${wanted.join(', ')}] of \`${name}\`, got [${shape.join(', ')}]`
  )
}

/** @throws GaussflowError `invalid_file` for what is no such map */
export function checkNames(value: unknown): NameMap {
  const plain = typeof value === 'object' && value !== null && !Array.isArray(value)
  if (plain && Object.values(value).every((name) => typeof name === 'string')) return value as NameMap
  throw new GaussflowError(
    'invalid_file',
    `\`names\` must be an object of names to names, got ${show(value)}`,
    {
      path: 'names'
    }
  )
}

function refuse(path: string, message: string): never {
  throw new GaussflowError('invalid_model', message, { path })
}
