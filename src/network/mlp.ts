import type { MlpArchitecture } from '../schema/architecture.ts'
import type { Operations } from './operations.ts'

/**
 * A plain perceptron: the time joins the state as one more coordinate of the first layer.
 *
 *     h_0 = (x, t),   h_{i+1} = activation(W_i h_i + b_i),   output = W_n h_n + b_n
 */
export function mlp<T>(ops: Operations<T>, { dim, hidden, activation }: MlpArchitecture): T {
  let inputs = [ops.state(), ops.time()]
  hidden.forEach((width, i) => {
    inputs = [ops.dense(`layers.${i}`, inputs, width, { activation })]
  })
  return ops.dense(`layers.${hidden.length}`, inputs, dim)
}
