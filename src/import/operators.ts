import type { Activation } from '../schema/architecture.ts'
import { axisOf, list, number } from './attributes.ts'
import { heldCount, product, type Constant } from './constant.ts'
import { attend, contractConstant, matmulLabels, scoresOf, softmax, type Labels } from './contract.ts'
import { combine, combineConstant, scaled } from './elementwise.ts'
import { averagePool, convolve, enlarge } from './image.ts'
import { isBatch, regroup, sizeOf } from './layout.ts'
import { normalise } from './normalise.ts'
import { constantOf, maybeConstant, value, valueOf, type Call, type Operand } from './operand.ts'
import { reshaping } from './reshaping.ts'
import { einsumOf } from './shapes.ts'
import { Unsupported } from './unsupported.ts'

type Operator = (call: Call) => Operand | readonly Operand[]

const activation =
  (name: Activation): Operator =>
  ({ writer, inputs: [x] }) => {
    const of = valueOf(x)
    return value({ ...of, node: writer.push({ op: 'activate', inputs: [of.node], activation: name }) })
  }

/** max(x, 0), as `clamp(min=0)` is written too; no other bound. */
const positive: Operator = (call) => {
  const [x, least, ...more] = call.inputs
  if (least?.kind !== 'constant' || more.some((each) => each !== undefined))
    throw new Unsupported('a bound other than 0 from below')
  const { shape, data } = least.constant
  if (data.length !== 1 || data[0] !== 0 || shape.length > rankOf(x))
    throw new Unsupported('a bound other than 0 from below')
  return activation('relu')(call)
}

/** x + factor y, whichever of the two is constant. */
function sum({ writer, inputs: [x, y], nameOf }: Call, factor: 1 | -1): Operand {
  const adding = factor === 1 ? { op: 'add' as const } : { op: 'add' as const, factor }
  if (y?.kind === 'constant') {
    // Zeros, such as a mask that masks nothing, change nothing.
    if (x?.kind === 'scores' && y.constant.data.every((each) => each === 0)) return x
    return value(combineConstant(writer, adding, valueOf(x), y.constant, nameOf(1)))
  }
  if (x?.kind !== 'constant') return value(combine(writer, adding, valueOf(x), valueOf(y)))
  const negated = factor === 1 ? valueOf(y) : scaled(writer, valueOf(y), -1)
  return value(combineConstant(writer, { op: 'add' }, negated, x.constant, nameOf(0)))
}

function times({ writer, inputs: [x, y], nameOf }: Call, reciprocal = false): Operand {
  const [of, constant, name] = y?.kind === 'constant' ? [x, y.constant, nameOf(1)] : [y, x, nameOf(0)]
  const factors = constant !== undefined && 'data' in constant ? constant : maybe(constant)
  if (factors === undefined || (reciprocal && factors !== (y as { constant?: Constant }).constant)) {
    if (reciprocal) throw new Unsupported('a division by a value')
    return value(combine(writer, { op: 'multiply' }, valueOf(x), valueOf(y)))
  }
  const by = reciprocal ? { ...factors, data: Float32Array.from(factors.data, (each) => 1 / each) } : factors
  if (of?.kind === 'scores' && of.scores.keys === undefined && heldCount(by.shape) === 1)
    return { kind: 'scores', scores: { ...of.scores, scale: of.scores.scale * by.data[0] } }
  return value(combineConstant(writer, { op: 'multiply' }, valueOf(of), by, name))
}

const maybe = (operand: Operand | undefined): Constant | undefined =>
  operand?.kind === 'constant' ? operand.constant : undefined

/** A product by labels: a layer where one side is constant, else the two halves of attention. */
function contract({ writer, inputs: [x, y], wanted }: Call, labels: Labels): Operand {
  const { x: ofX, y: ofY, out } = labels
  if (y?.kind === 'constant')
    return value(contractConstant(writer, valueOf(x), ofX, y.constant, ofY, out, wanted))
  if (x?.kind === 'constant')
    return value(contractConstant(writer, valueOf(y), ofY, x.constant, ofX, out, wanted))
  if (x?.kind === 'scores') return value(attend(writer, x.scores, ofX, valueOf(y), ofY, out))
  if (y?.kind === 'scores') return value(attend(writer, y.scores, ofY, valueOf(x), ofX, out))
  return { kind: 'scores', scores: scoresOf(valueOf(x), valueOf(y), labels) }
}

/** A gain and a bias along the second axis, as the norms of images have them; those that do nothing are left out. */
function affine(
  { writer, nameOf }: Call,
  of: ReturnType<typeof valueOf>,
  gain: Constant | undefined,
  bias: Constant | undefined,
  axis: number
): Operand {
  const rest = new Array<number>(of.axes.length - 1 - axis).fill(1)
  const along = (constant: Constant): Constant => ({ ...constant, shape: [...constant.shape, ...rest] })
  let out = of
  if (gain?.data.some((each) => each !== 1))
    out = combineConstant(writer, { op: 'multiply' }, out, along(gain), nameOf(1))
  if (bias?.data.some((each) => each !== 0))
    out = combineConstant(writer, { op: 'add' }, out, along(bias), nameOf(2))
  return value(out)
}

/** Every operation of ONNX that is run, beside those that are constant and those that several nodes make together. */
export const operators: Readonly<Record<string, Operator>> = {
  ...reshaping,
  Relu: activation('relu'),
  Max: positive,
  Clip: positive,
  Sigmoid: activation('sigmoid'),
  Tanh: activation('tanh'),
  Softplus: activation('softplus'),
  Sin: activation('sine'),
  Cos: activation('cosine'),
  Add: (call) => sum(call, 1),
  Sub: (call) => sum(call, -1),
  Mul: (call) => times(call),
  Div: (call) => times(call, true),
  Neg: (call) => value(scaled(call.writer, valueOf(call.inputs[0]), -1)),
  Pow: ({ writer, inputs: [x, exponent] }) => {
    const { data } = constantOf(exponent)
    if (data.length !== 1 || data[0] !== 2) throw new Unsupported('a power other than a square')
    const of = valueOf(x)
    return value({ ...of, node: writer.push({ op: 'multiply', inputs: [of.node, of.node] }) })
  },
  Gemm: (call) => {
    const { writer, node, inputs, wanted, nameOf } = call
    const [a, b, c] = inputs
    const [alpha, beta] = [number(node, 'alpha', 1), number(node, 'beta', 1)]
    if (alpha !== 1 || beta !== 1) throw new Unsupported('factors of a matrix product')
    const ofA = number(node, 'transA', 0) === 0 ? ['i', 'k'] : ['k', 'i']
    const ofB = number(node, 'transB', 0) === 0 ? ['k', 'j'] : ['j', 'k']
    const out = contractConstant(writer, valueOf(a), ofA, constantOf(b), ofB, ['i', 'j'], wanted)
    return value(
      c === undefined ? out : combineConstant(writer, { op: 'add' }, out, constantOf(c), nameOf(2))
    )
  },
  MatMul: (call) => contract(call, matmulLabels(...(call.inputs.map(rankOf) as [number, number]))),
  Einsum: (call) => {
    const { inputs, output } = einsumOf(call.node)
    const letters = inputs.map((each) => Array.from(each))
    if (letters.length === 2) return contract(call, { x: letters[0], y: letters[1], out: Array.from(output) })
    const of = valueOf(call.inputs[0])
    if (letters.length !== 1 || output.length !== letters[0].length)
      throw new Unsupported('a sum over axes of one tensor, or of more than two')
    return value({ ...of, axes: Array.from(output).map((letter) => of.axes[letters[0].indexOf(letter)]) })
  },
  Softmax: ({ node, inputs: [x] }) => {
    if (x?.kind !== 'scores') throw new Unsupported('a softmax outside of attention')
    const which = axisOf(node, number(node, 'axis', -1), x.scores.axes.length)
    return { kind: 'scores', scores: softmax(x.scores, which) }
  },
  LayerNormalization: (call) => {
    const { writer, node, inputs } = call
    const of = valueOf(inputs[0])
    const axis = axisOf(node, number(node, 'axis', -1), of.axes.length)
    const which = of.axes.flatMap((_, i) => (i >= axis ? [i] : []))
    const out = normalise(writer, 'layerNorm', of, which, number(node, 'epsilon', 1e-5))
    return affine(call, out, maybeConstant(inputs[1]), maybeConstant(inputs[2]), of.axes.length - 1)
  },
  InstanceNormalization: (call) => {
    const { writer, node, inputs } = call
    const of = valueOf(inputs[0])
    const which = of.axes.flatMap((_, i) => (i >= 2 ? [i] : []))
    const out = normalise(writer, 'layerNorm', of, which, number(node, 'epsilon', 1e-5))
    return affine(call, out, maybeConstant(inputs[1]), maybeConstant(inputs[2]), 1)
  },
  BatchNormalization: (call) => {
    const [x, gain, bias, mean, variance] = call.inputs
    const [g, b, m, v] = [gain, bias, mean, variance].map(constantOf)
    const epsilon = number(call.node, 'epsilon', 1e-5)
    const scale = Float32Array.from(g.data, (each, i) => each / Math.sqrt(v.data[i] + epsilon))
    const shift = Float32Array.from(b.data, (each, i) => each - m.data[i] * scale[i])
    return affine(call, valueOf(x), { ...g, data: scale }, { ...b, data: shift }, 1)
  },
  Conv: ({ writer, node, inputs: [x, weight, bias], wanted }) =>
    value(convolve(writer, node, valueOf(x), constantOf(weight), maybeConstant(bias), wanted)),
  AveragePool: ({ writer, node, inputs: [x] }) => value(averagePool(writer, node, valueOf(x))),
  GlobalAveragePool: (call) => mean(call, [2, 3], true),
  Resize: ({ writer, node, inputs: [x], shape }) => value(enlarge(writer, node, valueOf(x), shape)),
  Upsample: ({ writer, node, inputs: [x], shape }) => value(enlarge(writer, node, valueOf(x), shape)),
  ReduceMean: (call) => {
    const rank = rankOf(call.inputs[0])
    const named = list(call.node, 'axes') ?? maybe(call.inputs[1])?.data
    // Without axes it is the mean of all.
    const axes = named && Array.from(named, (axis) => axisOf(call.node, axis, rank))
    return mean(call, axes ?? [...Array(rank).keys()], number(call.node, 'keepdims', 1) === 1)
  }
}

/** The mean over axes: a layer with equal weights. */
function mean({ writer, inputs: [x] }: Call, axes: readonly number[], kept: boolean): Operand {
  const of = valueOf(x)
  if (axes.some((axis) => isBatch(of.axes[axis]))) throw new Unsupported('a mean over the rows of the batch')
  const labels = of.axes.map((_, i) => `${i}`)
  const over = axes.map((axis) => labels[axis])
  const sizes = axes.map((axis) => sizeOf(of.axes[axis]))
  const count = product(sizes)
  const constant = { shape: sizes, data: new Float32Array(count).fill(1 / count) }
  const out = labels.filter((label) => !over.includes(label))
  const result = contractConstant(writer, of, labels, constant, over, out, 'mean')
  const shape = of.axes.map((atoms, i) => (axes.includes(i) ? 1 : sizeOf(atoms)))
  return value(kept ? regroup(result, shape) : result)
}

function rankOf(operand: Operand | undefined): number {
  switch (operand?.kind) {
    case 'constant':
      return operand.constant.shape.length
    case 'scores':
      return operand.scores.axes.length
    default:
      return valueOf(operand).axes.length
  }
}
