import { arrange, placesIn, same } from './arrange.ts'
import { heldCount, type Constant } from './constant.ts'
import { align, axis, batch, held, sizeOf, type Atom, type Value } from './layout.ts'
import { stridesOf } from './strided.ts'
import { Unsupported } from './unsupported.ts'
import type { GraphWriter } from './writer.ts'

/** Names of the axes of two tensors and of their product; what both have and the product has not is summed over. */
export interface Labels {
  readonly x: readonly string[]
  readonly y: readonly string[]
  readonly out: readonly string[]
}

/** The labels of MatMul: (..., i, k) times (..., k, j). */
export function matmulLabels(x: number, y: number): Labels {
  const outer = (rank: number): string[] =>
    Array.from({ length: Math.max(0, rank - 2) }, (_, i) => `b${rank - i}`)
  const [ofX, ofY] = [outer(x), outer(y)]
  const [rows, columns] = [x === 1 ? [] : ['i'], y === 1 ? [] : ['j']]
  const longer = ofX.length >= ofY.length ? ofX : ofY
  return { x: [...ofX, ...rows, 'k'], y: [...ofY, 'k', ...columns], out: [...longer, ...rows, ...columns] }
}

/**
 * The product of a value and a constant matrix: a layer, over the width or over the tokens.
 *
 * @param name of the layer's parameters
 */
export function contractConstant(
  writer: GraphWriter,
  value: Value,
  labels: readonly string[],
  constant: Constant,
  ofConstant: readonly string[],
  out: readonly string[],
  name: string
): Value {
  const summed = ofConstant.filter((label) => labels.includes(label) && !out.includes(label))
  const free = ofConstant.filter((label) => !labels.includes(label))
  const shared = ofConstant.filter((label) => labels.includes(label) && out.includes(label))
  const sizes = new Map(ofConstant.map((label, i) => [label, constant.shape[i]]))
  if (shared.some((label) => sizes.get(label) !== 1))
    throw new Unsupported('a weight of its own for every row')
  const inputs = summed.flatMap((label) => held(value.axes[labels.indexOf(label)]))
  const outputs = new Map(free.map((label) => [label, axis(sizes.get(label)!)]))
  const fresh = [...outputs.values()].flat()
  if (fresh.includes(batch)) throw new Unsupported('a weight for every row of the batch')
  const axes = out.map((label) => outputs.get(label) ?? value.axes[labels.indexOf(label)])
  const rest = [...value.rows, ...value.columns].filter((atom) => !inputs.includes(atom))
  const width = sizeOf(fresh)
  const weightOver = (order: readonly Atom[]): Float32Array => {
    const atoms = ofConstant.map((label) => outputs.get(label) ?? held(value.axes[labels.indexOf(label)]))
    // As layers have it already, which is how PyTorch keeps most.
    if (same(atoms.flat(), [...fresh, ...order])) return Float32Array.from(constant.data)
    const places = new Int32Array(width * sizeOf(order))
    const strides = stridesOf(constant.shape)
    atoms.forEach((its, k) => {
      const own = placesIn(its, [...fresh, ...order])
      for (let i = 0; i < places.length; i++) places[i] += own[i] * strides[k]
    })
    const weight = new Float32Array(places.length)
    for (let i = 0; i < weight.length; i++) weight[i] = constant.data[places[i]]
    return weight
  }
  if (sizeOf(inputs) * width !== heldCount(constant.shape)) throw new Unsupported('a weight of another shape')
  // Over the tokens, where they are what is summed over, and over the width else.
  if (inputs.length > 0 && sameSet(value.rows, inputs) && value.columns.length > 0) {
    const node = writer.mixTokens(name, value.node, width, weightOver(value.rows))
    return { node, rows: fresh, columns: value.columns, axes }
  }
  const columns = sameSet(value.columns, inputs) ? value.columns : inputs
  const x = arrange(writer, value, rest, columns)
  return { node: writer.dense(name, x.node, width, weightOver(columns)), rows: rest, columns: fresh, axes }
}

const sameSet = (x: readonly Atom[], y: readonly Atom[]): boolean =>
  x.length === y.length && x.every((atom) => y.includes(atom))

/** q k^T for every head, which is computed only together with what follows it. */
export interface Scores {
  readonly q: Value
  readonly k: Value
  readonly heads: readonly Atom[]
  readonly inner: readonly Atom[]
  readonly axes: readonly (readonly Atom[])[]
  readonly scale: number
  /** The tokens that a softmax has run over, once one has. */
  readonly keys: readonly Atom[] | undefined
}

export function scoresOf(x: Value, y: Value, labels: Labels): Scores {
  const pairs = labels.x.flatMap((label, i) => {
    const j = labels.y.indexOf(label)
    return j < 0 ? [] : [[i, j] as const]
  })
  const [q, k] = align(x, y, pairs)
  const shared = pairs.map(([i]) => [labels.x[i], held(q.axes[i])] as const)
  const heads = shared.filter(([label]) => labels.out.includes(label)).flatMap(([, atoms]) => atoms)
  const inner = shared.filter(([label]) => !labels.out.includes(label)).flatMap(([, atoms]) => atoms)
  if (inner.length === 0) throw new Unsupported('a product of two values that is not attention')
  const axes = labels.out.map((label) => {
    const i = labels.x.indexOf(label)
    return i < 0 ? k.axes[labels.y.indexOf(label)] : q.axes[i]
  })
  return { q, k, heads, inner, axes, scale: 1, keys: undefined }
}

/** The tokens of a value of attention, beside its heads and the sizes that are summed over. */
function tokensOf(value: Value, { heads, inner }: Pick<Scores, 'heads' | 'inner'>): Atom[] {
  return [...value.rows, ...value.columns].filter((atom) => !heads.includes(atom) && !inner.includes(atom))
}

export function softmax(scores: Scores, which: number): Scores {
  const keys = scores.axes[which]
  if (same(keys, tokensOf(scores.k, scores))) return { ...scores, keys }
  if (same(keys, tokensOf(scores.q, scores))) return { ...scores, q: scores.k, k: scores.q, keys }
  throw new Unsupported('a softmax over other numbers than the tokens')
}

/** softmax(scale q k^T) v, by our attention, whose scale is 1 / sqrt(width of a head). */
export function attend(
  writer: GraphWriter,
  scores: Scores,
  labels: readonly string[],
  value: Value,
  ofValue: readonly string[],
  out: readonly string[]
): Value {
  const { q, k, heads, inner, keys, scale } = scores
  if (keys === undefined) throw new Unsupported('scores of attention without a softmax')
  const queries = tokensOf(q, scores)
  const grid: Value = { node: -1, rows: [...heads, ...queries], columns: keys, axes: scores.axes }
  const pairs = labels.flatMap((label, i) => {
    const j = ofValue.indexOf(label)
    return j < 0 ? [] : [[i, j] as const]
  })
  const [kept, v] = align(grid, value, pairs)
  if (!same(kept.rows, grid.rows) || !same(kept.columns, grid.columns))
    throw new Unsupported('attention whose tokens are cut in other ways than its values')
  const width = [...v.rows, ...v.columns].filter((atom) => !keys.includes(atom) && !heads.includes(atom))
  if (sizeOf(width) !== sizeOf(inner))
    throw new Unsupported('attention whose values are wider than its queries')
  const [Q, K, V] = [
    arrange(writer, q, queries, [...heads, ...inner]).node,
    arrange(writer, k, keys, [...heads, ...inner]).node,
    arrange(writer, v, keys, [...heads, ...width]).node
  ]
  const factor = scale * Math.sqrt(sizeOf(inner))
  const node = writer.push({
    op: 'attention',
    inputs: [Math.abs(factor - 1) < 1e-6 ? Q : scaled(writer, Q, factor), K, V],
    heads: sizeOf(heads)
  })
  const axes = out.map((label) => {
    const j = ofValue.indexOf(label)
    return j < 0 ? kept.axes[labels.indexOf(label)] : v.axes[j]
  })
  return { node, rows: queries, columns: [...heads, ...width], axes }
}

function scaled(writer: GraphWriter, node: number, factor: number): number {
  const { width } = writer.shapes[node]
  const parameter = writer.parameter('scale', 1, width, new Float32Array(width).fill(factor))
  return writer.push({ op: 'multiply', inputs: [node, parameter] })
}
