import { GaussflowError } from '../error.ts'
import { scaled } from './elementwise.ts'
import type { Node } from './model.ts'
import { normalise } from './normalise.ts'
import { value, valueOf, type Operand } from './operand.ts'
import { operators } from './operators.ts'
import { recognise, type Recognised } from './recognise.ts'
import type { Trace } from './trace.ts'
import { Unsupported } from './unsupported.ts'
import { BATCH } from './constant.ts'
import type { GraphWriter } from './writer.ts'

/** How one value comes about: by what several nodes compute together, or by one node. */
interface Step {
  readonly node: Node
  readonly recognised: Recognised | undefined
  readonly needs: readonly string[]
}

/**
 * Translates what an output needs, and nothing else.
 *
 * @param inputs what the graph's inputs stand for
 * @throws GaussflowError `unsupported`, naming the first operation that does not run here
 */
export function translate(
  trace: Trace,
  writer: GraphWriter,
  inputs: ReadonlyMap<string, Operand>,
  output: string
): Operand {
  const made = new Map(inputs)
  const steps = new Map<string, Step>()
  const order = new Map([...trace.producers.keys()].map((name, i) => [name, i]))
  const known = (name: string): boolean => made.has(name) || trace.constants.has(name)
  const operand = (name: string): Operand | undefined => {
    const constant = trace.constants.get(name)
    return constant === undefined ? made.get(name) : { kind: 'constant', constant }
  }
  // By a list of what is wanted instead of by recursion, which a long graph would exhaust.
  const wanted = [output]
  while (wanted.length > 0) {
    const name = wanted[wanted.length - 1]
    if (known(name)) {
      wanted.pop()
      continue
    }
    let step = steps.get(name)
    if (step === undefined) steps.set(name, (step = stepFor(name, trace, order)))
    const missing = step.needs.filter((need) => !known(need))
    if (missing.length > 0) {
      wanted.push(...missing.toReversed())
      continue
    }
    const { node, recognised } = step
    try {
      if (recognised === undefined) {
        const results = run(node, trace, writer, node.inputs.map(operand))
        results.forEach((result, i) => made.set(node.outputs[i], result))
      } else made.set(name, together(recognised, writer, operand(recognised.root)))
    } catch (error) {
      throw error instanceof Unsupported ? unsupported(node, trace, error.message) : error
    }
  }
  return operand(output)!
}

function stepFor(name: string, trace: Trace, order: ReadonlyMap<string, number>): Step {
  const node = trace.producers.get(name)
  if (node === undefined) {
    const message = `the input \`${name}\` must be the state, the time or the condition; --state, --time and --condition say which is which`
    throw new GaussflowError('invalid_argument', message, { path: 'state' })
  }
  const recognised = recognise(name, trace, order)
  const needs = recognised === undefined ? node.inputs.filter((input) => input !== '') : [recognised.root]
  return { node, recognised, needs }
}

function run(
  node: Node,
  trace: Trace,
  writer: GraphWriter,
  inputs: readonly (Operand | undefined)[]
): readonly Operand[] {
  const foreign = node.domain !== '' && node.domain !== 'ai.onnx'
  if (foreign || !Object.hasOwn(operators, node.type))
    throw new Unsupported('is not among the operations that run here')
  const shapes = node.outputs.map((name) => trace.shapes.get(name))
  if (shapes.some((shape) => shape === undefined)) throw new Unsupported('a shape that depends on the inputs')
  const result = operators[node.type]({
    writer,
    node,
    inputs,
    whole: trace.whole.has(node.inputs[0]),
    shape: shapes[0]!,
    shapes: shapes as (readonly number[])[],
    wanted: layerName(node, trace),
    nameOf: (input) => plainName(node.inputs[input], node)
  })
  return Array.isArray(result) ? (result as readonly Operand[]) : [result as Operand]
}

function together(recognised: Recognised, writer: GraphWriter, root: Operand | undefined): Operand {
  const of = valueOf(root)
  if (recognised.kind === 'activation') {
    const { activation } = recognised
    return value({ ...of, node: writer.push({ op: 'activate', inputs: [of.node], activation }) })
  }
  const { kind, axes, epsilon, factor } = recognised
  const out = normalise(writer, kind, of, axes, epsilon)
  return value(factor === 1 ? out : scaled(writer, out, factor))
}

function unsupported(node: Node, trace: Trace, reason: string): GaussflowError {
  const shape = trace.shapes.get(node.outputs[0]) ?? trace.declared.get(node.outputs[0])?.shape
  const text =
    shape === undefined ? 'unknown' : `[${shape.map((size) => (size === BATCH ? 'batch' : size)).join(', ')}]`
  const what = reason.startsWith('is not') ? `${node.type} ${reason}` : `${node.type} would need ${reason}`
  const message = `the network must be made of operations that run here, but the node ${node.name} (output shape ${text}) is not: ${what}`
  return new GaussflowError('unsupported', message, { path: node.name })
}

/** A layer is called what PyTorch calls its weight, or else what the node is called. */
function layerName(node: Node, { constants }: Trace): string {
  const weight = node.inputs.find((name) => constants.has(name) && /\.(weight|in_proj_weight)$/.test(name))
  if (weight !== undefined) return weight.replace(/\.weight$/, '')
  return nodePath(node) || 'layer'
}

function plainName(name: string, node: Node): string {
  return /^(onnx::|\/)/.test(name) ? `${nodePath(node)}.${node.type.toLowerCase()}` : name
}

/** `/blocks.0/mlp/mlp.0/MatMul` as `blocks.0.mlp.0`: PyTorch repeats the names of the scopes. */
function nodePath({ name }: Node): string {
  const scopes = name.replace(/^\//, '').split('/').slice(0, -1)
  const kept = scopes.filter((scope, i) => !(scopes[i + 1] ?? '').startsWith(`${scope}.`))
  return kept.join('.').slice(0, 150)
}
