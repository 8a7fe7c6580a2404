import type { Batch } from '../../src/types.ts'
import type { TrainOptions } from '../../src/train/options.ts'
import { randomNumbers } from './networks.ts'

/** Rows around (-2, 0) and (2, 1) in turn, spread by 0.3. */
export function twoClusters(count: number, seed: number): Batch {
  const data = randomNumbers(2 * count, seed)
  for (let i = 0; i < count; i++) {
    data[2 * i] = 0.3 * data[2 * i] + (i % 2 ? 2 : -2)
    data[2 * i + 1] = 0.3 * data[2 * i + 1] + (i % 2)
  }
  return { count, dim: 2, data }
}

/** A run of seconds that several tests start, stop and compare. */
export const TASK: TrainOptions = {
  data: twoClusters(100, 1),
  heldOut: twoClusters(50, 2),
  architecture: { kind: 'residual-mlp', dim: 2, width: 8, depth: 1, timeWidth: 4, activation: 'silu' },
  steps: 40,
  batch: 16,
  warmup: 10,
  evaluateEvery: 10,
  prediction: 'denoiser',
  time: { kind: 'logit-normal' },
  seed: 4
}
