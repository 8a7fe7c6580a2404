import { forward } from '../network/forward.ts'
import { timeFrequencies } from '../network/operations.ts'
import type { Pairs } from './batches.ts'
import { scheduleOf } from '../schedule/index.ts'
import { interpolantAt, denoiserCoefficients } from './interpolant.ts'
import { upload, type Layout } from './layout.ts'
import { TensorFlowOperations } from './operations.ts'
import type { TrainingSettings } from './settings.ts'
import type { TensorFlow, TfTensor } from './tensorflow.ts'

type Model = Pick<TrainingSettings, 'architecture' | 'schedule' | 'prediction' | 'denoiserUntil'>

/** The network's output at states (B, dim) with one time and one condition per row; shape (B, dim). */
export function networkOutput(
  tf: TensorFlow,
  { architecture }: Pick<Model, 'architecture'>,
  layout: Layout,
  weights: readonly TfTensor[],
  state: TfTensor,
  times: Float64Array,
  conditions: Float32Array = new Float32Array()
): TfTensor {
  const operations = new TensorFlowOperations(tf, {
    state,
    time: tf.tensor2d(Float32Array.from(times), [times.length, 1]),
    features: (width) => tf.tensor2d(timeFeatures(times, width), [times.length, width]),
    condition: tf.tensor2d(conditions, [times.length, conditions.length / times.length]),
    parameters: new Map(layout.parameters.map(({ name }, i) => [name, weights[i]]))
  })
  return forward(operations, architecture).reshape([times.length, layout.dim])
}

/** The model's velocity at states (B, dim): the output itself, or p x + q N where it predicts the denoiser N. */
export function modelVelocity(
  tf: TensorFlow,
  model: Model,
  layout: Layout,
  weights: readonly TfTensor[],
  state: TfTensor,
  times: Float64Array,
  conditions?: Float32Array
): TfTensor {
  const output = networkOutput(tf, model, layout, weights, state, times, conditions)
  if (model.prediction === 'velocity') return output
  const schedule = scheduleOf(model.schedule)
  const coefficients = Array.from(times, (t) => denoiserCoefficients(schedule, t, model.denoiserUntil))
  const p = column(
    tf,
    coefficients.map((c) => c.p)
  )
  const q = column(
    tf,
    coefficients.map((c) => c.q)
  )
  return tf.add(tf.mul(p, state), tf.mul(q, output))
}

/**
 * The mean over rows and coordinates of |v(t, X_t) - (a' Z + b' X_1)|^2 with X_t = a Z + b X_1.
 * Its minimiser over all v is the velocity of the interpolant, whatever the distribution of t.
 */
export function velocityLoss(
  tf: TensorFlow,
  model: Model,
  layout: Layout,
  weights: readonly TfTensor[],
  { data, noise, times, conditions }: Pairs
): TfTensor {
  const shape: [number, number] = [times.length, layout.dim]
  const x1 = tf.tensor2d(data, shape)
  const z = tf.tensor2d(noise, shape)
  const schedule = scheduleOf(model.schedule)
  const at = Array.from(times, (t) => interpolantAt(schedule, t))
  const combine = (ofNoise: number[], ofData: number[]): TfTensor =>
    tf.add(tf.mul(column(tf, ofNoise), z), tf.mul(column(tf, ofData), x1))
  const state = combine(
    at.map((c) => c.a),
    at.map((c) => c.b)
  )
  const velocity = combine(
    at.map((c) => c.da),
    at.map((c) => c.db)
  )
  return tf.mean(
    tf.square(tf.sub(modelVelocity(tf, model, layout, weights, state, times, conditions), velocity))
  )
}

/** The mean loss over held-out pairs, t even on [0, HELD_OUT_UNTIL]. */
export function heldOutLoss(
  tf: TensorFlow,
  model: Model,
  layout: Layout,
  flat: Float32Array,
  chunks: readonly Pairs[]
): number {
  const weights = upload(tf, layout, flat)
  let sum = 0
  let count = 0
  for (const pairs of chunks) {
    sum += pairs.times.length * tf.tidy(() => velocityLoss(tf, model, layout, weights, pairs).dataSync()[0])
    count += pairs.times.length
  }
  tf.dispose(weights)
  return sum / count
}

function column(tf: TensorFlow, values: readonly number[]): TfTensor {
  return tf.tensor2d(Float32Array.from(values), [values.length, 1])
}

/** sin(f_j t), then cos(f_j t), in doubles on the host, rounded to floats. */
function timeFeatures(times: Float64Array, width: number): Float32Array {
  const frequencies = timeFrequencies(width / 2)
  const out = new Float32Array(times.length * width)
  times.forEach((t, i) => {
    frequencies.forEach((f, j) => {
      out[i * width + j] = Math.sin(f * t)
      out[i * width + width / 2 + j] = Math.cos(f * t)
    })
  })
  return out
}
