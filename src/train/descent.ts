import { GaussflowError } from '../error.ts'
import { startWeights, upload, type Layout } from './layout.ts'
import { adamW, gradientNorm, updateAverage, type StepSettings, type TrainingState } from './optimizer.ts'
import type { TensorFlow, TfTensor } from './tensorflow.ts'

/** The state before the first step. */
export function startState(layout: Layout, seed: number): TrainingState {
  const weights = startWeights(layout, seed)
  const zeros = (): Float32Array => new Float32Array(layout.total)
  return { weights, mean: zeros(), variance: zeros(), ema: weights.slice() }
}

/**
 * One step of AdamW on a loss of the weights, and of the moving average behind them; returns the loss before it.
 *
 * @throws GaussflowError `not_finite` when the loss or its gradient leaves the finite numbers
 */
export function descend(
  tf: TensorFlow,
  layout: Layout,
  state: TrainingState,
  step: number,
  settings: StepSettings & { readonly ema: number },
  lossOf: (...weights: TfTensor[]) => TfTensor
): number {
  const weights = upload(tf, layout, state.weights)
  const scalar = lossOf as (...weights: TfTensor[]) => ReturnType<typeof tf.scalar>
  const { value, grads } = tf.tidy(() => tf.valueAndGrads(scalar)(weights))
  const loss = value.dataSync()[0]
  const gradients = grads.map((gradient) => gradient.dataSync() as Float32Array)
  tf.dispose([value, grads, weights])

  const norm = gradientNorm(gradients)
  if (!Number.isFinite(norm) || !Number.isFinite(loss)) {
    throw new GaussflowError(
      'not_finite',
      `training left the finite numbers at step ${step}; lower \`learningRate\` (now ${settings.learningRate})`,
      { path: 'learningRate' }
    )
  }
  adamW(state, gradients, norm, step, layout, settings)
  updateAverage(state, step, settings.ema)
  return loss
}
