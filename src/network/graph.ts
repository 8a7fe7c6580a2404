import { GaussflowError } from '../error.ts'
import type { GraphArchitecture } from '../schema/architecture.ts'
import { GraphNodesSchema, type GraphNode } from '../schema/graph.ts'
import { validate } from '../schema/validate.ts'
import { conditionWidth } from './condition.ts'
import { graphShapes } from './graphShapes.ts'
import type { Operations } from './operations.ts'

/** Any network as a list of operations, each on the values of earlier ones. */
export function graph<T>(ops: Operations<T>, architecture: GraphArchitecture): T {
  const told = conditionWidth(architecture.condition)
  const values: T[] = []
  for (const node of architecture.nodes as GraphNode[]) {
    const inputs = 'inputs' in node ? node.inputs.map((place) => values[place]) : []
    values.push(apply(ops, node, inputs, told))
  }
  return values[architecture.output]
}

/**
 * Checks that the list is one of operations, that each reads earlier ones alone, and that all shapes fit.
 *
 * @throws GaussflowError `invalid_model`, naming the node
 */
export function checkGraph(architecture: GraphArchitecture): void {
  const { dim, condition, output } = architecture
  const path = 'target.architecture.nodes'
  const nodes = validate(GraphNodesSchema, architecture.nodes, path, 'invalid_model')
  const shapes = graphShapes(nodes, dim, conditionWidth(condition), path)
  const last = shapes[output]
  if (last?.tokens === 1 && last.width === dim && last.ofState) return
  const got = last === undefined ? 'no such node' : `(${last.tokens}, ${last.width})`
  throw new GaussflowError(
    'invalid_model',
    `\`target.architecture.output\` must be the place of a node of shape (1, ${dim}) that depends on the state, got ${output}: ${got}`,
    { path: 'target.architecture.output' }
  )
}

function apply<T>(ops: Operations<T>, node: GraphNode, inputs: readonly T[], told: number): T {
  const [x, y, z] = inputs
  switch (node.op) {
    case 'state':
      return ops.state()
    case 'time':
      return ops.time()
    case 'condition':
      return ops.condition(told)
    case 'parameter':
      return ops.parameter(node.name, node.tokens, node.width)
    case 'dense':
      return ops.dense(node.name, inputs, node.width, node)
    case 'mixTokens':
      return ops.mixTokens(node.name, x, node.tokens, node)
    case 'conv':
      return ops.conv(node.name, x, node.image, node.channels, node)
    case 'activate':
      return ops.activate(x, node.activation)
    case 'layerNorm':
      return ops.layerNorm(x, node.epsilon)
    case 'rmsNorm':
      return ops.rmsNorm(x, node.epsilon)
    case 'groupNorm':
      return ops.groupNorm(x, node.groups, node.epsilon)
    case 'add':
      return ops.add(x, y, node.factor)
    case 'multiply':
      return ops.multiply(x, y)
    case 'modulate':
      return ops.modulate(x, y, z)
    case 'addGated':
      return ops.addGated(x, y, z)
    case 'concat':
      return ops.concat(inputs)
    case 'slice':
      return ops.slice(x, node.from, node.width)
    case 'reshape':
      return ops.reshape(x, node.tokens, node.width)
    case 'transpose':
      return ops.transpose(x)
    case 'upsample':
      return ops.upsample(x, node.image, node.factor)
    case 'attention':
      return ops.attention(x, y, z, node.heads)
    case 'patches':
      return ops.patches(x, node.image, node.patch)
    case 'unpatch':
      return ops.unpatch(x, node.image, node.patch)
  }
}
