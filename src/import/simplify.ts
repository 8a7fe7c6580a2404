import type { NodeShape } from '../network/graphShapes.ts'
import type { GraphNode } from '../schema/graph.ts'
import type { Tensor } from '../types.ts'
import { fold, type Rewriting } from './rewrite.ts'

/** A graph and its tensors. */
export interface Graph {
  readonly nodes: readonly GraphNode[]
  readonly tensors: ReadonlyMap<string, Tensor>
  readonly output: number
}

/** A graph whose shapes are known. */
interface Shaped extends Graph {
  readonly shapes: readonly NodeShape[]
}

/**
 * The same function in fewer operations: gains, biases and permutations become part of the layers before them, activations part
 * of theirs, gain and bias after a norm one modulation; what nothing reads is left out.
 */
export function simplify(graph: Shaped): Graph {
  const nodes: (GraphNode | undefined)[] = [...graph.nodes]
  const tensors = new Map(graph.tensors)
  // A node that was folded away is another now.
  const instead = new Map<number, number>()
  const uses = new Map<number, number>([[graph.output, 1]])
  for (const node of graph.nodes)
    for (const place of inputsOf(node)) uses.set(place, (uses.get(place) ?? 0) + 1)
  const rewriting: Rewriting = {
    at: (place) => nodes[place]!,
    once: (place) => uses.get(place) === 1,
    ofState: (place) => graph.shapes[place].ofState,
    sameShape: (x, y, tokens = graph.shapes[x].tokens) =>
      graph.shapes[x].width === graph.shapes[y].width && graph.shapes[y].tokens === tokens,
    tensors
  }
  graph.nodes.forEach((node, i) => {
    const moved = withInputs(node, (place) => instead.get(place) ?? place)
    const folded = fold(moved, rewriting)
    if (folded === undefined) {
      nodes[i] = moved
      return
    }
    if (folded.into === undefined) {
      nodes[i] = folded.node
      return
    }
    nodes[folded.into] = folded.node
    instead.set(i, folded.into)
    uses.set(folded.into, uses.get(i) ?? 0)
  })
  return prune(nodes as GraphNode[], tensors, instead.get(graph.output) ?? graph.output)
}

/** Leaves out what the output does not need, and numbers the rest anew. */
function prune(nodes: readonly GraphNode[], tensors: ReadonlyMap<string, Tensor>, output: number): Graph {
  const needed = new Set([output])
  for (let i = nodes.length - 1; i >= 0; i--)
    if (needed.has(i)) for (const place of inputsOf(nodes[i])) needed.add(place)
  const places = new Map<number, number>()
  const kept: GraphNode[] = []
  nodes.forEach((node, i) => {
    if (!needed.has(i)) return
    places.set(i, kept.length)
    kept.push(withInputs(node, (place) => places.get(place)!))
  })
  const names = new Set(kept.flatMap((node) => ('name' in node ? [node.name] : [])))
  const owner = (name: string): string => (names.has(name) ? name : name.replace(/\.(weight|bias)$/, ''))
  const used = new Map([...tensors].filter(([name]) => names.has(owner(name))))
  return { nodes: kept, tensors: used, output: places.get(output)! }
}

function inputsOf(node: GraphNode): readonly number[] {
  return 'inputs' in node ? node.inputs : []
}

function withInputs(node: GraphNode, change: (place: number) => number): GraphNode {
  return 'inputs' in node ? { ...node, inputs: node.inputs.map(change) } : node
}
