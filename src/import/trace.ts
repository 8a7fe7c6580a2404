import { number } from './attributes.ts'
import { GaussflowError } from '../error.ts'
import { BATCH, readConstant, type Constant, type ReadBeside } from './constant.ts'
import { fold } from './fold.ts'
import { refuse } from './message.ts'
import type { Node, OnnxModel, Port } from './model.ts'
import { inferShapes } from './shapes.ts'
import { isInteger, TYPE } from './storedTensor.ts'

/** A graph with its constants computed and its shapes known, before it is translated. */
export interface Trace {
  readonly inputs: readonly Port[]
  readonly outputs: readonly Port[]
  /** The shape of every value; the size BATCH stands for the batch. */
  readonly shapes: ReadonlyMap<string, readonly number[]>
  readonly constants: ReadonlyMap<string, Constant>
  /** The node that makes a value which is no constant. */
  readonly producers: ReadonlyMap<string, Node>
  /** The values that hold integers, because they are made from inputs that the file says to do. */
  readonly whole: ReadonlySet<string>
  /** The shape that the file itself gives of a value. */
  readonly declared: ReadonlyMap<string, Port>
}

const SPARE = 65536 // numbers that constants may take beyond those in the file

/**
 * Computes every constant and every shape, node by node.
 *
 * @param bytes the size of the file, which bounds what constants may take
 * @throws GaussflowError `invalid_file` for a graph that is none: a circle, a value that nothing makes, shapes that do not fit
 */
export function trace(model: OnnxModel, bytes: number, beside: ReadBeside): Trace {
  const { nodes, tensors, inputs, outputs } = model
  const constants = new Map<string, Constant>()
  const shapes = new Map<string, readonly number[]>()
  const producers = new Map<string, Node>()
  const whole = new Set(inputs.filter(({ type }) => isInteger(type)).map(({ name }) => name))
  const made = new Set([...tensors.keys(), ...inputs.map(({ name }) => name)])
  for (const port of inputs) shapes.set(port.name, sizesOf(port))
  const constantOf = (name: string): Constant | undefined => {
    const tensor = tensors.get(name)
    if (tensor !== undefined && !constants.has(name)) constants.set(name, readConstant(tensor, beside))
    return constants.get(name)
  }
  let spent = 0
  for (const node of nodes) {
    for (const name of node.inputs) if (name !== '' && !made.has(name)) refuseInput(node, name, nodes)
    for (const name of node.outputs) {
      if (made.has(name))
        refuse(`the value \`${name}\` must be made once, and the node ${node.name} makes it again`)
      if (name !== '') made.add(name)
    }
    if (node.domain !== '' && node.domain !== 'ai.onnx') {
      for (const name of node.outputs) producers.set(name, node)
      continue
    }
    const given = node.inputs.map((name) => (name === '' ? undefined : constantOf(name)))
    const known = node.inputs.map((name, i) => given[i]?.shape ?? shapes.get(name))
    const most = bytes / 4 + SPARE - spent
    const folded = fold({ node, constants: given, shapes: known, beside, most })
    const found = folded?.map(({ shape }) => shape) ?? inferShapes(node, known, given)
    if (staysWhole(node, whole, constants)) for (const name of node.outputs) whole.add(name)
    node.outputs.forEach((name, i) => {
      if (folded?.[i] !== undefined) {
        constants.set(name, folded[i])
        spent += folded[i].data.length
      } else producers.set(name, node)
      if (found?.[i] !== undefined) shapes.set(name, found[i])
    })
  }
  for (const { name } of outputs)
    if (!made.has(name)) refuse(`the output \`${name}\` must be made by a node, and is not`)
  for (const name of tensors.keys()) constantOf(name)
  return { inputs, outputs, shapes, constants, producers, whole, declared: model.shapes }
}

/** Operations whose results hold integers where what they read does. */
const KEEPING = new Set([
  ...['Identity', 'Reshape', 'Flatten', 'Squeeze', 'Unsqueeze', 'Expand', 'Transpose'],
  ...['Slice', 'Split', 'Concat', 'Gather', 'Add', 'Sub', 'Mul', 'Neg']
])

function staysWhole(
  node: Node,
  whole: ReadonlySet<string>,
  constants: ReadonlyMap<string, Constant>
): boolean {
  const first = node.inputs.find((name) => !constants.has(name))
  if (first === undefined || !whole.has(first)) return false
  return KEEPING.has(node.type) || (node.type === 'Cast' && isInteger(number(node, 'to', TYPE.float)))
}

function sizesOf({ name, shape = [] }: Port): number[] {
  return shape.map((size, axis) => {
    if (typeof size === 'string' && axis === 0) return BATCH
    if (typeof size === 'string' || size <= 0) {
      const message = `the input \`${name}\` must have sizes of numbers after the batch, got "${size}" on axis ${axis}; export it with dynamic_axes for the batch alone`
      throw new GaussflowError('unsupported', message, { path: 'model' })
    }
    return size
  })
}

function refuseInput(node: Node, name: string, nodes: readonly Node[]): never {
  const later = nodes.some(({ outputs }) => outputs.includes(name))
  refuse(
    later
      ? `the nodes must be in the order of their values, without circles, but ${node.name} reads \`${name}\`, which is made later`
      : `the node ${node.name} must read values that are made, and reads \`${name}\`, which nothing makes`
  )
}
