import { axisOf, list, listOrInput, number, text } from './attributes.ts'
import { product, type Constant } from './constant.ts'
import { refuse } from './message.ts'
import type { Node } from './model.ts'
import { broadcastShape } from './strided.ts'

type Shape = readonly number[]
type Constants = readonly (Constant | undefined)[]
type Rule = (node: Node, shapes: readonly Shape[], constants: Constants) => readonly Shape[] | undefined

/**
 * The shapes of a node's outputs; undefined where the operation is not known, or one of the shapes that it needs.
 *
 * @throws GaussflowError `invalid_file` for shapes that do not fit each other
 */
export function inferShapes(
  node: Node,
  shapes: readonly (Shape | undefined)[],
  constants: Constants
): readonly Shape[] | undefined {
  if (!Object.hasOwn(RULES, node.type)) return undefined
  const known = shapes.every((shape, i) => shape !== undefined || node.inputs[i] === '')
  return known ? RULES[node.type](node, shapes as Shape[], constants) : undefined
}

/** Where a slice begins along each axis, how it steps, and how long it is. */
export interface Range {
  readonly from: number
  readonly step: number
  readonly length: number
}

/** The ranges of a Slice along all axes; undefined where they are not constant. */
export function sliceOf(node: Node, shape: Shape, constants: Constants): Range[] | undefined {
  const [starts, ends] = [1, 2].map((i) => constants[i])
  if (starts === undefined || ends === undefined) return undefined
  const axes = node.inputs[3] ? constants[3]?.data : Float64Array.from(starts.data, (_, i) => i)
  const steps = node.inputs[4] ? constants[4]?.data : starts.data.slice().fill(1)
  if (axes === undefined || steps === undefined) return undefined
  const ranges: Range[] = shape.map((length) => ({ from: 0, step: 1, length }))
  axes.forEach((each, i) => {
    const axis = axisOf(node, each, shape.length)
    const [size, step] = [shape[axis], steps[i]]
    if (step === 0) refuse(`the steps of the node ${node.name} must not be 0`)
    const within = (place: number): number => {
      const at = place < 0 ? place + size : place
      return step > 0 ? Math.min(Math.max(at, 0), size) : Math.min(Math.max(at, -1), size - 1)
    }
    const from = within(starts.data[i])
    const to = within(ends.data[i])
    ranges[axis] = { from, step, length: Math.max(0, Math.ceil((to - from) / step)) }
  })
  return ranges
}

/** The sizes that the outputs of a Split have along its axis. */
function splitOf(node: Node, size: number, constants: Constants): readonly number[] | undefined {
  const given = listOrInput(node, 'split', 1, constants)
  if (given !== undefined) return given
  if (node.inputs[1]) return undefined
  const each = Math.ceil(size / node.outputs.length)
  return node.outputs.map((_, i) => Math.min(each, size - i * each))
}

/** The shape that a Reshape asks for, with its zeros and its -1 filled in. */
function reshapeOf(node: Node, shape: Shape, wanted: ArrayLike<number>): number[] {
  const copies = number(node, 'allowzero', 0) === 0
  const sizes = Array.from(wanted, (size, i) => (size === 0 && copies ? shape[i] : size))
  const open = sizes.indexOf(-1)
  const rest = product(sizes.filter((_, i) => i !== open))
  if (open >= 0) sizes[open] = product(shape) / rest
  if (product(sizes) !== product(shape) || !sizes.every((size) => Number.isSafeInteger(size) && size >= 0))
    refuse(
      `the node ${node.name} must keep the number of elements of [${shape.join(', ')}], got [${Array.from(wanted).join(', ')}]`
    )
  return sizes
}

/** The axes that a reduction runs over. */
function reducedAxes(node: Node, rank: number, constants: Constants): number[] {
  const axes = listOrInput(node, 'axes', 1, constants) ?? [...Array(rank).keys()]
  return axes.map((axis) => axisOf(node, axis, rank))
}

const same: Rule = (_, [x]) => [x]

const together: Rule = (node, shapes) => {
  const out = shapes.reduce<Shape | undefined>((all, shape) => all && broadcastShape(all, shape), [])
  if (out === undefined)
    refuse(
      `the inputs of the node ${node.name} must have shapes that fit, got ${shapes.map((shape) => `[${shape.join(', ')}]`).join(' and ')}`
    )
  return [out]
}

const reduce: Rule = (node, [x], constants) => {
  const axes = reducedAxes(node, x.length, constants)
  if (number(node, 'keepdims', 1) === 1) return [x.map((size, i) => (axes.includes(i) ? 1 : size))]
  return [x.filter((_, i) => !axes.includes(i))]
}

const convolution: Rule = (node, [x, weight]) => {
  const [batch, channels, ...sizes] = x
  const kernel = list(node, 'kernel_shape') ?? weight?.slice(2) ?? sizes.map(() => 1)
  const pads = list(node, 'pads') ?? sizes.flatMap(() => [0, 0])
  const strides = list(node, 'strides') ?? sizes.map(() => 1)
  const dilations = list(node, 'dilations') ?? sizes.map(() => 1)
  const windows = sizes.map((size, i) => {
    const reach = dilations[i] * (kernel[i] - 1) + 1
    return Math.floor((size + pads[i] + pads[i + sizes.length] - reach) / strides[i]) + 1
  })
  return [[batch, weight?.[0] ?? channels, ...windows]]
}

const RULES: Readonly<Record<string, Rule>> = {
  ...Object.fromEntries(
    (
      'Identity Cast Dropout Neg Abs Sqrt Reciprocal Exp Log Sin Cos Tanh Sigmoid Softplus Relu Erf Floor Ceil Not Softmax ' +
      'InstanceNormalization BatchNormalization LeakyRelu Elu HardSwish HardSigmoid Gelu Mish Clip'
    )
      .split(' ')
      .map((name) => [name, same])
  ),
  ...Object.fromEntries(
    'Add Sub Mul Div Mod Pow Min Max Equal Less Greater And Or Where'
      .split(' ')
      .map((name) => [name, together])
  ),
  ...Object.fromEntries(
    'ReduceMean ReduceSum ReduceMax ReduceMin ReduceProd ReduceL2 ReduceSumSquare'
      .split(' ')
      .map((name) => [name, reduce])
  ),
  LayerNormalization: (node, [x]) => node.outputs.slice(0, 1).map(() => x),
  Gemm: (node, [a, b]) => {
    const rows = number(node, 'transA', 0) === 0 ? a[0] : a[1]
    return [[rows, number(node, 'transB', 0) === 0 ? b[1] : b[0]]]
  },
  MatMul: (node, [x, y]) => {
    const [a, b] = [x.length === 1 ? [1, ...x] : x, y.length === 1 ? [...y, 1] : y]
    const outer = broadcastShape(a.slice(0, -2), b.slice(0, -2))
    if (outer === undefined || a.at(-1) !== b.at(-2))
      refuse(`the matrices of the node ${node.name} must fit, got [${x.join(', ')}] and [${y.join(', ')}]`)
    const rows = x.length === 1 ? [] : [a.at(-2)!]
    const columns = y.length === 1 ? [] : [b.at(-1)!]
    return [[...outer, ...rows, ...columns]]
  },
  Einsum: (node, shapes) => {
    const { inputs, output } = einsumOf(node)
    const sizes = new Map(
      inputs.flatMap((letters, i) => Array.from(letters).map((letter, axis) => [letter, shapes[i][axis]]))
    )
    return [Array.from(output).map((letter) => sizes.get(letter) ?? 1)]
  },
  Conv: convolution,
  AveragePool: convolution,
  Resize: (_, [x], constants) => {
    const [scales, sizes] = [constants[2], constants[3]]
    if (sizes !== undefined && sizes.data.length > 0) return [[...sizes.data]]
    return scales === undefined ? undefined : [x.map((size, i) => Math.floor(size * scales.data[i]))]
  },
  Upsample: (_, [x], [, scales]) =>
    scales === undefined ? undefined : [x.map((size, i) => Math.floor(size * scales.data[i]))],
  Shape: (_, [x]) => [[x.length]],
  Size: () => [[]],
  Reshape: (node, [x], [, wanted]) => (wanted === undefined ? undefined : [reshapeOf(node, x, wanted.data)]),
  Flatten: (node, [x]) => {
    const axis = number(node, 'axis', 1)
    const place = axis < 0 ? axis + x.length : axis
    return [[product(x.slice(0, place)), product(x.slice(place))]]
  },
  Transpose: (node, [x]) => {
    const order = list(node, 'perm') ?? x.map((_, i) => x.length - 1 - i)
    if (order.toSorted((a, b) => a - b).join() !== x.map((_, i) => i).join())
      refuse(`the node ${node.name} must give every axis one place, got ${order.join(', ')}`)
    return [order.map((axis) => x[axis])]
  },
  Squeeze: (node, [x], constants) => {
    const axes = listOrInput(node, 'axes', 1, constants)?.map((axis) => axisOf(node, axis, x.length))
    return [x.filter((size, i) => (axes === undefined ? size !== 1 : !axes.includes(i)))]
  },
  Unsqueeze: (node, [x], constants) => {
    const given = listOrInput(node, 'axes', 1, constants)
    if (given === undefined) return undefined
    const rank = x.length + given.length
    const axes = given.map((axis) => axisOf(node, axis, rank))
    const rest = [...x]
    return [Array.from({ length: rank }, (_, i) => (axes.includes(i) ? 1 : rest.shift()!))]
  },
  Expand: (node, [x], [, wanted]) =>
    wanted === undefined ? undefined : together(node, [x, [...wanted.data]], []),
  Slice: (node, [x], constants) => {
    const ranges = sliceOf(node, x, constants)
    return ranges && [ranges.map(({ length }) => length)]
  },
  Split: (node, [x], constants) => {
    const axis = axisOf(node, number(node, 'axis', 0), x.length)
    const sizes = splitOf(node, x[axis], constants)
    if (sizes === undefined) return undefined
    if (sizes.length !== node.outputs.length || sizes.reduce((sum, size) => sum + size, 0) !== x[axis])
      refuse(`the parts of the node ${node.name} must add up to ${x[axis]}, got ${sizes.join(', ')}`)
    return sizes.map((size) => x.with(axis, size))
  },
  Concat: (node, shapes) => {
    const [first] = shapes
    const axis = axisOf(node, number(node, 'axis', 0), first.length)
    const fit = shapes.every((shape) => shape.every((size, i) => i === axis || size === first[i]))
    if (!fit || shapes.some(({ length }) => length !== first.length))
      refuse(
        `the inputs of the node ${node.name} must be alike but for axis ${axis}, got ${shapes.map((shape) => `[${shape.join(', ')}]`).join(' and ')}`
      )
    return [
      first.with(
        axis,
        shapes.reduce((sum, shape) => sum + shape[axis], 0)
      )
    ]
  },
  Gather: (node, [x, index]) => {
    const axis = axisOf(node, number(node, 'axis', 0), x.length)
    return [[...x.slice(0, axis), ...index, ...x.slice(axis + 1)]]
  }
}

/** The letters of an Einsum. */
export function einsumOf(node: Node): { inputs: string[]; output: string } {
  const equation = text(node, 'equation', '').replaceAll(' ', '')
  const [left, output] = equation.split('->')
  if (output === undefined || !/^[a-zA-Z,]+->[a-zA-Z]*$/.test(equation))
    refuse(`the equation of the node ${node.name} must name every axis, got "${equation}"`)
  return { inputs: left.split(','), output }
}
