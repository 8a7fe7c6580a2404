import type { Batch } from '../types.ts'
import { squaredDistances } from './neighbours.ts'

/**
 * The unbiased estimate of the energy distance 2 E|X - Y| - E|X - X'| - E|Y - Y'|, which is zero exactly for
 * equal distributions; the estimate can fall slightly below zero. Both sets need two rows at least.
 *
 * @see Székely & Rizzo, "Energy statistics: A class of statistics based on distances", 2013.
 */
export function energyDistance(x: Batch, y: Batch): number {
  const across = sumOfRoots(squaredDistances(x, y)) / (x.count * y.count)
  return 2 * across - meanWithin(x) - meanWithin(y)
}

/** The mean distance between two different rows. */
function meanWithin(x: Batch): number {
  return sumOfRoots(squaredDistances(x, x)) / (x.count * (x.count - 1))
}

function sumOfRoots(squares: Float64Array): number {
  return squares.reduce((sum, square) => sum + Math.sqrt(square), 0)
}
