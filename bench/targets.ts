import type { FlowFile } from '../src/index.ts'
import { plainDataSet } from './plainDataSet.ts'
import { plainRound, plainTurned } from './plainMixture.ts'
import type { PlainVelocity } from './plainRk4.ts'

/** A flow for the core, and the same in plain JavaScript. */
export interface Target {
  readonly name: string
  readonly dim: number
  readonly file: FlowFile
  readonly velocity: PlainVelocity
}

/** `components` clusters on a circle of every pair of coordinates. */
export function roundMixture(components: number, dim: number): Target {
  const means = circle(components, dim)
  const stds = means.map((_, k) => 0.3 + 0.02 * k)
  const weights = means.map(() => 1)
  return {
    name: `mixture of ${components} in ${dim} dimensions`,
    dim,
    file: { schedule: 'linear', target: { kind: 'mixture', weights, means, stds } },
    velocity: plainRound({
      dim,
      logWeights: Float64Array.from(weights, () => -Math.log(components)),
      means: Float64Array.from(means.flat()),
      variances: Float64Array.from(stds, (std) => std ** 2)
    })
  }
}

/** The same clusters, stretched along axes of their own. */
export function turnedMixture(components: number, dim: number): Target {
  const means = circle(components, dim)
  const weights = means.map(() => 1)
  const variances = means.map((mean, k) => mean.map((_, i) => 0.1 + 0.08 * Math.sin(k + i) ** 2))
  const axes = means.map((mean, k) => reflection(mean.map((_, j) => 0.1 + Math.cos(k + 1.3 * j))))
  const covariances = axes.map((u, k) =>
    u.map((_, i) =>
      u.map((__, j) => u.reduce((sum, axis, n) => sum + axis[i] * variances[k][n] * axis[j], 0))
    )
  )
  const mixture = {
    dim,
    logWeights: Float64Array.from(weights, () => -Math.log(components)),
    means: Float64Array.from(means.flat()),
    variances: Float64Array.from(variances.flat())
  }
  return {
    name: `mixture of ${components} with full covariances in ${dim} dimensions`,
    dim,
    file: { schedule: 'linear', target: { kind: 'mixture', weights, means, covariances } },
    velocity: plainTurned(mixture, Float64Array.from(axes.flat(2)))
  }
}

/** Points about ten places on those circles. */
export function dataSet(count: number, dim: number, bandwidth: number): Target {
  const places = circle(10, dim)
  const points = Array.from({ length: count }, (_, k) =>
    places[k % 10].map((place, j) => Math.fround(place + 0.4 * Math.sin(12.9898 * (k * dim + j))))
  )
  return {
    name: `data set of ${count} in ${dim} dimensions`,
    dim,
    file: { schedule: 'linear', target: { kind: 'empirical', points, bandwidth } },
    velocity: plainDataSet(Float64Array.from(points.flat()), dim, bandwidth)
  }
}

/** Rows of something like noise. */
export const noiseOf = (count: number, dim: number): Float32Array =>
  Float32Array.from({ length: count * dim }, (_, i) => 1.5 * Math.sin(1.7 * i + 0.3))

function circle(count: number, dim: number): number[][] {
  return Array.from({ length: count }, (_, k) =>
    Array.from({ length: dim }, (_, j) => 2 * Math.sin((2 * Math.PI * k) / count + (Math.PI / 2) * j))
  )
}

/** The orthogonal matrix I - 2 n n^T / |n|^2. */
function reflection(n: readonly number[]): number[][] {
  const square = n.reduce((sum, value) => sum + value * value, 0)
  return n.map((a, i) => n.map((b, j) => (i === j ? 1 : 0) - (2 * a * b) / square))
}
