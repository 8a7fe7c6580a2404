import type { Manifest } from '../schema/manifest.ts'
import type { Standardise } from '../schema/standardise.ts'
import type { Batch } from '../types.ts'

/**
 * The preprocessing that standardises rows: `shift` is the mean, `scale` the standard deviation (that of the rows themselves,
 * divided by their number). What never changes is only shifted.
 *
 * @param data shape (count, dim), finite
 */
export function standardisation(
  data: Batch,
  kind: Standardise = 'columns'
): NonNullable<Manifest['preprocessing']> {
  if (kind === 'none') return { shift: 0, scale: 1 }
  const width = kind === 'columns' ? data.dim : 1
  const count = data.data.length / width
  const shift = new Array<number>(width).fill(0)
  const variance = new Array<number>(width).fill(0)
  data.data.forEach((value, i) => (shift[i % width] += value / count))
  data.data.forEach((value, i) => (variance[i % width] += (value - shift[i % width]) ** 2 / count))
  const scale = variance.map((square) => Math.sqrt(square) || 1)
  return kind === 'columns' ? { shift, scale } : { shift: shift[0], scale: scale[0] }
}
