/**
 * out[i][j] = bias[j] + sum_k x[i][k] w[j][k] as the core promises it, to the bit: one f32 accumulator that starts at
 * the bias and adds x[k] w[k] for k ascending, a multiplication and then an addition, each rounded to f32.
 *
 * x (rows, k), w (n, k), bias (n) or absent; the result (rows, n).
 */
export function matmul32(
  x: readonly number[][],
  w: readonly number[][],
  bias?: readonly number[]
): number[][] {
  return x.map((row) =>
    w.map((weights, j) =>
      row.reduce((sum, value, k) => Math.fround(sum + Math.fround(value * weights[k])), bias?.[j] ?? 0)
    )
  )
}

/** The same map in 64 bits. */
export function matmul(x: readonly number[][], w: readonly number[][], bias?: readonly number[]): number[][] {
  return x.map((row) =>
    w.map((weights, j) => row.reduce((sum, value, k) => sum + value * weights[k], bias?.[j] ?? 0))
  )
}

export function transpose(x: readonly number[][]): number[][] {
  return x[0].map((_, j) => x.map((row) => row[j]))
}
