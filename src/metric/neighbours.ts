import type { Batch } from '../types.ts'

/**
 * The squared Euclidean distance from every row of `x` to every row of `y`, shape (x.count, y.count),
 * summed coordinate by coordinate in doubles: exact enough for neighbours that lie close together.
 */
export function squaredDistances(x: Batch, y: Batch): Float64Array {
  const out = new Float64Array(x.count * y.count)
  for (let i = 0; i < x.count; i++) {
    for (let j = 0; j < y.count; j++) {
      let sum = 0
      for (let k = 0, p = i * x.dim, q = j * y.dim; k < x.dim; k++, p++, q++) {
        const difference = x.data[p] - y.data[q]
        sum += difference * difference
      }
      out[i * y.count + j] = sum
    }
  }
  return out
}

/** |x_i - y_j|^order, shape (n, m). */
export function distancePowers(x: Batch, y: Batch, order: 1 | 2): Float64Array {
  const cost = squaredDistances(x, y)
  if (order === 1) for (let at = 0; at < cost.length; at++) cost[at] = Math.sqrt(cost[at])
  return cost
}

/** The squared distance of every row to its k-th nearest other row. */
export function neighbourRadii(x: Batch, k: number): Float64Array {
  const distances = squaredDistances(x, x)
  return Float64Array.from({ length: x.count }, (_, i) => {
    const row = distances.slice(i * x.count, (i + 1) * x.count)
    row[i] = Infinity
    return row.sort()[k - 1]
  })
}

/**
 * How much of one set lies in the manifold of the other, a union of balls that reach from each row to its k-th
 * nearest neighbour: precision is the share of samples among the real rows, recall the share of real rows among the samples.
 * Rows must be of one dimension; time grows with the product of the counts and the dimension.
 *
 * @see Kynkäänniemi et al., "Improved Precision and Recall Metric for Assessing Generative Models", arXiv 1904.06991.
 */
export function precisionRecall(samples: Batch, real: Batch, k = 3): { precision: number; recall: number } {
  const distances = squaredDistances(samples, real)
  const realRadii = neighbourRadii(real, k)
  const sampleRadii = neighbourRadii(samples, k)
  const coveredReal = new Uint8Array(real.count)
  let precise = 0
  for (let i = 0; i < samples.count; i++) {
    let inside = 0
    for (let j = 0; j < real.count; j++) {
      const distance = distances[i * real.count + j]
      if (distance <= realRadii[j]) inside = 1
      if (distance <= sampleRadii[i]) coveredReal[j] = 1
    }
    precise += inside
  }
  return {
    precision: precise / samples.count,
    recall: coveredReal.reduce((sum, n) => sum + n, 0) / real.count
  }
}
