import type { Activation, Condition } from '../schema/architecture.ts'
import { conditionWidth } from './condition.ts'
import type { Operations } from './operations.ts'

/**
 * The embedding of the time, and of the condition c where there is one:
 * activation(W_1 (activation(W_0 features + b_0), c) + b_1); shape (1, width).
 */
export function timeEmbedding<T>(
  ops: Operations<T>,
  width: number,
  activation: Activation,
  condition: Condition | undefined
): T {
  const hidden = ops.dense('time.0', [ops.timeFeatures(width)], width, { activation })
  return ops.dense('time.1', [hidden, ...conditionOf(ops, condition)], width, { activation })
}

/** The condition as an input of a layer, where the network has one. */
export function conditionOf<T>(ops: Operations<T>, condition: Condition | undefined): T[] {
  return condition === undefined ? [] : [ops.condition(conditionWidth(condition))]
}

/**
 * `count` vectors of `width` read off the time embedding by one zero-initialised layer (adaLN-zero):
 * training starts from unmodulated normalisation and closed gates.
 *
 * @see Peebles & Xie, "Scalable Diffusion Models with Transformers", arXiv 2212.09748, section 3.2.
 */
export function modulations<T>(
  ops: Operations<T>,
  name: string,
  embedding: T,
  width: number,
  count: number
): T[] {
  const all = ops.dense(name, [embedding], width * count, { zero: true })
  return Array.from({ length: count }, (_, i) => ops.slice(all, i * width, width))
}
