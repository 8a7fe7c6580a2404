import { GaussflowError } from '../error.ts'
import type { GraphNode } from '../schema/graph.ts'
import { beside, convolved, together, type Shape } from './shape.ts'

/** The shape of a node's value, and whether it depends on the state or on the time and the parameters alone. */
export interface NodeShape extends Shape {
  readonly ofState: boolean
}

const MOST = 2 ** 26 // numbers of one value

/**
 * The shapes of all nodes.
 *
 * @param told the width of the condition
 * @throws GaussflowError `invalid_model`, naming the first node at fault
 */
export function graphShapes(
  nodes: readonly GraphNode[],
  dim: number,
  told: number,
  path: string
): NodeShape[] {
  const shapes: NodeShape[] = []
  const tensors = new Set<string>()
  nodes.forEach((node, i) => {
    const refuse = refuserOf(node, `${path}[${i}]`)
    const inputs = 'inputs' in node ? node.inputs : []
    for (const place of inputs) if (place >= i) refuse(`must read earlier nodes, got ${place}`)
    if ('name' in node) {
      for (const suffix of node.op === 'parameter' ? [''] : ['.weight', '.bias']) {
        const tensor = node.name + suffix
        if (tensors.has(tensor)) refuse(`must have parameters of its own, got "${tensor}" once more`)
        tensors.add(tensor)
      }
    }
    const values = inputs.map((place) => shapes[place])
    shapes.push(nodeShape(node, values, dim, told, `${path}[${i}]`))
  })
  return shapes
}

/**
 * The shape of a node's value, from those of its inputs.
 *
 * @param path of the node
 * @throws GaussflowError `invalid_model` where they do not go together
 */
export function nodeShape(
  node: GraphNode,
  values: readonly NodeShape[],
  dim: number,
  told: number,
  path: string
): NodeShape {
  const refuse = refuserOf(node, path)
  const [tokens, width] = shapeOf(node, values, dim, told, refuse)
  if (tokens * width > MOST) refuse(`must have at most ${MOST} numbers, got ${tokens * width}`)
  return { tokens, width, ofState: node.op === 'state' || values.some(({ ofState }) => ofState) }
}

type Refuse = (message: string) => never

const refuserOf =
  ({ op }: GraphNode, path: string): Refuse =>
  (message) => {
    throw new GaussflowError('invalid_model', `\`${path}\` (${op}) ${message}`, { path })
  }

function shapeOf(
  node: GraphNode,
  values: readonly NodeShape[],
  dim: number,
  told: number,
  refuse: Refuse
): readonly [tokens: number, width: number] {
  const [x, y, z] = values
  const expect = (holds: boolean, what: string): void => {
    if (!holds)
      refuse(`must have ${what}, got ${values.map((each) => `(${each.tokens}, ${each.width})`).join(', ')}`)
  }
  const expectPixels = ([height, width]: readonly number[]): void =>
    expect(height * width === x.tokens, `a pixel of its image (${height}, ${width}) a token`)
  switch (node.op) {
    case 'state':
      return [1, dim]
    case 'time':
      return [1, 1]
    case 'condition':
      if (told === 0) refuse('must be of an architecture with a condition, and this one has none')
      return [1, told]
    case 'parameter':
      return [node.tokens, node.width]
    case 'dense':
    case 'concat':
      expect(
        values.every(({ tokens }) => tokens === x.tokens),
        'inputs of equally many tokens'
      )
      return [x.tokens, node.op === 'dense' ? node.width : beside(values).width]
    case 'mixTokens':
      return [node.tokens, x.width]
    case 'conv': {
      const { image, channels, kernel, stride, padding } = node
      expectPixels(image)
      const [height, width] = convolved(image, { kernel, stride, padding })
      if (height < 1 || width < 1 || padding >= kernel) refuse(`must have a window that fits, got ${kernel}`)
      return [height * width, channels]
    }
    case 'activate':
    case 'layerNorm':
    case 'rmsNorm':
      return [x.tokens, x.width]
    case 'groupNorm':
      expect(x.width % node.groups === 0, `a width that its ${node.groups} groups divide`)
      return [x.tokens, x.width]
    case 'add':
    case 'multiply':
      expect(
        x.width === y.width && (x.tokens === y.tokens || x.tokens === 1 || y.tokens === 1),
        'inputs of equal shapes, or one of a single token'
      )
      return [together(x, y).tokens, x.width]
    case 'modulate':
      expect(fits(x, y) && fits(x, z), 'shift and scale of one token, made from the time')
      return [x.tokens, x.width]
    case 'addGated':
      expect(
        fits(x, y) && x.tokens === z.tokens && x.width === z.width,
        'a gate of one token, made from the time'
      )
      return [x.tokens, x.width]
    case 'slice':
      expect(node.from + node.width <= x.width, `the columns ${node.from} to ${node.from + node.width}`)
      return [x.tokens, node.width]
    case 'reshape':
      expect(node.tokens * node.width === x.tokens * x.width, `${node.tokens * node.width} numbers`)
      return [node.tokens, node.width]
    case 'transpose':
      return [x.width, x.tokens]
    case 'upsample':
      expectPixels(node.image)
      return [x.tokens * node.factor ** 2, x.width]
    case 'attention':
      expect(
        y.tokens === z.tokens && x.width === y.width && x.width === z.width && x.width % node.heads === 0,
        `queries, keys and values of one width, which its ${node.heads} heads divide`
      )
      return [x.tokens, z.width]
    case 'patches':
    case 'unpatch': {
      const [[height, width, channels], patch] = [node.image, node.patch]
      if (height % patch !== 0 || width % patch !== 0)
        refuse(`must have a patch that divides its image, got ${patch}`)
      const tokens = (height * width) / patch ** 2
      const size = patch ** 2 * channels
      const [from, to] = [[1, tokens * size] as const, [tokens, size] as const]
      const [wanted, out] = node.op === 'patches' ? [from, to] : [to, from]
      expect(x.tokens === wanted[0] && x.width === wanted[1], `an input of shape (${wanted.join(', ')})`)
      return out
    }
  }
}

/** A vector for every token of x, made from the time. */
function fits(x: Shape, vector: NodeShape): boolean {
  return vector.tokens === 1 && vector.width === x.width && !vector.ofState
}
