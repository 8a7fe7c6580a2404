import { GaussflowError } from '../error.ts'
import { conditionWidth } from '../network/condition.ts'
import type { Condition, GraphArchitecture, ImageShape } from '../schema/architecture.ts'
import type { Tensors } from '../types.ts'
import { BATCH, product, type ReadBeside } from './constant.ts'
import { align, axis, regroup, sizeOf, type Value } from './layout.ts'
import { readModel } from './model.ts'
import type { Port } from './model.ts'
import { value, valueOf, type Operand } from './operand.ts'
import { arrange } from './arrange.ts'
import { portsOf, type PortOptions } from './ports.ts'
import { simplify } from './simplify.ts'
import { trace as traced } from './trace.ts'
import { translate } from './translate.ts'
import { Unsupported } from './unsupported.ts'
import { GraphWriter } from './writer.ts'

export interface OnnxOptions extends PortOptions {
  /** Height, width and channels of flat rows that are pictures, channel by channel as PyTorch flattens them. */
  readonly image?: ImageShape
  /** What the network reads for the time t of the flow: `timeScale` t + `timeShift`. */
  readonly timeScale?: number
  readonly timeShift?: number
  /** What the network's output is multiplied by. */
  readonly outputScale?: number
  /** Files beside the model, where it keeps its weights in such. */
  readonly beside?: ReadBeside
}

/** A network as it was imported. */
export interface Imported {
  readonly architecture: GraphArchitecture
  readonly tensors: Tensors
  /** Height, width and channels where the state is a picture. */
  readonly image: ImageShape | undefined
  /** The names and shapes of the inputs and the output that were taken, for a check against reference tensors. */
  readonly ports: {
    readonly state: Port
    readonly time: Port
    readonly condition: Port | undefined
    readonly output: Port
  }
}

/**
 * An ONNX graph of a velocity, noise or denoiser network as a `graph` architecture with its weights.
 *
 * States become flat rows; those of a network that reads (batch, channels, height, width) have their channels last, as all
 * pictures have here. The order of the arithmetic is our own, so that outputs agree up to rounding.
 *
 * @throws GaussflowError `invalid_file` for what is no ONNX file, `unsupported` for what cannot be run here, with its node
 */
export function importOnnx(bytes: Uint8Array, options: OnnxOptions = {}): Imported {
  const plain = new Uint8Array(bytes.buffer, bytes.byteOffset, bytes.byteLength)
  const trace = traced(readModel(plain), bytes.length, options.beside ?? refuseBeside)
  const ports = portsOf(trace, options)
  const state = stateOf(trace.shapes.get(ports.state.name)!, ports.state, options.image)
  const dim = sizeOf(state.columns)
  if (dim > 65536)
    throw new GaussflowError('unsupported', `a state must have at most 65536 numbers, got ${dim}`)
  const condition = conditionOf(ports.condition, trace.shapes.get(ports.condition?.name ?? ''), options)
  const told = conditionWidth(condition)
  const writer = new GraphWriter(dim, told)

  const inputs = new Map<string, Operand>([
    [ports.state.name, value({ ...state, node: writer.push({ op: 'state' }) })],
    [ports.time.name, value(timeOf(writer, trace.shapes.get(ports.time.name)!, options))]
  ])
  if (ports.condition !== undefined)
    inputs.set(ports.condition.name, toldOf(writer, condition!, trace.shapes.get(ports.condition.name)!))
  const result = translate(trace, writer, inputs, ports.output.name)
  const output = outputOf(writer, result, state, ports.output.name)
  const scaled = scaledOutput(writer, output, dim, options.outputScale ?? 1)

  const simple = simplify({
    nodes: writer.nodes,
    tensors: writer.tensors,
    shapes: writer.shapes,
    output: scaled
  })
  return {
    architecture: {
      kind: 'graph',
      dim,
      ...(condition && { condition }),
      nodes: [...simple.nodes],
      output: simple.output
    },
    tensors: simple.tensors,
    image: imageOf(state, options.image),
    ports
  }
}

function refuseBeside(location: string): never {
  throw new GaussflowError(
    'invalid_file',
    `the weights lie in another file, ${location}, which must come with the model`
  )
}

/** The state's tensor as a flat row: pictures with their channels last. */
function stateOf(shape: readonly number[], port: Port, image: ImageShape | undefined): Value {
  const [rows, ...rest] = shape
  if (rows !== BATCH && rows !== 1)
    throw new GaussflowError(
      'unsupported',
      `the state \`${port.name}\` must have a batch that may differ, or one row, got ${rows} rows; export it with dynamic_axes`
    )
  if (rest.length === 1 && image !== undefined && image[2] > 1) {
    const [height, width, channels] = image.map((size) => axis(size))
    if (product(image) !== rest[0])
      throw new GaussflowError(
        'invalid_argument',
        `\`image\` must have the ${rest[0]} numbers of a row, got ${image.join(' x ')}`,
        { path: 'image' }
      )
    return {
      node: -1,
      rows: [],
      columns: [...height, ...width, ...channels],
      axes: [axis(rows), [...channels, ...height, ...width]]
    }
  }
  const axes = rest.map(axis)
  const [first, ...others] = axes
  const columns = axes.length === 3 ? [...others, first] : axes
  return { node: -1, rows: [], columns: columns.flat(), axes: [axis(rows), ...axes] }
}

function imageOf({ axes }: Value, given: ImageShape | undefined): ImageShape | undefined {
  if (axes.length !== 4) return given
  const [, channels, height, width] = axes.map(sizeOf)
  return [height, width, channels]
}

/** scale t + shift, in the shape that the network reads. */
function timeOf(
  writer: GraphWriter,
  shape: readonly number[],
  { timeScale = 1, timeShift = 0 }: OnnxOptions
): Value {
  const time = writer.push({ op: 'time' })
  const node =
    timeScale === 1 && timeShift === 0
      ? time
      : writer.dense('time', time, 1, Float32Array.of(timeScale), Float32Array.of(timeShift))
  return { node, rows: [], columns: [], axes: shape.map(axis) }
}

function conditionOf(
  port: Port | undefined,
  shape: readonly number[] | undefined,
  { classes }: OnnxOptions
): Condition | undefined {
  if (port === undefined || shape === undefined) return undefined
  if (classes !== undefined) return { kind: 'label', classes }
  return { kind: 'vector', size: product(shape.filter((size) => size !== BATCH)) }
}

function toldOf(writer: GraphWriter, condition: Condition, shape: readonly number[]): Operand {
  const axes = shape.map(axis)
  if (condition.kind === 'label') return { kind: 'label', axes }
  const node = writer.push({ op: 'condition' })
  const size = writer.push({ op: 'slice', inputs: [node], from: 0, width: condition.size })
  const columns = axes.filter((_, i) => shape[i] !== BATCH).flat()
  return value({ node: size, rows: [], columns, axes })
}

/** The output as a flat row, in the order of the state. */
function outputOf(writer: GraphWriter, result: Operand, state: Value, name: string): number {
  try {
    const of = valueOf(result)
    const sizes = state.axes.map(sizeOf)
    const shaped = regroup(of, sizes)
    const pairs = sizes.flatMap((size, i) => (size === 1 || size === BATCH ? [] : [[i, i] as const]))
    const [like, aligned] = align(state, shaped, pairs)
    return arrange(writer, aligned, [], like.columns).node
  } catch (error) {
    if (!(error instanceof Unsupported)) throw error
    const message = `the output \`${name}\` must have the shape of the state, and has not (${error.message})`
    throw new GaussflowError('unsupported', message)
  }
}

function scaledOutput(writer: GraphWriter, output: number, dim: number, factor: number): number {
  if (factor === 1) return output
  const parameter = writer.parameter('output.scale', 1, dim, new Float32Array(dim).fill(factor))
  return writer.push({ op: 'multiply', inputs: [output, parameter] })
}
