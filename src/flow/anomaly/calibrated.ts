/**
 * The conformal p-values of scores: the share of held-out scores that are at least as large, where the score itself is counted
 * among them,
 *
 *     p = (1 + #{i: s_i >= s}) / (n + 1),
 *
 * NaN for what is not a number. For a row that is exchangeable with the held-out ones P(p <= u) <= u.
 *
 * @param heldOut in ascending order
 * @see Vovk, Gammerman & Shafer, "Algorithmic Learning in a Random World", section 2.2; Bates et al., "Testing for outliers
 *   with conformal p-values", arXiv 2104.08279.
 */
export function pValues(score: Float64Array, heldOut: readonly number[]): Float64Array {
  return score.map((value) =>
    Number.isNaN(value) ? NaN : (1 + heldOut.length - firstFrom(heldOut, value)) / (1 + heldOut.length)
  )
}

/** The index of the first number that is at least `value`. */
function firstFrom(ascending: readonly number[], value: number): number {
  let [low, high] = [0, ascending.length]
  while (low < high) {
    const middle = (low + high) >> 1
    if (ascending[middle] >= value) high = middle
    else low = middle + 1
  }
  return low
}

export const ascending = (numbers: readonly number[]): number[] => numbers.toSorted((x, y) => x - y)

/** The middle one, or the mean of the two in the middle. */
export function median(sorted: readonly number[]): number {
  const half = sorted.length >> 1
  return sorted.length % 2 === 1 ? sorted[half] : (sorted[half - 1] + sorted[half]) / 2
}
