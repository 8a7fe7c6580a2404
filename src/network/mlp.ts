import type { MlpArchitecture } from '../schema/architecture.ts'
import { conditionOf } from './modulation.ts'
import type { Operations } from './operations.ts'

/**
 * A plain perceptron: the time, and the condition where there is one, join the state as more coordinates of the first layer.
 *
 *     h_0 = (x, t, c),   h_{i+1} = activation(W_i h_i + b_i),   output = W_n h_n + b_n
 */
export function mlp<T>(ops: Operations<T>, { dim, hidden, activation, condition }: MlpArchitecture): T {
  let inputs = [ops.state(), ops.time(), ...conditionOf(ops, condition)]
  hidden.forEach((width, i) => {
    inputs = [ops.dense(`layers.${i}`, inputs, width, { activation })]
  })
  return ops.dense(`layers.${hidden.length}`, inputs, dim)
}
