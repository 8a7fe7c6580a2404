import fc from 'fast-check'
import type { Batch } from '../../src/types.ts'
import { randomNumbers } from '../train/networks.ts'

/** Rows of N(mean, std^2 I), drawn from a seed. */
export function cloud(count: number, dim: number, seed: number, mean = 0, std = 1): Batch {
  return { count, dim, data: randomNumbers(count * dim, seed).map((z) => mean + std * z) }
}

export const line = (...x: number[]): Batch => ({ count: x.length, dim: 1, data: Float32Array.from(x) })

/** What `change` makes of every coordinate. */
export const moved = (x: Batch, change: (value: number, axis: number) => number): Batch => ({
  ...x,
  data: x.data.map((value, at) => change(value, at % x.dim))
})

/** Rows of whole numbers from -4 to 4: many of them are equal, and so are many distances. */
export const lattice = (count: number, dim: number): fc.Arbitrary<Batch> =>
  fc
    .array(fc.integer({ min: -4, max: 4 }), { minLength: count * dim, maxLength: count * dim })
    .map((values) => ({ count, dim, data: Float32Array.from(values) }))
