import { GaussflowError } from '../error.ts'
import { firstNotFinite } from '../network/finite.ts'
import { nodeShape, type NodeShape } from '../network/graphShapes.ts'
import type { GraphNode } from '../schema/graph.ts'
import type { Tensor } from '../types.ts'
import { Unsupported } from './unsupported.ts'

/** Numbers of one matrix that is in no file, such as one that does nothing but move or repeat numbers; and of all of them. */
const MOST_AT_ONCE = 2 ** 22
const MOST_MADE = 2 ** 24

/** Appends the nodes of a graph and the tensors of their parameters. Equal nodes are written once. */
export class GraphWriter {
  readonly nodes: GraphNode[] = []
  readonly tensors = new Map<string, Tensor>()
  readonly shapes: NodeShape[] = []
  readonly #known = new Map<string, number>()
  readonly #names = new Set<string>()
  #made = 0
  readonly #dim: number
  readonly #told: number

  /** @param told the width of the condition, 0 where there is none */
  constructor(dim: number, told: number) {
    this.#dim = dim
    this.#told = told
  }

  /** Appends a node and returns its place. */
  push(node: GraphNode): number {
    const key = JSON.stringify(node)
    const same = this.#known.get(key)
    if (same !== undefined) return same
    const inputs = ('inputs' in node ? node.inputs : []).map((place) => this.shapes[place])
    // What a vector is made from is judged when the graph is opened.
    const values = inputs.map((shape) => ({ ...shape, ofState: false }))
    const shape = nodeShape(node, values, this.#dim, this.#told, `nodes[${inputs.length}]`)
    this.nodes.push(node)
    this.shapes.push({ ...shape, ofState: shape.ofState || inputs.some(({ ofState }) => ofState) })
    this.#known.set(key, this.nodes.length - 1)
    return this.nodes.length - 1
  }

  /** A name for a layer, or for a parameter alone, whose tensors bear no other's names. */
  name(wanted: string, tensors: readonly string[] = ['.weight', '.bias']): string {
    const taken = (name: string): boolean => tensors.some((suffix) => this.#names.has(name + suffix))
    let name = wanted
    for (let i = 1; taken(name); i++) name = `${wanted}.${i}`
    for (const suffix of tensors) this.#names.add(name + suffix)
    return name
  }

  /** Zeros for a tensor that is in no file. @throws Unsupported for more of them than a small file may ask for */
  zeros(count: number): Float32Array {
    if (count > MOST_AT_ONCE || this.#made + count > MOST_MADE)
      throw new Unsupported(`${count} weights that the file does not hold`)
    this.#made += count
    return new Float32Array(count)
  }

  /** Keeps a tensor. @throws GaussflowError `invalid_model` for one that is not finite */
  tensor(name: string, shape: readonly number[], data: Float32Array): void {
    const bad = firstNotFinite(data)
    if (bad >= 0) {
      const message = `the tensor \`${name}\` must hold finite numbers, got ${data[bad]} at position ${bad}`
      throw new GaussflowError('invalid_model', message, { path: name })
    }
    this.tensors.set(name, { shape, data })
  }

  parameter(wanted: string, tokens: number, width: number, data: Float32Array): number {
    const name = this.name(wanted, [''])
    this.tensor(name, tokens === 1 ? [width] : [tokens, width], data)
    return this.push({ op: 'parameter', name, tokens, width })
  }

  /** W x + b over the width, with W (width, width of x). */
  dense(wanted: string, x: number, width: number, weight: Float32Array, bias?: Float32Array): number {
    const name = this.name(wanted)
    this.tensor(`${name}.weight`, [width, this.shapes[x].width], weight)
    this.tensor(`${name}.bias`, [width], bias ?? new Float32Array(width))
    return this.push({ op: 'dense', name, inputs: [x], width })
  }

  mixTokens(wanted: string, x: number, tokens: number, weight: Float32Array): number {
    const name = this.name(wanted)
    this.tensor(`${name}.weight`, [tokens, this.shapes[x].tokens], weight)
    this.tensor(`${name}.bias`, [tokens], new Float32Array(tokens))
    return this.push({ op: 'mixTokens', name, inputs: [x], tokens })
  }

  reshape(x: number, tokens: number, width: number): number {
    const shape = this.shapes[x]
    if (shape.tokens === tokens && shape.width === width) return x
    const node = this.nodes[x]
    const source = node.op === 'reshape' ? node.inputs[0] : x
    return source === x
      ? this.push({ op: 'reshape', inputs: [x], tokens, width })
      : this.reshape(source, tokens, width)
  }

  transpose(x: number): number {
    const { tokens, width } = this.shapes[x]
    if (tokens === 1 || width === 1) return this.reshape(x, width, tokens)
    const node = this.nodes[x]
    return node.op === 'transpose' ? node.inputs[0] : this.push({ op: 'transpose', inputs: [x] })
  }
}
