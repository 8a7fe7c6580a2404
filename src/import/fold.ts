import { axisOf, list, listOrInput, number } from './attributes.ts'
import {
  BATCH,
  heldCount,
  integers,
  product,
  readConstant,
  type Constant,
  type ReadBeside
} from './constant.ts'
import { refuse } from './message.ts'
import type { Node } from './model.ts'
import { inferShapes, sliceOf } from './shapes.ts'
import { isFloating, TYPE, type StoredTensor } from './storedTensor.ts'
import { broadcastStrides, forEachPlace, stridesOf, viewOf } from './strided.ts'

/** What the folding of one node may look at. */
export interface Folding {
  readonly node: Node
  /** The inputs that are constant. */
  readonly constants: readonly (Constant | undefined)[]
  /** The shapes of all inputs. */
  readonly shapes: readonly (readonly number[] | undefined)[]
  readonly beside: ReadBeside
  /** The most numbers that the result may hold. */
  readonly most: number
}

/**
 * The results of a node that does not depend on the network's inputs but for their shapes; undefined where it does, or where
 * the operation is not one that is computed here.
 */
export function fold(folding: Folding): readonly Constant[] | undefined {
  const { node, constants, shapes, most } = folding
  const special = SPECIAL[node.type]
  const { inputs } = node
  const whole = inputs.every((name, i) => name === '' || constants[i] !== undefined)
  if (special !== undefined && (whole || node.type === 'Shape' || node.type === 'Size')) {
    const result = special(folding)
    return result === undefined ? undefined : [result]
  }
  if (!whole) return undefined
  const out = inferShapes(node, shapes, constants)
  if (out === undefined) return undefined
  for (const shape of out) expectRoom(node, shape, most)
  const structural = STRUCTURAL[node.type]
  if (structural !== undefined) return structural(folding, out)
  const unary = UNARY[node.type]
  if (unary !== undefined) {
    const [{ data }] = constants as [Constant]
    return [{ shape: out[0], data: data.map(unary) }]
  }
  const elementwise = ELEMENTWISE[node.type]
  return elementwise === undefined ? undefined : [apply(elementwise, constants as Constant[], out[0])]
}

function expectRoom(node: Node, shape: readonly number[], most: number): void {
  if (!shape.every((size) => size >= 0 && Number.isSafeInteger(size)) || heldCount(shape) > most)
    refuse(
      `the constant ${node.name} must be no larger than the file, and would have the shape [${shape.join(', ')}]`
    )
}

/** Element by element; integers stay integers. */
const ELEMENTWISE: Readonly<Record<string, (values: number[], whole: boolean) => number>> = {
  Add: ([x, y]) => x + y,
  Sub: ([x, y]) => x - y,
  Mul: ([x, y]) => x * y,
  Div: ([x, y], whole) => (whole ? Math.trunc(x / y) : x / y),
  Mod: ([x, y]) => x - y * Math.floor(x / y),
  Pow: ([x, y]) => x ** y,
  Min: (values) => Math.min(...values),
  Max: (values) => Math.max(...values),
  Equal: ([x, y]) => Number(x === y),
  Less: ([x, y]) => Number(x < y),
  Greater: ([x, y]) => Number(x > y),
  And: ([x, y]) => Number(x !== 0 && y !== 0),
  Or: ([x, y]) => Number(x !== 0 || y !== 0),
  Where: ([condition, x, y]) => (condition !== 0 ? x : y)
}

export const UNARY: Readonly<Record<string, (x: number) => number>> = {
  Identity: (x) => x,
  Neg: (x) => -x,
  Abs: Math.abs,
  Sqrt: Math.sqrt,
  Reciprocal: (x) => 1 / x,
  Exp: Math.exp,
  Log: Math.log,
  Sin: Math.sin,
  Cos: Math.cos,
  Tanh: Math.tanh,
  Sigmoid: (x) => 1 / (1 + Math.exp(-x)),
  Softplus: (x) => Math.max(x, 0) + Math.log1p(Math.exp(-Math.abs(x))),
  Relu: (x) => Math.max(x, 0),
  Floor: Math.floor,
  Ceil: Math.ceil,
  Not: (x) => Number(x === 0)
}

function apply(
  operation: (values: number[], whole: boolean) => number,
  constants: readonly Constant[],
  shape: readonly number[]
): Constant {
  const kept = constants.slice(-2)
  const whole = kept.every(({ data }) => data instanceof Float64Array)
  const out = whole ? new Float64Array(heldCount(shape)) : new Float32Array(heldCount(shape))
  const strides = constants.map((constant) => broadcastStrides(constant.shape, shape))
  const values = new Array<number>(constants.length)
  forEachPlace(shape, strides, (i, places) => {
    for (let k = 0; k < values.length; k++) values[k] = constants[k].data[places[k]]
    out[i] = operation(values, whole)
  })
  return { shape, data: out }
}

type Structural = (folding: Folding, out: readonly (readonly number[])[]) => readonly Constant[] | undefined

/** The same elements in other places. */
const STRUCTURAL: Readonly<Record<string, Structural>> = {
  Reshape: ({ constants: [x] }, [shape]) => [{ ...x!, shape }],
  Squeeze: ({ constants: [x] }, [shape]) => [{ ...x!, shape }],
  Unsqueeze: ({ constants: [x] }, [shape]) => [{ ...x!, shape }],
  Flatten: ({ constants: [x] }, [shape]) => [{ ...x!, shape }],
  Expand: ({ constants: [x] }, [shape]) => [viewOf(x!, shape, broadcastStrides(x!.shape, shape))],
  Transpose: ({ node, constants: [x] }, [shape]) => {
    const strides = stridesOf(x!.shape)
    const order = list(node, 'perm') ?? shape.map((_, i) => shape.length - 1 - i)
    return [
      viewOf(
        x!,
        shape,
        order.map((axis) => strides[axis])
      )
    ]
  },
  Slice: ({ node, constants, constants: [x] }, [shape]) => {
    const ranges = sliceOf(node, x!.shape, constants)
    if (ranges === undefined) return undefined
    const strides = stridesOf(x!.shape)
    const offset = ranges.reduce((sum, { from }, axis) => sum + from * strides[axis], 0)
    return [
      viewOf(
        x!,
        shape,
        ranges.map(({ step }, axis) => step * strides[axis]),
        offset
      )
    ]
  },
  Split: ({ node, constants: [x] }, shapes) => {
    const axis = axisOf(node, number(node, 'axis', 0), x!.shape.length)
    const strides = stridesOf(x!.shape)
    let from = 0
    return shapes.map((shape) => {
      const part = viewOf(x!, shape, strides, from * strides[axis])
      from += shape[axis]
      return part
    })
  },
  Gather: ({ node, constants: [x, index] }, [shape]) => {
    const axis = axisOf(node, number(node, 'axis', 0), x!.shape.length)
    const own = stridesOf(x!.shape)
    const [before, after] = [own.slice(0, axis), own.slice(axis + 1)]
    const picked = stridesOf(index!.shape)
    const strides = [
      [...before, ...picked.map(() => 0), ...after],
      [...before.map(() => 0), ...picked, ...after.map(() => 0)]
    ]
    const out = x!.data.slice(0, 0).constructor as Float32ArrayConstructor
    const data = new out(heldCount(shape))
    const size = x!.shape[axis]
    forEachPlace(shape, strides, (i, [place, at]) => {
      const wanted = index!.data[at]
      const which = wanted < 0 ? wanted + size : wanted
      if (!(which >= 0 && which < size))
        refuse(`an index of the node ${node.name} must be below ${size}, got ${wanted}`)
      data[i] = x!.data[place + which * own[axis]]
    })
    return [{ shape, data }]
  },
  Concat: ({ node, constants }, [shape]) => {
    const parts = constants as Constant[]
    const axis = axisOf(node, number(node, 'axis', 0), shape.length)
    const whole = parts.every(({ data }) => data instanceof Float64Array)
    const data = whole ? new Float64Array(heldCount(shape)) : new Float32Array(heldCount(shape))
    const inner = heldCount(shape.slice(axis + 1))
    const row = heldCount(shape.slice(axis))
    let from = 0
    for (const part of parts) {
      const length = heldCount(part.shape.slice(axis))
      for (let at = 0, to = from; at < part.data.length; at += length, to += row)
        data.set(part.data.subarray(at, at + length), to)
      from += part.shape[axis] * inner
    }
    return [{ shape, data }]
  }
}

/** Operations whose results do not follow from the elements alone. */
const SPECIAL: Readonly<Record<string, (folding: Folding) => Constant | undefined>> = {
  Shape: ({ node, shapes: [shape] }) => {
    const from = number(node, 'start', 0)
    return shape === undefined ? undefined : integers(shape.slice(from, number(node, 'end', shape.length)))
  },
  Size: ({ shapes: [shape] }) => (shape === undefined ? undefined : integers([product(shape)], [])),
  Constant: ({ node, beside }) => {
    const value = node.attributes.get('value')
    if (typeof value === 'object' && 'raw' in value) return readConstant(value, beside)
    const single = node.attributes.get('value_int')
    if (typeof single === 'number') return integers([single], [])
    const float = node.attributes.get('value_float')
    if (typeof float === 'number') return { shape: [], data: Float32Array.of(float) }
    const several = list(node, 'value_ints')
    return several === undefined ? undefined : integers(several)
  },
  ConstantOfShape: ({ node, constants: [sizes], beside, most }) => {
    const shape = [...sizes!.data]
    expectRoom(node, shape, most)
    const stored = node.attributes.get('value') as StoredTensor | undefined
    const value =
      stored === undefined ? { shape: [1], data: Float32Array.of(0) } : readConstant(stored, beside)
    const count = heldCount(shape)
    const data = value.data instanceof Float32Array ? new Float32Array(count) : new Float64Array(count)
    return { shape, data: data.fill(value.data[0]) }
  },
  Range: ({ node, constants: [start, limit, delta], most }) => {
    const [from, to, step] = [start!.data[0], limit!.data[0], delta!.data[0]]
    const count = Math.max(0, Math.ceil((to - from) / step))
    expectRoom(node, [count], most)
    if (count % BATCH === 0 && count > 0) return undefined
    const whole = start!.data instanceof Float64Array
    const values = Float64Array.from({ length: count }, (_, i) => from + i * step)
    return { shape: [count], data: whole ? values : Float32Array.from(values) }
  },
  Cast: ({ node, constants: [x] }) => {
    const to = number(node, 'to', TYPE.float)
    const { shape, data } = x!
    const floating = isFloating(to)
    if (floating) return { shape, data: Float32Array.from(data) }
    return { shape, data: Float64Array.from(data, to === TYPE.bool ? (x) => Number(x !== 0) : Math.trunc) }
  },
  ReduceProd: ({ node, constants, constants: [x] }) => {
    const axes = listOrInput(node, 'axes', 1, constants)
    if (x!.shape.length !== 1 || (axes !== undefined && axes.length !== 1)) return undefined
    const kept = number(node, 'keepdims', 1) === 1
    return { shape: kept ? [1] : [], data: Float64Array.of(product([...x!.data])) }
  }
}
