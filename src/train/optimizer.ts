import type { Layout } from './layout.ts'
import type { TrainingSettings } from './settings.ts'

/** Everything a run changes as it goes, flat in the order of the layout. */
export interface TrainingState {
  readonly weights: Float32Array
  /** Moving averages of the gradient and of its square. */
  readonly mean: Float32Array
  readonly variance: Float32Array
  /** The moving average of the weights. */
  readonly ema: Float32Array
}

type RateSettings = Pick<
  TrainingSettings,
  'learningRate' | 'learningRateSchedule' | 'warmup' | 'finalRate' | 'steps'
>
export type StepSettings = RateSettings & Pick<TrainingSettings, 'betas' | 'clip' | 'weightDecay'>

const EPSILON = 1e-8

/**
 * What is left, of the way from the peak to the final rate, when a share `done` of the steps after the warm-up is done;
 * a constant rate stays at its peak.
 */
const LEFT = {
  cosine: (done: number) => 0.5 * (1 + Math.cos(Math.PI * done)),
  linear: (done: number) => 1 - done,
  constant: () => 1
} as const satisfies Record<TrainingSettings['learningRateSchedule'], (done: number) => number>

/** Linear warm-up over the first steps, then along the schedule from the peak to `finalRate` of it at the last step. */
export function learningRateAt(settings: RateSettings, step: number): number {
  const { learningRate, learningRateSchedule, warmup, finalRate, steps } = settings
  if (step < warmup) return (learningRate * (step + 1)) / warmup
  const done = (step - warmup) / Math.max(1, steps - warmup)
  return learningRate * (finalRate + (1 - finalRate) * LEFT[learningRateSchedule](done))
}

/** The Euclidean norm of a gradient given parameter by parameter. */
export function gradientNorm(gradients: readonly Float32Array[]): number {
  let sum = 0
  for (const gradient of gradients) for (let j = 0; j < gradient.length; j++) sum += gradient[j] * gradient[j]
  return Math.sqrt(sum)
}

/**
 * One step of AdamW on the clipped gradient; only the matrices decay, not biases or positions.
 *
 *     m <- b1 m + (1 - b1) g,   v <- b2 v + (1 - b2) g^2
 *     w <- w - rate (m / (1 - b1^k) / (sqrt(v / (1 - b2^k)) + 1e-8) + decay w)
 *
 * It runs on the host: the state is small beside a step's activations, and lies ready for a checkpoint.
 *
 * @see Loshchilov & Hutter, "Decoupled Weight Decay Regularization", arXiv 1711.05101.
 */
export function adamW(
  { weights, mean, variance }: TrainingState,
  gradients: readonly Float32Array[],
  norm: number,
  step: number,
  layout: Layout,
  settings: StepSettings
): void {
  const [beta1, beta2] = settings.betas
  const rate = learningRateAt(settings, step)
  const shorten = Math.min(1, settings.clip / norm)
  const correct1 = 1 - beta1 ** (step + 1)
  const correct2 = 1 - beta2 ** (step + 1)
  gradients.forEach((gradient, i) => {
    const decay = layout.parameters[i].name.endsWith('.weight') ? settings.weightDecay : 0
    for (let j = 0, at = layout.offsets[i]; j < gradient.length; j++, at++) {
      const g = gradient[j] * shorten
      mean[at] = beta1 * mean[at] + (1 - beta1) * g
      variance[at] = beta2 * variance[at] + (1 - beta2) * g * g
      const move = mean[at] / correct1 / (Math.sqrt(variance[at] / correct2) + EPSILON)
      weights[at] -= rate * (move + decay * weights[at])
    }
  })
}

/** ema <- d ema + (1 - d) weights, where d grows to `decay`, so that the random start is soon forgotten. */
export function updateAverage({ weights, ema }: TrainingState, step: number, decay: number): void {
  const d = Math.min(decay, (1 + step) / (10 + step))
  for (let i = 0; i < ema.length; i++) ema[i] = d * ema[i] + (1 - d) * weights[i]
}
