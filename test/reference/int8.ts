/** A row in 7 bits: x is about low + step q. */
interface QuantizedRow {
  readonly integers: readonly number[]
  readonly step: number
  readonly low: number
}

/** Weights of 8 bits, (outputs, inputs), with a unit for each output. */
export interface Weights8 {
  readonly integers: readonly (readonly number[])[]
  readonly units: readonly number[]
}

const { fround } = Math
const MAGIC = 1.5 * 2 ** 23 // whose neighbours in f32 are integers: adding it rounds to even

/** One row as the core promises it, to the bit. */
function quantizeRow(row: readonly number[]): QuantizedRow {
  const low = Math.min(...row)
  const width = fround(Math.max(...row) - low)
  const inverse = width > 0 ? fround(127 / width) : 0
  const integers = row.map((x) => fround(fround(fround(x - low) * inverse) + MAGIC) - MAGIC)
  return { integers, step: fround(width * fround(1 / 127)), low }
}

/**
 * bias_j + low unit_j sum_k w_jk + (sum_k w_jk q_k) (unit_j step): integers exact, and each operation on numbers rounded to
 * f32 in this order. x (rows, k), the result (rows, n).
 */
export function dense8(
  x: readonly number[][],
  { integers, units }: Weights8,
  bias?: readonly number[]
): number[][] {
  return x.map((row) => {
    const { integers: q, step, low } = quantizeRow(row)
    return integers.map((weights, j) => {
      const total = fround(units[j] * weights.reduce((sum, w) => sum + w, 0))
      const sum = weights.reduce((all, w, k) => all + w * q[k], 0)
      const base = fround((bias?.[j] ?? 0) + fround(low * total))
      return fround(base + fround(fround(sum) * fround(units[j] * step)))
    })
  })
}
