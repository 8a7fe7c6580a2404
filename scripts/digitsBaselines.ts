import { normals, permutation, STREAM } from '../src/train/draws.ts'
import { rows } from '../src/train/batches.ts'
import type { Batch } from '../src/types.ts'

/**
 * Samples of the Gaussian with the mean and the full covariance of `data`: mean + X^T z / sqrt(n - 1)
 * for the centred data X (n, dim) and n standard normals z, whose covariance is the empirical one exactly.
 */
export function gaussianFitSamples({ count: n, dim, data }: Batch, count: number, seed: number): Batch {
  const mean = new Float64Array(dim)
  for (let i = 0; i < n * dim; i++) mean[i % dim] += data[i] / n
  const out = new Float32Array(count * dim)
  const z = new Float32Array(n)
  const sum = new Float64Array(dim)
  for (let i = 0; i < count; i++) {
    normals(seed, STREAM.noise, 0, i, n, z, 0)
    sum.fill(0)
    let zs = 0
    for (let k = 0; k < n; k++) {
      zs += z[k]
      for (let j = 0, at = k * dim; j < dim; j++, at++) sum[j] += z[k] * data[at]
    }
    // Centring once at the end spares a pass: sum_k z_k (x_k - mean) = sum_k z_k x_k - mean sum_k z_k.
    for (let j = 0; j < dim; j++) out[i * dim + j] = mean[j] + (sum[j] - mean[j] * zs) / Math.sqrt(n - 1)
  }
  return { count, dim, data: out }
}

/** `count` rows drawn without replacement. */
export function randomRows(data: Batch, count: number, seed: number): Batch {
  return rows(data, permutation(seed, STREAM.split, 1, data.count).subarray(0, count))
}

/** Pixels cut off at 0 and 1, as a picture shows them. */
export function clamped({ count, dim, data }: Batch): Batch {
  return { count, dim, data: data.map((value) => Math.min(1, Math.max(0, value))) }
}
