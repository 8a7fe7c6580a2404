import type { ModelSource } from '../../src/flow/source.ts'
import type { MlpArchitecture } from '../../src/schema/architecture.ts'
import { TARGET_KINDS, type FlowFile, type TargetKind } from '../../src/schema/flowFile.ts'
import type { ScheduleName } from '../../src/schema/schedule.ts'
import { networkModel } from '../fixtures/determinism.ts'
import { randomRows } from '../fixtures/numbers.ts'

export const MEAN = [1, -2, 0.5]
export const COVARIANCE = [
  [1.5, 0.4, -0.2],
  [0.4, 0.8, 0.1],
  [-0.2, 0.1, 0.6]
]

export const gaussian = (schedule: ScheduleName): FlowFile => ({
  schedule,
  target: { kind: 'gaussian', mean: MEAN, covariance: COVARIANCE }
})

/** N(means, diag(stds^2)), whose flow is m + s z coordinate by coordinate. */
export const diagonal = (schedule: ScheduleName, mean: number[], stds: number[]): FlowFile => ({
  schedule,
  target: { kind: 'mixture', weights: [1], means: [mean], stds: [stds] }
})

/** Two clusters; the tighter they are, the more the flow bends between them. */
export const mixture = (schedule: ScheduleName, std = 0.7): FlowFile => ({
  schedule,
  target: {
    kind: 'mixture',
    weights: [0.4, 0.6],
    means: [
      [-1.5, 0.5],
      [1.5, -0.5]
    ],
    stds: [std, std]
  }
})

const empirical = (schedule: ScheduleName): FlowFile => ({
  schedule,
  target: { kind: 'empirical', points: randomRows(4, 10, 4), bandwidth: 0.3 }
})

export const perceptron: MlpArchitecture = { kind: 'mlp', dim: 3, hidden: [9, 7], activation: 'silu' }

/** An example of every kind of target: the type checker asks for one of a kind that is new. */
const EXAMPLES: Record<TargetKind, (schedule: ScheduleName) => ModelSource> = {
  gaussian,
  mixture,
  empirical,
  network: (schedule) =>
    networkModel(perceptron, 5, {
      flow: {
        schedule,
        target: {
          kind: 'network',
          architecture: perceptron,
          prediction: 'velocity',
          weights: 'weights.safetensors'
        }
      }
    })
}

/** One flow of every kind of target, on a schedule. */
export const flowsOn = (schedule: ScheduleName): Record<TargetKind, ModelSource> =>
  Object.fromEntries(TARGET_KINDS.map((kind) => [kind, EXAMPLES[kind](schedule)])) as Record<
    TargetKind,
    ModelSource
  >
