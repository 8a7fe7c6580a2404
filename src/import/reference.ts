import { channelsLast } from './channelsLast.ts'
import { GaussflowError } from '../error.ts'
import type { Told } from '../network/condition.ts'
import type { Batch, Tensor, Tensors } from '../types.ts'
import type { Imported } from './onnx.ts'
import type { Port } from './model.ts'

/** Inputs of a network and the outputs that its makers' own library gave, in the layout of our states. */
export interface Reference {
  readonly states: Batch
  /** The network's own time of each row. */
  readonly times: readonly number[]
  readonly told: readonly Told[] | undefined
  readonly outputs: Batch
}

/**
 * Reads the tensors that bear the names of the graph's inputs and output.
 *
 * @throws GaussflowError `invalid_file` where one is missing or has another shape
 */
export function reference({ ports, image, architecture }: Imported, tensors: Tensors): Reference {
  const find = ({ name }: Port): Tensor => {
    const tensor = tensors.get(name)
    if (tensor !== undefined) return tensor
    const message = `the reference must hold a tensor \`${name}\`, and holds ${[...tensors.keys()].join(', ')}`
    throw new GaussflowError('invalid_file', message, { path: 'reference' })
  }
  const { dim, condition } = architecture
  const batch = (port: Port): Batch => {
    const { data } = find(port)
    if (data.length === 0 || data.length % dim !== 0)
      throw new GaussflowError(
        'invalid_file',
        `the reference \`${port.name}\` must hold rows of ${dim} numbers, got ${data.length} in all`,
        { path: 'reference' }
      )
    const pictures = image !== undefined && image[2] > 1
    return {
      count: data.length / dim,
      dim,
      data: pictures ? channelsLast(data, image[2], image[0] * image[1]) : data
    }
  }
  const states = batch(ports.state)
  const outputs = batch(ports.output)
  const rows = <T>(port: Port, width: number, read: (values: Float32Array) => T): T[] => {
    const { data } = find(port)
    if (data.length !== width && data.length !== width * states.count)
      throw new GaussflowError(
        'invalid_file',
        `the reference \`${port.name}\` must hold ${width} numbers for each of ${states.count} rows, got ${data.length}`,
        { path: 'reference' }
      )
    return Array.from({ length: states.count }, (_, i) =>
      read(data.length === width ? data : data.subarray(i * width, (i + 1) * width))
    )
  }
  if (outputs.count !== states.count)
    throw new GaussflowError(
      'invalid_file',
      `the reference must hold one output for each of ${states.count} rows, got ${outputs.count}`,
      { path: 'reference' }
    )
  const times = rows(ports.time, 1, ([t]) => t)
  if (condition === undefined) return { states, outputs, times, told: undefined }
  const told =
    condition.kind === 'label'
      ? rows(ports.condition!, 1, ([label]): Told => (label === condition.classes ? undefined : label))
      : rows(ports.condition!, condition.size, (values): Told => [...values])
  return { states, outputs, times, told }
}
