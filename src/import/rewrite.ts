import type { GraphNode } from '../schema/graph.ts'
import type { Tensor } from '../types.ts'

/** What the folding of a node may look at and change. */
export interface Rewriting {
  readonly at: (place: number) => GraphNode
  /** Whether a value is read once. */
  readonly once: (place: number) => boolean
  readonly ofState: (place: number) => boolean
  /** Whether two values have one shape, the second with so many tokens where that is said. */
  readonly sameShape: (x: number, y: number, tokens?: number) => boolean
  readonly tensors: Map<string, Tensor>
}

/** A node in the place of another: of the one that was folded, or of the one `into` which it was. */
interface Folded {
  readonly node: GraphNode
  readonly into?: number
}

type Layer = Extract<GraphNode, { op: 'dense' | 'conv' }>

/** A node that says the same in fewer operations, with what comes before it. */
export function fold(node: GraphNode, rewriting: Rewriting): Folded | undefined {
  switch (node.op) {
    case 'activate':
      return activated(node, rewriting)
    case 'dense':
      return ordered(node, rewriting) ?? concatenated(scaledInput(node, rewriting), rewriting)
    case 'multiply':
      return affine(node, rewriting, 'gain') ?? factors(node, rewriting)
    case 'add':
      return affine(node, rewriting, 'bias') ?? modulation(node, rewriting) ?? gated(node, rewriting)
    default:
      return undefined
  }
}

/** The layer that alone makes a value, if it can still take something in. */
function layerAt(place: number, { at, once }: Rewriting): Layer | undefined {
  const layer = at(place)
  const open = (layer.op === 'dense' || layer.op === 'conv') && layer.activation === undefined
  return open && once(place) ? layer : undefined
}

function activated(node: Extract<GraphNode, { op: 'activate' }>, rewriting: Rewriting): Folded | undefined {
  const [place] = node.inputs
  const layer = layerAt(place, rewriting)
  if (layer === undefined) return undefined
  return { node: { ...layer, activation: node.activation } as GraphNode, into: place }
}

/** The vector of a parameter of one token. */
function vectorAt(place: number, { at, tensors }: Rewriting): Float32Array | undefined {
  const node = at(place)
  return node.op === 'parameter' && node.tokens === 1 ? tensors.get(node.name)!.data : undefined
}

/** A gain or a bias after a layer becomes part of it. */
function affine(
  node: Extract<GraphNode, { op: 'add' | 'multiply' }>,
  rewriting: Rewriting,
  what: 'gain' | 'bias'
): Folded | undefined {
  const { tensors } = rewriting
  const factor = node.op === 'add' ? (node.factor ?? 1) : 1
  for (const [i, j] of [
    [0, 1],
    [1, 0]
  ]) {
    const [place, parameter] = [node.inputs[i], node.inputs[j]]
    const layer = layerAt(place, rewriting)
    const vector = vectorAt(parameter, rewriting)
    if (layer === undefined || vector === undefined) continue
    const [weight, bias] = [`${layer.name}.weight`, `${layer.name}.bias`]
    const { shape, data } = tensors.get(weight)!
    const before = tensors.get(bias)!
    // Which of the two is subtracted decides the signs.
    const [own, other] = i === 0 ? [1, factor] : [factor, 1]
    const gain = (row: number): number => (what === 'gain' ? vector[row] : own)
    const shift = (row: number): number => (what === 'gain' ? 0 : other * vector[row])
    const row = data.length / before.data.length
    const scaled =
      what === 'bias' && own === 1 ? data : data.map((each, k) => each * gain(Math.floor(k / row)))
    tensors.set(weight, { shape, data: scaled })
    tensors.set(bias, { ...before, data: before.data.map((each, k) => each * gain(k) + shift(k)) })
    return { node: layer, into: place }
  }
  return undefined
}

const MOST_PICKED = 2 ** 22

/** A matrix of zeros and ones with a single one a row, after a layer, picks the rows of that layer's weights. */
function ordered(node: Extract<GraphNode, { op: 'dense' }>, rewriting: Rewriting): Folded | undefined {
  const { tensors } = rewriting
  if (!/^(order|repeat)(\.\d+)?$/.test(node.name) || node.inputs.length !== 1) return undefined
  const [place] = node.inputs
  const layer = layerAt(place, rewriting)
  if (layer?.op !== 'dense') return undefined
  const { shape, data } = tensors.get(`${node.name}.weight`)!
  const [width, from] = shape
  const picks = Array.from({ length: width }, (_, i) => data.indexOf(1, i * from) - i * from)
  if (picks.some((pick) => pick < 0 || pick >= from)) return undefined
  const [weight, bias] = [tensors.get(`${layer.name}.weight`)!, tensors.get(`${layer.name}.bias`)!]
  const row = weight.shape[1]
  // Two small layers may be one that is larger than the file.
  if (width * row > Math.max(weight.data.length, MOST_PICKED)) return undefined
  const picked = new Float32Array(width * row)
  picks.forEach((pick, i) => picked.set(weight.data.subarray(pick * row, (pick + 1) * row), i * row))
  tensors.set(`${layer.name}.weight`, { shape: [width, row], data: picked })
  tensors.set(`${layer.name}.bias`, {
    shape: [width],
    data: Float32Array.from(picks, (pick) => bias.data[pick])
  })
  return { node: { ...layer, width }, into: place }
}

/** A layer reads values side by side without their being put there. */
function concatenated(node: GraphNode, { at }: Rewriting): Folded | undefined {
  if (node.op !== 'dense') return { node }
  const inputs = node.inputs.flatMap((place) => {
    const input = at(place)
    return input.op === 'concat' ? input.inputs : [place]
  })
  return { node: inputs.length > 64 ? node : { ...node, inputs } }
}

/** x g + b, where g and b do not depend on the state, is one operation. */
function modulation(node: Extract<GraphNode, { op: 'add' }>, rewriting: Rewriting): Folded | undefined {
  const { at, once, ofState, sameShape } = rewriting
  if ((node.factor ?? 1) !== 1) return undefined
  for (const [product, shift] of [node.inputs, node.inputs.toReversed()]) {
    const times = at(product)
    if (times.op !== 'multiply' || !once(product) || ofState(shift) || !sameShape(product, shift, 1)) continue
    for (const [x, gain] of [times.inputs, times.inputs.toReversed()]) {
      if (!ofState(x) || ofState(gain) || !sameShape(x, gain, 1)) continue
      const scale = lessOne(gain, rewriting)
      if (scale !== undefined) return { node: { op: 'modulate', inputs: [x, shift, scale] } }
    }
  }
  return undefined
}

const LEAST_GAIN = 1 / 64 // below it, what 1 + (g - 1) rounds away would show

/** g - 1 of a gain that is a parameter, or one plus something. */
function lessOne(gain: number, rewriting: Rewriting): number | undefined {
  const { at, once, tensors } = rewriting
  const node = at(gain)
  const vector = vectorAt(gain, rewriting)
  if (node.op === 'parameter' && vector !== undefined && once(gain)) {
    if (vector.some((each) => Math.abs(each) < LEAST_GAIN)) return undefined
    tensors.set(node.name, { shape: [vector.length], data: vector.map((each) => each - 1) })
    return gain
  }
  if (node.op !== 'add' || (node.factor ?? 1) !== 1) return undefined
  const isOne = (place: number): boolean => vectorAt(place, rewriting)?.every((each) => each === 1) ?? false
  const [x, y] = node.inputs
  if (isOne(y)) return x
  return isOne(x) ? y : undefined
}

/** x + gate y, where the gate does not depend on the state, is one operation. */
function gated(node: Extract<GraphNode, { op: 'add' }>, rewriting: Rewriting): Folded | undefined {
  const { at, once, ofState, sameShape } = rewriting
  if ((node.factor ?? 1) !== 1) return undefined
  for (const [x, product] of [node.inputs, node.inputs.toReversed()]) {
    const times = at(product)
    if (times.op !== 'multiply' || !once(product) || !ofState(x) || !sameShape(x, product)) continue
    for (const [gate, y] of [times.inputs, times.inputs.toReversed()])
      if (!ofState(gate) && ofState(y) && sameShape(y, gate, 1) && sameShape(x, y))
        return { node: { op: 'addGated', inputs: [x, gate, y] } }
  }
  return undefined
}

/** Two factors one after the other are one; a factor of one is none. */
function factors(node: Extract<GraphNode, { op: 'multiply' }>, rewriting: Rewriting): Folded | undefined {
  const { at, once, tensors } = rewriting
  const [first, second] = node.inputs
  const vector = vectorAt(second, rewriting)
  const before = at(first)
  if (vector === undefined || before.op !== 'multiply' || !once(first)) return undefined
  const [x, parameter] = before.inputs
  const own = vectorAt(parameter, rewriting)
  const { name } = at(second) as { name: string }
  if (own === undefined || !once(second)) return undefined
  const both = vector.map((each, i) => each * own[i])
  if (once(x) && both.every((each) => Math.abs(each - 1) < 1e-6)) return { node: at(x), into: x }
  tensors.set(name, { shape: [both.length], data: both })
  return { node: { op: 'multiply', inputs: [x, second] } }
}

/** A factor of what a layer reads becomes part of its weights. */
function scaledInput(node: Extract<GraphNode, { op: 'dense' }>, rewriting: Rewriting): GraphNode {
  const { at, once, tensors } = rewriting
  const [place] = node.inputs
  const before = at(place)
  if (node.inputs.length !== 1 || before.op !== 'multiply' || !once(place)) return node
  for (const [x, parameter] of [before.inputs, before.inputs.toReversed()]) {
    const vector = vectorAt(parameter, rewriting)
    if (vector === undefined || vectorAt(x, rewriting) !== undefined) continue
    const { shape, data } = tensors.get(`${node.name}.weight`)!
    tensors.set(`${node.name}.weight`, {
      shape,
      data: data.map((each, i) => each * vector[i % vector.length])
    })
    return { ...node, inputs: [x] }
  }
  return node
}
