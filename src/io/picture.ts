import { GaussflowError } from '../error.ts'
import type { ImageShape } from '../schema/architecture.ts'
import type { Batch } from '../types.ts'

/** Bytes of pixels, row by row, their channels side by side. */
export interface Picture {
  readonly width: number
  readonly height: number
  readonly channels: number
  readonly data: Uint8Array<ArrayBuffer>
}

/** The brightness in [0, 1] as a byte; what lies outside, or is not a number, is cut off. */
export function toByte(value: number): number {
  return Math.round(255 * Math.min(1, Math.max(0, Number.isNaN(value) ? 0 : value)))
}

/** How many columns a near-square grid of `count` images has. */
export function gridColumns(count: number): number {
  return Math.ceil(Math.sqrt(count))
}

/**
 * All images of a batch in a grid, row by row, pixels in [0, 1].
 *
 * @param columns images side by side, by default as many as make the grid near-square
 * @param gap black pixels between images
 * @throws GaussflowError `unsupported` for other than 1 or 3 channels.
 */
export function pictureOf(
  batch: Batch,
  shape: ImageShape,
  columns = gridColumns(batch.count),
  gap = 0
): Picture {
  const [height, width, channels] = shape
  if (channels !== 1 && channels !== 3) {
    throw new GaussflowError('unsupported', `a picture must have 1 or 3 channels, got ${channels}`)
  }
  const rows = Math.ceil(batch.count / columns)
  const total = { width: columns * (width + gap) - gap, height: rows * (height + gap) - gap }
  const data = new Uint8Array(total.width * total.height * channels)
  for (let i = 0; i < batch.count; i++) {
    const top = Math.floor(i / columns) * (height + gap)
    const left = (i % columns) * (width + gap)
    for (let y = 0; y < height; y++) {
      for (let x = 0; x < width * channels; x++) {
        const value = batch.data[i * batch.dim + y * width * channels + x]
        data[((top + y) * total.width + left) * channels + x] = toByte(value)
      }
    }
  }
  return { ...total, data, channels }
}
