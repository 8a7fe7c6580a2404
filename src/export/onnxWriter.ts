/**
 * Writes ONNX files: the few messages of onnx.proto3 that a feed-forward graph needs.
 *
 * @see https://github.com/onnx/onnx/blob/main/onnx/onnx.proto3
 */
import { BinaryWriter, WireType } from '@bufbuild/protobuf/wire'
import type { Tensor } from '../types.ts'

const FLOAT = 1
const INT64 = 7

/** One message: its fields stand in the order in which they were added. */
class Message {
  readonly #writer = new BinaryWriter()

  /** An integer field. */
  int(field: number, value: number): this {
    this.#writer.tag(field, WireType.Varint).int64(value)
    return this
  }
  /** A 32-bit float field. */
  float(field: number, value: number): this {
    this.#writer.tag(field, WireType.Bit32).float(value)
    return this
  }
  /** A text, bytes or embedded message field. */
  bytes(field: number, value: string | Uint8Array | Message): this {
    this.#writer.tag(field, WireType.LengthDelimited)
    if (typeof value === 'string') this.#writer.string(value)
    else this.#writer.bytes(value instanceof Message ? value.done() : value)
    return this
  }
  done(): Uint8Array {
    return this.#writer.finish()
  }
}

export type Attributes = Readonly<Record<string, number | readonly number[]>>

function attribute(name: string, value: number | readonly number[]): Message {
  const message = new Message().bytes(1, name)
  if (typeof value !== 'number') {
    for (const item of value) message.int(8, item)
    return message.int(20, 7)
  }
  // Integral attributes (axis, transB) are integers in ONNX, all others floats; none of ours is an integral float.
  return Number.isInteger(value) ? message.int(3, value).int(20, 2) : message.float(2, value).int(20, 1)
}

/** Appends nodes and constants to one graph; values are their names. */
export class OnnxWriter {
  readonly #graph = new Message()
  #count = 0

  /** Adds one operator and returns the name of its output. */
  node(type: string, inputs: readonly string[], attributes: Attributes = {}): string {
    return this.#node(type, inputs, `${type}_${++this.#count}`, attributes)
  }
  /** Adds a constant of 32-bit floats. */
  floats(name: string, { shape, data }: Tensor): string {
    const bytes = new Uint8Array(data.buffer, data.byteOffset, data.byteLength)
    return this.#constant(name, FLOAT, shape, bytes)
  }
  /** Adds a constant of 64-bit integers, such as the shape that Reshape wants. */
  integers(values: readonly number[]): string {
    const bytes = new Uint8Array(BigInt64Array.from(values, BigInt).buffer)
    return this.#constant(`integers_${++this.#count}`, INT64, [values.length], bytes)
  }
  /**
   * The whole file; a dimension given as text may differ from run to run.
   *
   * @param tensors messages of further constants, as they are
   */
  file(
    inputs: Readonly<Record<string, readonly (number | string)[]>>,
    output: string,
    shape: readonly (number | string)[] = [],
    tensors: readonly Uint8Array[] = []
  ): Uint8Array {
    this.#graph.bytes(2, 'gaussflow')
    for (const [name, sizes] of Object.entries(inputs)) this.#graph.bytes(11, port(name, sizes))
    this.#node('Identity', [output], 'output', {})
    this.#graph.bytes(12, port('output', shape))
    for (const tensor of tensors) this.#graph.bytes(5, tensor)
    const opset = new Message().bytes(1, '').int(2, 17)
    return new Message().int(1, 8).bytes(2, 'gaussflow').bytes(7, this.#graph).bytes(8, opset).done()
  }

  #constant(name: string, type: number, shape: readonly number[], bytes: Uint8Array): string {
    const tensor = new Message()
    for (const size of shape) tensor.int(1, size)
    this.#graph.bytes(5, tensor.int(2, type).bytes(8, name).bytes(9, bytes))
    return name
  }
  #node(type: string, inputs: readonly string[], output: string, attributes: Attributes): string {
    const node = new Message()
    for (const input of inputs) node.bytes(1, input)
    node.bytes(2, output).bytes(3, output).bytes(4, type)
    for (const [name, value] of Object.entries(attributes)) node.bytes(5, attribute(name, value))
    this.#graph.bytes(1, node)
    return output
  }
}

/** An input or output of the graph; without a shape, the runtime infers it. */
function port(name: string, shape: readonly (number | string)[]): Message {
  const type = new Message().int(1, FLOAT)
  if (shape.length > 0) {
    const dimensions = new Message()
    for (const size of shape)
      dimensions.bytes(
        1,
        typeof size === 'number' ? new Message().int(1, size) : new Message().bytes(2, size)
      )
    type.bytes(2, dimensions)
  }
  return new Message().bytes(1, name).bytes(2, new Message().bytes(1, type))
}
