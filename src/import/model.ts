import { int64, readMessage, refuse, repeatedInt64, type Fields } from './message.ts'
import { readTensor, type StoredTensor } from './storedTensor.ts'

/** One operation of an ONNX graph. */
export interface Node {
  /** The node's own name, or that of its first output. */
  readonly name: string
  readonly type: string
  readonly domain: string
  readonly inputs: readonly string[]
  readonly outputs: readonly string[]
  readonly attributes: ReadonlyMap<string, Attribute>
}

export type Attribute = number | string | readonly number[] | StoredTensor | undefined

/** An input or output of the graph: a size is a number, or the name of what may differ from run to run. */
export interface Port {
  readonly name: string
  /** The number of ONNX for the type of its elements, 0 where it is not said. */
  readonly type: number
  readonly shape: readonly (number | string)[] | undefined
}

/** What an ONNX file says, before any of it is understood. */
export interface OnnxModel {
  readonly opset: number
  readonly nodes: readonly Node[]
  readonly tensors: ReadonlyMap<string, StoredTensor>
  readonly inputs: readonly Port[]
  readonly outputs: readonly Port[]
  /** The shapes that the file gives of values in between. */
  readonly shapes: ReadonlyMap<string, Port>
}

const MOST = 65536 // nodes, tensors, ports and names: a file of more is not a network that runs at the edge
const MOST_INTEGERS = 4096 // of one attribute

/**
 * Reads an ONNX file. Weights stay views of `bytes` until they are used.
 *
 * @see https://github.com/onnx/onnx/blob/main/onnx/onnx.proto3
 * @throws GaussflowError `invalid_file` where it is none
 */
export function readModel(bytes: Uint8Array): OnnxModel {
  let opset = 0
  let graph: Uint8Array | undefined
  readMessage(bytes, {
    7: (reader) => (graph = reader.bytes()),
    8: (reader) => {
      const { domain, version } = readOpset(reader.bytes())
      if (domain === '' || domain === 'ai.onnx') opset = version
    }
  })
  if (graph === undefined || opset === 0)
    refuse('an ONNX file must hold a graph and the version of its operators, and does not; is it one?')
  return { opset, ...readGraph(graph) }
}

function readOpset(bytes: Uint8Array): { domain: string; version: number } {
  const found = { domain: '', version: 0 }
  readMessage(bytes, {
    1: (reader) => (found.domain = reader.string()),
    2: (reader) => (found.version = int64(reader))
  })
  return found
}

function readGraph(bytes: Uint8Array): Omit<OnnxModel, 'opset'> {
  const nodes: Node[] = []
  const tensors = new Map<string, StoredTensor>()
  const [inputs, outputs, between]: [Port[], Port[], Port[]] = [[], [], []]
  const port = (into: Port[]): Fields[number] => {
    return (reader) => {
      add(into, readPort(reader.bytes()))
    }
  }
  readMessage(bytes, {
    1: (reader) => {
      add(nodes, readNode(reader.bytes()))
    },
    5: (reader) => {
      const tensor = readTensor(reader.bytes())
      if (tensors.has(tensor.name)) refuse(`the graph must have one tensor \`${tensor.name}\`, and has two`)
      if (tensors.size === MOST) refuse(`the graph must have at most ${MOST} tensors, and has more`)
      tensors.set(tensor.name, tensor)
    },
    11: port(inputs),
    12: port(outputs),
    13: port(between),
    15: () => refuse('the graph must have dense tensors, and has sparse ones')
  })
  const shapes = new Map([...between, ...outputs].map((each) => [each.name, each]))
  // Older files list their weights among the inputs.
  return { nodes, tensors, outputs, shapes, inputs: inputs.filter(({ name }) => !tensors.has(name)) }
}

function readNode(bytes: Uint8Array): Node {
  const node = { name: '', type: '', domain: '' }
  const [inputs, outputs]: [string[], string[]] = [[], []]
  const attributes = new Map<string, Attribute>()
  readMessage(bytes, {
    1: (reader) => {
      add(inputs, reader.string())
    },
    2: (reader) => {
      add(outputs, reader.string())
    },
    3: (reader) => (node.name = reader.string()),
    4: (reader) => (node.type = reader.string()),
    5: (reader) => {
      const [name, value] = readAttribute(reader.bytes())
      if (attributes.size === MOST) refuse(`a node must have at most ${MOST} attributes, and has more`)
      attributes.set(name, value)
    },
    7: (reader) => (node.domain = reader.string())
  })
  if (node.type === '' || outputs.length === 0)
    refuse(`every node must name its operation and an output, and "${node.name}" does not`)
  return { ...node, name: node.name || outputs[0], inputs, outputs, attributes }
}

function readAttribute(bytes: Uint8Array): [string, Attribute] {
  let name = ''
  let value: Attribute
  const integers: number[] = []
  const packed = repeatedInt64(integers, MOST_INTEGERS)
  readMessage(bytes, {
    1: (reader) => (name = reader.string()),
    2: (reader) => (value = reader.float()),
    3: (reader) => (value = int64(reader)),
    4: (reader) => (value = reader.string()),
    5: (reader) => (value = readTensor(reader.bytes())),
    8: (reader, wire) => {
      packed(reader, wire)
      value = integers
    },
    // The kind of an attribute says which of the fields counts; an empty list is written as nothing else.
    20: (reader) => {
      if (int64(reader) === 7) value ??= integers
    }
  })
  return [name, value]
}

function readPort(bytes: Uint8Array): Port {
  let name = ''
  let type = 0
  let shape: (number | string)[] | undefined
  const tensorType: Fields = {
    1: (reader) => (type = int64(reader)),
    2: (reader) => {
      shape = []
      const sizes = shape
      readMessage(reader.bytes(), {
        1: (dimension) => {
          if (sizes.length === 16) refuse(`\`${name}\` must have at most 16 axes, and has more`)
          sizes.push(readDimension(dimension.bytes()))
        }
      })
    }
  }
  readMessage(bytes, {
    1: (reader) => (name = reader.string()),
    2: (reader) => {
      readMessage(reader.bytes(), {
        1: (tensor) => {
          readMessage(tensor.bytes(), tensorType)
        }
      })
    }
  })
  return { name, type, shape }
}

function readDimension(bytes: Uint8Array): number | string {
  let size: number | string = '?'
  readMessage(bytes, {
    1: (reader) => (size = int64(reader)),
    2: (reader) => (size = reader.string())
  })
  return size
}

function add<T>(list: T[], item: T): void {
  if (list.length === MOST)
    refuse(`an ONNX graph must have at most ${MOST} nodes or names in a list, and has more`)
  list.push(item)
}
