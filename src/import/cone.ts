import { list, number } from './attributes.ts'
import type { Constant } from './constant.ts'
import { UNARY } from './fold.ts'
import type { Node } from './model.ts'
import { TYPE } from './storedTensor.ts'
import type { Trace } from './trace.ts'

/** A value as a function of a single earlier one: the nodes between them, and what they compute of vectors of numbers. */
export interface Cone {
  readonly root: string
  /** The axis of the root over which sums run, counted from the front; undefined where there are none. */
  readonly axes: readonly number[] | undefined
  /** The operations that it is made of. */
  readonly types: ReadonlySet<string>
  readonly apply: (x: Float64Array) => Float64Array
}

const MOST_NODES = 24

/**
 * The ways to see `name` as a function of a single earlier value, the shortest first. PyTorch writes an activation or a norm as
 * several nodes, other exporters as others: what they compute together tells what they are, however they are written.
 */
export function* conesOf(name: string, trace: Trace, order: ReadonlyMap<string, number>): Generator<Cone> {
  const cone: Node[] = []
  const frontier = new Set([name])
  let axes: string | undefined
  while (cone.length < MOST_NODES) {
    const next = [...frontier].reduce((x, y) => ((order.get(x) ?? -1) > (order.get(y) ?? -1) ? x : y))
    const node = trace.producers.get(next)
    if (node === undefined || !isSimple(node, trace)) return
    const reduced = reducedBy(node, trace)
    if (reduced !== undefined) {
      if (axes !== undefined && axes !== reduced) return
      axes = reduced
    }
    cone.push(node)
    frontier.delete(next)
    for (const input of node.inputs) if (input !== '' && !trace.constants.has(input)) frontier.add(input)
    if (frontier.size === 0) return
    if (frontier.size > 1) continue
    const [root] = frontier
    const nodes = cone.toReversed()
    yield {
      root,
      axes: axes === undefined ? undefined : axes.split(',').map(Number),
      types: new Set(nodes.map(({ type }) => type)),
      apply: (x) => evaluate(nodes, name, root, x, trace.constants)
    }
  }
}

const ELEMENTWISE: Readonly<Record<string, (x: number, y: number) => number>> = {
  Add: (x, y) => x + y,
  Sub: (x, y) => x - y,
  Mul: (x, y) => x * y,
  Div: (x, y) => x / y,
  Pow: (x, y) => x ** y
}

const REDUCE: Readonly<Record<string, (x: Float64Array) => number>> = {
  ReduceMean: (x) => x.reduce((sum, value) => sum + value, 0) / x.length,
  ReduceSum: (x) => x.reduce((sum, value) => sum + value, 0),
  ReduceSumSquare: (x) => x.reduce((sum, value) => sum + value * value, 0),
  ReduceL2: (x) => Math.sqrt(x.reduce((sum, value) => sum + value * value, 0))
}

/**
 * No function with a corner or a step: it may bend where no point is tried, and the value is then another one there. Relu is an
 * operation of its own (operators.ts).
 */
const SMOOTH = [
  'Identity',
  'Neg',
  'Sqrt',
  'Reciprocal',
  'Exp',
  'Log',
  'Sin',
  'Cos',
  'Tanh',
  'Sigmoid',
  'Softplus'
]

const FUNCTIONS: Readonly<Record<string, (x: number) => number>> = {
  ...Object.fromEntries(SMOOTH.map((type) => [type, UNARY[type]])),
  Erf: erf,
  Cast: (x) => x
}

function isSimple(node: Node, { constants }: Trace): boolean {
  const simple = node.type in ELEMENTWISE || node.type in REDUCE || node.type in FUNCTIONS
  const kept = number(node, 'keepdims', 1) === 1 && keepsFractions(node)
  // What stands beside the value must be one number.
  const numbers = node.inputs.every((name, i) => {
    const constant = constants.get(name)
    return constant === undefined || constant.data.length === 1 || (i > 0 && node.type in REDUCE)
  })
  return simple && kept && numbers && node.outputs.length === 1
}

function keepsFractions(node: Node): boolean {
  const to = number(node, 'to', TYPE.float)
  return node.type !== 'Cast' || to === TYPE.float || to === TYPE.double
}

function reducedBy(node: Node, { constants, shapes }: Trace): string | undefined {
  if (!(node.type in REDUCE)) return undefined
  const rank = shapes.get(node.inputs[0])?.length ?? 0
  const given = list(node, 'axes') ?? [...(constants.get(node.inputs[1])?.data ?? Array(rank).keys())]
  return given
    .map((axis) => (axis < 0 ? axis + rank : axis))
    .sort((x, y) => x - y)
    .join()
}

/** Every value of the cone is a vector, or one number that stands for all of its places. */
function evaluate(
  nodes: readonly Node[],
  output: string,
  root: string,
  x: Float64Array,
  constants: ReadonlyMap<string, Constant>
): Float64Array {
  const values = new Map([[root, x]])
  const of = (name: string): Float64Array => values.get(name) ?? Float64Array.from(constants.get(name)!.data)
  for (const node of nodes) {
    const inputs = node.inputs.filter((name) => name !== '').map(of)
    const [first] = inputs
    if (node.type in REDUCE) values.set(node.outputs[0], Float64Array.of(REDUCE[node.type](first)))
    else if (node.type in FUNCTIONS) values.set(node.outputs[0], first.map(FUNCTIONS[node.type]))
    else
      values.set(
        node.outputs[0],
        inputs.slice(1).reduce((a, b) => pairwise(ELEMENTWISE[node.type], a, b), first)
      )
  }
  return values.get(output)!
}

function pairwise(
  operation: (x: number, y: number) => number,
  x: Float64Array,
  y: Float64Array
): Float64Array {
  const length = Math.max(x.length, y.length)
  return Float64Array.from({ length }, (_, i) =>
    operation(x[x.length === 1 ? 0 : i], y[y.length === 1 ? 0 : i])
  )
}

/** The error function, good to 1e-13: by its series, and by the continued fraction of what it lacks to 1 where that would cancel. */
export function erf(x: number): number {
  const size = Math.abs(x)
  if (size > 6) return Math.sign(x)
  if (size > 2.5) {
    let fraction = size
    for (let n = 60; n > 0; n--) fraction = size + n / 2 / fraction
    return Math.sign(x) * (1 - Math.exp(-x * x) / (Math.sqrt(Math.PI) * fraction))
  }
  let [term, sum] = [x, x]
  for (let n = 1; Math.abs(term) > 1e-17 * Math.abs(sum); n++) {
    term *= (-x * x) / n
    sum += term / (2 * n + 1)
  }
  return (2 / Math.sqrt(Math.PI)) * sum
}
