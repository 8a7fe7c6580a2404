/** Rows of numbers in one array, shape (count, dim). */
export interface Rows {
  readonly values: Float64Array
  readonly dim: number
}

/** The point of the hull of some points that is nearest 0, as far as the steps went. */
export interface Nearest {
  readonly point: Float64Array
  /** It as a mean of the points. */
  readonly shares: Float64Array
  /** Whether 0 is outside, all points lying beyond the plane through 0 across `point`. */
  readonly apart: boolean
  readonly steps: number
}

const MARGIN = 1e-9 // of the size of the points

/**
 * Steps towards the point that lies furthest towards 0 or away from the one furthest beyond, each as far as is best: where the
 * hull does not hold 0, all points lie beyond a plane through 0 after finitely many; where it does, the distance falls at a
 * linear rate.
 *
 * @param size the largest distance of a point from 0
 * @see Lacoste-Julien & Jaggi, "On the global linear convergence of Frank-Wolfe optimization variants", NeurIPS 2015
 */
export function nearestOf({ values, dim }: Rows, size: number, most: number): Nearest {
  const count = values.length / dim
  const shares = new Float64Array(count)
  const along = new Float64Array(count)
  shares[0] = 1
  const point = values.slice(0, dim)
  for (let steps = 1; ; steps++) {
    const square = dotAt(point, 0, point, dim)
    let [low, high] = [0, -1]
    for (let k = 0; k < count; k++) {
      along[k] = dotAt(values, k * dim, point, dim)
      if (along[k] < along[low]) low = k
      if (shares[k] > 0 && (high < 0 || along[k] > along[high])) high = k
    }
    const length = Math.sqrt(square)
    const apart = length > 0 && along[low] > MARGIN * size * length
    if (apart || length <= MARGIN * size || steps >= most) return { point, shares, apart, steps }
    const towards = square - along[low] >= along[high] - square
    const which = towards ? low : high
    const [sign, gap] = towards ? [1, square - along[low]] : [-1, along[high] - square]
    let way = 0
    for (let j = 0; j < dim; j++) {
      const off = values[which * dim + j] - point[j]
      way += off * off
    }
    const limit = towards ? 1 : shares[high] / (1 - shares[high])
    const part = gap / way < limit ? gap / way : limit
    for (let k = 0; k < count; k++) shares[k] *= 1 - sign * part
    shares[which] = !towards && part === limit ? 0 : shares[which] + sign * part
    for (let j = 0; j < dim; j++) point[j] += sign * part * (values[which * dim + j] - point[j])
  }
}

function dotAt(rows: Float64Array, from: number, x: Float64Array, dim: number): number {
  let sum = 0
  for (let j = 0; j < dim; j++) sum += rows[from + j] * x[j]
  return sum
}
