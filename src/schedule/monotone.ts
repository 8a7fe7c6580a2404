/** Where a cubic between two knots runs against the way of its values. */
export interface Turn {
  readonly time: number
  /** The slope of the cubic there, of the wrong sign. */
  readonly slope: number
}

export interface Monotone {
  /** With these no cubic turns. */
  readonly slopes: readonly number[]
  /** The worst turn that more than a slight change of slopes removes, if there is one. */
  readonly turn: Turn | undefined
}

const STEEPEST = 3 // times the mean slope of a cell: below that at both its knots no cubic turns
const SLIGHT = 1e-3 // of the largest slope of the table: powers of t or 1 - t from the fourth on turn in the cell at their end on every grid

/**
 * Slopes with which Hermite's cubics through values that never fall (way 1) or never rise (way -1), at t = i / n, do not either:
 * where one does, its slopes are lessened to three times the mean slope between its knots.
 *
 * @see Fritsch & Carlson, "Monotone Piecewise Cubic Interpolation", SIAM J. Numer. Anal. 17 (1980).
 */
export function monotone(values: readonly number[], given: readonly number[], way: 1 | -1): Monotone {
  const cells = values.length - 1
  const rises = Array.from({ length: cells }, (_, i) =>
    Math.max(0, way * (values[i + 1] - values[i]) * cells)
  )
  const slopes = given.map((slope) => Math.max(0, way * slope))
  const turns: { cell: number; time: number; slope: number }[] = []
  // A slope that is lessened may let the cubic on its other side turn; each cell is mended once at most.
  for (let seen = -1; seen < turns.length;) {
    seen = turns.length
    rises.forEach((rise, cell) => {
      const { f, slope } = flattest(slopes[cell], slopes[cell + 1], rise)
      const most = STEEPEST * rise
      if (slope >= 0 || Math.max(slopes[cell], slopes[cell + 1]) <= most) return
      turns.push({ cell, time: (cell + f) / cells, slope: way * slope })
      slopes[cell] = Math.min(slopes[cell], most)
      slopes[cell + 1] = Math.min(slopes[cell + 1], most)
    })
  }
  const slight = SLIGHT * given.reduce((most, slope) => Math.max(most, Math.abs(slope)), 0)
  const changed = slopes.map((slope, i) => Math.abs(way * slope - given[i]) > slight)
  const beyond = turns.filter(({ cell }) => changed[cell] || changed[cell + 1])
  beyond.sort((one, other) => Math.abs(other.slope) - Math.abs(one.slope))
  return { slopes: slopes.map((slope) => way * slope + 0), turn: beyond.at(0) }
}

/** The least slope of a cell's cubic, a parabola in the part f of the cell, from the slopes at its ends and their mean. */
function flattest(left: number, right: number, mean: number): { f: number; slope: number } {
  const ends = left <= right ? { f: 0, slope: left } : { f: 1, slope: right }
  const bend = 3 * (left + right - 2 * mean)
  const f = (2 * left + right - 3 * mean) / bend
  if (!(bend > 0 && f > 0 && f < 1)) return ends
  const slope = left - bend * f * f
  return slope < ends.slope ? { f, slope } : ends
}
