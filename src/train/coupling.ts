import { assign } from '../metric/assignment.ts'
import type { Told } from '../network/condition.ts'

/**
 * Minibatch optimal transport: deals the noise of a batch out anew among its rows, so that sum |x_i - z_p(i)|^2 is least over
 * all permutations p. Rows that are told different labels share no noise, or noise would come to know the label.
 * The set of the noise stays as it was drawn, so both marginal laws do; paths cross less.
 *
 * @param data states, shape (rows, dim)
 * @param noise shape (rows, dim), permuted in place
 * @param told what each row is told, or nothing of networks that are told nothing
 * @see Tong et al., arXiv 2302.00482; Pooladian et al., arXiv 2304.14772.
 */
export function coupleByTransport(
  data: Float32Array,
  noise: Float32Array,
  dim: number,
  told: readonly Told[] = []
): void {
  const drawn = noise.slice()
  const all = new Array(data.length / dim).keys()
  // The rows of each label, in the order in which the labels come.
  for (const rows of Map.groupBy(all, (row) => told[row]).values()) {
    const { columns } = assign(costs(data, drawn, dim, rows), rows.length)
    rows.forEach((row, i) => {
      const from = rows[columns[i]] * dim
      noise.set(drawn.subarray(from, from + dim), row * dim)
    })
  }
}

/** -<x_i, z_j>, in doubles: half of |x_i - z_j|^2 but for what no permutation changes. */
function costs(data: Float32Array, noise: Float32Array, dim: number, rows: readonly number[]): Float64Array {
  const out = new Float64Array(rows.length ** 2)
  let at = 0
  for (const i of rows) {
    for (const j of rows) {
      let sum = 0
      for (let k = 0; k < dim; k++) sum -= data[i * dim + k] * noise[j * dim + k]
      out[at++] = sum
    }
  }
  return out
}
