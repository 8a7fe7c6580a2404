/** Where slopes are not the derivative of values at equally spaced times in [0, 1]. */
export interface Mismatch {
  /** The time around which it is. */
  readonly time: number
  /** By how much the mean slope and the rise of the values differ there. */
  readonly size: number
  readonly slope: number
}

// What the two may differ by; the tests hold tables of 17 knots and more of every named schedule to it.
const OF_SLOPE = 1e-5 // in the size of the slopes there: the smallest mistake that shows
const OF_VALUE = 1e-9 // rounding leaves 1e-12 of it in differences of values, slopes by central differences 1e-10
const INSIDE = 1 / 90 // of the fourth difference: Simpson's rule leaves 1/180, up to twice that on coarse tables
const AT_AN_END = 1 / 8 // slopes may start like t^(1/4), which leaves 0.12; one wrong slope at an end leaves 1/6

/**
 * The largest mismatch that is more than rounding and the rule leave, if there is one.
 *
 * Simpson's rule on the slopes must give back the differences of the values: over two cells they agree to the fourth order,
 * and a wrong slope shows in proportion. All that is allowed is local, so that small slopes are held to their own size.
 */
export function findMismatch(values: readonly number[], slopes: readonly number[]): Mismatch | undefined {
  const n = values.length - 1
  let worst: Mismatch | undefined
  for (let i = 1; i < n; i++) {
    const mean = (slopes[i - 1] + 4 * slopes[i] + slopes[i + 1]) / 6
    const size = Math.abs(((values[i + 1] - values[i - 1]) * n) / 2 - mean)
    const rule = (i === 1 || i === n - 1 ? AT_AN_END : INSIDE) * fourthDifference(slopes, i)
    if (size <= OF_SLOPE * largest(slopes, i) + OF_VALUE * largest(values, i) + rule) continue
    if (worst === undefined || size > worst.size) worst = { time: i / n, size, slope: slopes[i] }
  }
  return worst
}

function largest(values: readonly number[], i: number): number {
  return Math.max(Math.abs(values[i - 1]), Math.abs(values[i]), Math.abs(values[i + 1]))
}

/**
 * Of the five values around each of the three, the largest: where it passes 0 it says nothing of the next one. At an end
 * the nearest five stand for those that are not there.
 */
function fourthDifference(values: readonly number[], i: number): number {
  const differences = [i - 1, i, i + 1].map((at) => {
    const k = Math.max(2, Math.min(values.length - 3, at))
    return values[k - 2] - 4 * values[k - 1] + 6 * values[k] - 4 * values[k + 1] + values[k + 2]
  })
  return Math.max(...differences.map(Math.abs))
}
