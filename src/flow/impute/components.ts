import type { Target } from '../../schema/flowFile.ts'
import type { Mixture } from '../../target/mixture.ts'
import type { Core } from '../../wasm/core.ts'

/** A closed form as a mixture of Gaussians N(mean_k, C_k). */
export interface Components {
  readonly count: number
  readonly dim: number
  readonly logWeights: Float64Array
  mean(k: number): readonly number[]
  /** C_k u. */
  spread(k: number, u: Float64Array): Float64Array
  /** C_k^(1/2) z, for a root of which the square is C_k. */
  root(k: number, z: ArrayLike<number>): Float64Array
  /** The variances, where C_k is diagonal. */
  diagonal(k: number): ArrayLike<number> | undefined
  /** Whether all have the same covariance, which is then that of component 0. */
  readonly alike: boolean
}

/** The components of a mixture, or of a smoothed data set, which has one for each point. */
export function componentsOf(target: Target, mixture: Mixture | undefined, core: Core): Components {
  if (mixture !== undefined) return ofMixture(mixture, core)
  if (target.kind !== 'empirical') throw new TypeError('a network has no components')
  const { points, bandwidth } = target
  const dim = points[0].length
  const variances = new Float64Array(dim).fill(bandwidth ** 2)
  return {
    count: points.length,
    dim,
    logWeights: new Float64Array(points.length),
    mean: (k) => points[k],
    spread: (_, u) => u.map((value) => bandwidth ** 2 * value),
    root: (_, z) => Float64Array.from(z, (value) => bandwidth * value),
    diagonal: () => variances,
    alike: true
  }
}

function ofMixture({ dim, weights, means, covariances, aligned }: Mixture, core: Core): Components {
  return {
    count: weights.length,
    dim,
    logWeights: Float64Array.from(weights, (weight) => core.log64(weight)),
    mean: (k) => means[k],
    spread: (k, u) => {
      const { values, axes } = covariances[k]
      if (aligned) return u.map((value, j) => values[j] * value)
      const turned = new Float64Array(dim)
      for (let i = 0; i < dim; i++) {
        let sum = 0
        for (let j = 0; j < dim; j++) sum += axes[i * dim + j] * u[j]
        turned[i] = values[i] * sum
      }
      return turnedBack(axes, turned)
    },
    root: (k, z) => {
      const { values, axes } = covariances[k]
      const along = Float64Array.from(values, (value, j) => Math.sqrt(value) * z[j])
      return aligned ? along : turnedBack(axes, along)
    },
    diagonal: (k) => (aligned ? covariances[k].values : undefined),
    alike: false
  }
}

/** sum_i along_i axis_i. */
function turnedBack(axes: Float64Array, along: Float64Array): Float64Array {
  const dim = along.length
  const out = new Float64Array(dim)
  for (let i = 0; i < dim; i++) for (let j = 0; j < dim; j++) out[j] += axes[i * dim + j] * along[i]
  return out
}
