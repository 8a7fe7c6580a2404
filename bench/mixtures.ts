import type { FlowFile } from '../src/index.ts'
import type { PlainMixture } from './plainMixture.ts'

/** `components` clusters on a circle of every pair of coordinates, the same for the core and for plain JavaScript. */
export function mixtureOf(components: number, dim: number): { file: FlowFile; plain: PlainMixture } {
  const means = Array.from({ length: components }, (_, k) =>
    Array.from({ length: dim }, (_, j) => 2 * Math.sin((2 * Math.PI * k) / components + (Math.PI / 2) * j))
  )
  const stds = means.map((_, k) => 0.3 + 0.02 * k)
  const weights = means.map(() => 1)
  return {
    file: { schedule: 'linear', target: { kind: 'mixture', weights, means, stds } },
    plain: {
      dim,
      logWeights: Float64Array.from(weights, () => -Math.log(components)),
      means: Float64Array.from(means.flat()),
      variances: Float64Array.from(stds, (std) => std ** 2)
    }
  }
}

/** Rows of something like noise. */
export const noiseOf = (count: number, dim: number): Float32Array =>
  Float32Array.from({ length: count * dim }, (_, i) => 1.5 * Math.sin(1.7 * i + 0.3))
