import { GaussflowError } from '../error.ts'
import { toBatch } from '../io/batch.ts'
import type { Batch, Points } from '../types.ts'
import { sumOverPairs } from './pairSums.ts'

const WORDS = 65536 // values of 16 bits

/**
 * The median distance between two different rows, the lower one of the middle two: the usual bandwidth of a Gaussian kernel.
 * Found 16 bits at a time, in four passes over all pairs, so that no list of distances is kept; time 4 n^2 dim / 2.
 *
 * @param x shape (n, dim), two rows at least
 * @throws GaussflowError `invalid_argument`, `shape_mismatch` or `not_finite`, naming the field.
 * @see Garreau, Jitkrittum & Kanagawa, "Large sample analysis of the median heuristic", arXiv 1707.07269.
 */
export function medianDistance(x: Points): number {
  const points = toBatch(x, 'x')
  if (points.count < 2) {
    const message = `\`x\` must hold at least 2 rows, got ${points.count}`
    throw new GaussflowError('shape_mismatch', message, { path: 'x' })
  }
  return medianOf(points)
}

/** The same of two sets, taken together. */
export function pooledMedian(x: Batch, y: Batch): number {
  const data = new Float32Array(x.data.length + y.data.length)
  data.set(x.data)
  data.set(y.data, x.data.length)
  return medianOf({ count: x.count + y.count, dim: x.dim, data })
}

function medianOf(points: Batch): number {
  const double = new Float64Array(1)
  const words = new Uint16Array(double.buffer) // the lowest bits first; doubles from 0 up are in the order of their bits
  const found = new Uint16Array(4)
  const pairs = (points.count * (points.count - 1)) / 2
  let rank = Math.ceil(pairs / 2)
  for (let at = 3; at >= 0; at--) {
    const counts = new Float64Array(WORDS)
    const count = (square: number): number => {
      double[0] = square
      for (let k = 3; k > at; k--) if (words[k] !== found[k]) return 0
      counts[words[at]]++
      return 0
    }
    sumOverPairs(points, points, count, true)
    let word = 0
    while (counts[word] < rank) rank -= counts[word++]
    found[at] = word
  }
  words.set(found)
  return Math.sqrt(double[0])
}
