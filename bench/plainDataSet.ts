import type { PlainVelocity } from './plainRk4.ts'

/**
 * What a web developer would write by hand: the velocity of a smoothed data set on the linear schedule, in flat doubles,
 *
 *     m + c (x - t m),   c = (t h^2 - (1 - t)) / s,   s = (1 - t)^2 + t^2 h^2,
 *
 * where m is the mean of the points y weighted by exp(-|x - t y|^2 / (2 s)).
 *
 * @param points (count, dim)
 */
export function plainDataSet(points: Float64Array, dim: number, bandwidth: number): PlainVelocity {
  const count = points.length / dim
  const logits = new Float64Array(count)
  return (t, x, out) => {
    const spread = (1 - t) ** 2 + t * t * bandwidth ** 2
    let largest = -Infinity
    for (let k = 0; k < count; k++) {
      let square = 0
      for (let j = 0; j < dim; j++) square += (x[j] - t * points[k * dim + j]) ** 2
      logits[k] = -square / (2 * spread)
      largest = Math.max(largest, logits[k])
    }
    let total = 0
    out.fill(0)
    for (let k = 0; k < count; k++) {
      const weight = Math.exp(logits[k] - largest)
      total += weight
      for (let j = 0; j < dim; j++) out[j] += weight * points[k * dim + j]
    }
    const pull = (t * bandwidth ** 2 - (1 - t)) / spread
    for (let j = 0; j < dim; j++) {
      const mean = out[j] / total
      out[j] = mean + pull * (x[j] - t * mean)
    }
  }
}
