/** What a web developer would write by hand: the velocity of an isotropic mixture on the linear schedule, and RK4, in flat doubles. */
export interface PlainMixture {
  readonly dim: number
  readonly logWeights: Float64Array
  /** (components, dim) */
  readonly means: Float64Array
  readonly variances: Float64Array
}

/** The states of `rk4` after `steps` equal steps from 0 to 1; x (count, dim) stays as it is. */
export function plainRk4(mixture: PlainMixture, x: Float64Array, steps: number): Float64Array {
  const { dim } = mixture
  const [state, point] = [x.slice(), new Float64Array(dim)]
  const slopes = [0, 1, 2, 3].map(() => new Float64Array(dim))
  const logits = new Float64Array(mixture.variances.length)
  const h = 1 / steps
  for (let row = 0; row < state.length; row += dim) {
    for (let n = 0; n < steps; n++) {
      for (let stage = 0; stage < 4; stage++) {
        const c = stage === 0 ? 0 : stage === 3 ? 1 : 0.5
        for (let j = 0; j < dim; j++)
          point[j] = state[row + j] + (stage === 0 ? 0 : c * h * slopes[stage - 1][j])
        velocity(mixture, (n + c) * h, point, logits, slopes[stage])
      }
      for (let j = 0; j < dim; j++)
        state[row + j] += (h / 6) * (slopes[0][j] + 2 * slopes[1][j] + 2 * slopes[2][j] + slopes[3][j])
    }
  }
  return state
}

/** sum_k r_k [m_k + (t s_k - (1 - t)) / ((1 - t)^2 + t^2 s_k) (x - t m_k)], s_k the variances and r_k the posteriors. */
function velocity(
  { dim, logWeights, means, variances }: PlainMixture,
  t: number,
  x: Float64Array,
  logits: Float64Array,
  out: Float64Array
): void {
  const components = variances.length
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
