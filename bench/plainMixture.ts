// What a web developer would write by hand: velocities of mixtures on the linear schedule, in flat doubles.

import type { PlainVelocity } from './plainRk4.ts'

export interface PlainMixture {
  readonly dim: number
  readonly logWeights: Float64Array
  /** (components, dim) */
  readonly means: Float64Array
  /** One for each component; with axes, (components, dim) along them. */
  readonly variances: Float64Array
}

/** sum_k r_k [m_k + (t s_k - (1 - t)) / ((1 - t)^2 + t^2 s_k) (x - t m_k)], s_k the variances and r_k the posteriors. */
export function plainRound({ dim, logWeights, means, variances }: PlainMixture): PlainVelocity {
  const components = variances.length
  const logits = new Float64Array(components)
  return (t, x, out) => {
    let largest = -Infinity
    for (let k = 0; k < components; k++) {
      const spread = (1 - t) ** 2 + t * t * variances[k]
      let square = 0
      for (let j = 0; j < dim; j++) square += (x[j] - t * means[k * dim + j]) ** 2
      logits[k] = logWeights[k] - square / (2 * spread) - (dim / 2) * Math.log(spread)
      largest = Math.max(largest, logits[k])
    }
    let total = 0
    for (let k = 0; k < components; k++) total += logits[k] = Math.exp(logits[k] - largest)
    out.fill(0)
    for (let k = 0; k < components; k++) {
      const share = logits[k] / total
      const pull = (t * variances[k] - (1 - t)) / ((1 - t) ** 2 + t * t * variances[k])
      for (let j = 0; j < dim; j++) {
        const mean = means[k * dim + j]
        out[j] += share * (mean + pull * (x[j] - t * mean))
      }
    }
  }
}

/**
 * The same with covariances U_k^T diag(s_k) U_k, whose eigenvectors are the rows of `axes` (components, dim, dim): as above
 * for every coordinate of U_k (x - t m_k), which U_k^T takes back.
 */
export function plainTurned(mixture: PlainMixture, axes: Float64Array): PlainVelocity {
  const { dim, logWeights, means, variances } = mixture
  const components = logWeights.length
  const [logits, centred] = [new Float64Array(components), new Float64Array(dim)]
  const turned = new Float64Array(components * dim)
  return (t, x, out) => {
    let largest = -Infinity
    for (let k = 0; k < components; k++) {
      for (let j = 0; j < dim; j++) centred[j] = x[j] - t * means[k * dim + j]
      let distance = 0
      let determinant = 1
      for (let i = 0; i < dim; i++) {
        let y = 0
        for (let j = 0; j < dim; j++) y += axes[(k * dim + i) * dim + j] * centred[j]
        const spread = (1 - t) ** 2 + t * t * variances[k * dim + i]
        turned[k * dim + i] = y
        distance += (y * y) / spread
        determinant *= spread
      }
      logits[k] = logWeights[k] - distance / 2 - Math.log(determinant) / 2
      largest = Math.max(largest, logits[k])
    }
    let total = 0
    for (let k = 0; k < components; k++) total += logits[k] = Math.exp(logits[k] - largest)
    out.fill(0)
    for (let k = 0; k < components; k++) {
      const share = logits[k] / total
      for (let j = 0; j < dim; j++) out[j] += share * means[k * dim + j]
      for (let i = 0; i < dim; i++) {
        const variance = variances[k * dim + i]
        const pull = (t * variance - (1 - t)) / ((1 - t) ** 2 + t * t * variance)
        const part = share * pull * turned[k * dim + i]
        for (let j = 0; j < dim; j++) out[j] += part * axes[(k * dim + i) * dim + j]
      }
    }
  }
}
