import type { Batch } from '../types.ts'

/**
 * The sum of `kernel(|x_i - y_j|^2)` over the rows of `x` and those of `y`, without a matrix: memory stays flat. The sums of
 * the rows are summed, so that rounding grows with the counts and not with their product.
 *
 * @param later whether to take only j > i: each pair of different rows of one set once
 */
export function sumOverPairs(x: Batch, y: Batch, kernel: (square: number) => number, later = false): number {
  const { dim } = x
  let total = 0
  for (let i = 0; i < x.count; i++) {
    let sum = 0
    const first = later ? i + 1 : 0
    for (let j = first, q = first * dim; j < y.count; j++) {
      let square = 0
      for (let k = 0, p = i * dim; k < dim; k++, p++, q++) {
        const difference = x.data[p] - y.data[q]
        square += difference * difference
      }
      sum += kernel(square)
    }
    total += sum
  }
  return total
}
