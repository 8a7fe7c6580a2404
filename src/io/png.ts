import { decode, encode } from 'fast-png'
import { GaussflowError } from '../error.ts'
import type { ImageShape } from '../schema/architecture.ts'
import type { Batch } from '../types.ts'

const MOST_PIXELS = 2 ** 24 // of a picture that is read

/** The brightness in [0, 1] as a byte; what lies outside, or is not a number, is cut off. */
export function toByte(value: number): number {
  return Math.round(255 * Math.min(1, Math.max(0, Number.isNaN(value) ? 0 : value)))
}

/** How many columns a near-square grid of `count` images has. */
export function gridColumns(count: number): number {
  return Math.ceil(Math.sqrt(count))
}

/**
 * One PNG with all images of a batch in a grid, row by row, pixels in [0, 1].
 *
 * @param columns images side by side, by default as many as make the grid near-square
 * @param gap black pixels between images
 * @throws GaussflowError `unsupported` for other than 1 or 3 channels.
 */
export function encodePng(
  batch: Batch,
  shape: ImageShape,
  columns = gridColumns(batch.count),
  gap = 0
): Uint8Array<ArrayBuffer> {
  const [height, width, channels] = shape
  if (channels !== 1 && channels !== 3) {
    throw new GaussflowError('unsupported', `a PNG must have 1 or 3 channels, got ${channels}`)
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
  return new Uint8Array(encode({ ...total, data, channels, depth: 8 }))
}

/**
 * The images of a PNG that is a grid of images of `shape`, row by row, pixels in [0, 1].
 *
 * @throws GaussflowError `invalid_file` where it is no PNG, `over_limit` where it claims more than 2^24 pixels,
 *   `unsupported` for pixels of less than 8 bits, `shape_mismatch` where the images do not fit.
 */
export function decodePng(bytes: Uint8Array, shape: ImageShape): Batch {
  const [height, width, channels] = shape
  expectPixels(bytes)
  let image
  try {
    image = decode(bytes)
  } catch (cause) {
    throw new GaussflowError('invalid_file', 'the file must be a PNG image, and cannot be read as one', {
      cause
    })
  }
  if (image.depth < 8) {
    // The decoder leaves several pixels packed into one byte.
    const message = `the pixels of a PNG must have 8 or 16 bits a channel, got ${image.depth}`
    throw new GaussflowError('unsupported', message)
  }
  if (
    image.channels < channels ||
    image.palette !== undefined ||
    image.width % width !== 0 ||
    image.height % height !== 0
  ) {
    const want = `multiples of ${width} x ${height} with ${channels} channel${channels === 1 ? '' : 's'}, without a palette`
    throw new GaussflowError(
      'shape_mismatch',
      `the PNG must be of ${want}, got ${image.width} x ${image.height} with ${image.channels}`
    )
  }
  const columns = image.width / width
  const count = columns * (image.height / height)
  const most = 2 ** image.depth - 1
  const dim = height * width * channels
  const data = new Float32Array(count * dim)
  for (let i = 0; i < count; i++) {
    const top = Math.floor(i / columns) * height
    const left = (i % columns) * width
    for (let j = 0; j < dim; j++) {
      const pixel = Math.floor(j / channels)
      const at = (top + Math.floor(pixel / width)) * image.width + left + (pixel % width)
      data[i * dim + j] = image.data[at * image.channels + (j % channels)] / most
    }
  }
  return { count, dim, data }
}

/** Refuses what a few bytes can claim before the decoder takes the memory for it: the header is the first chunk. */
function expectPixels(bytes: Uint8Array): void {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength)
  if (bytes.byteLength < 24 || view.getUint32(12) !== 0x49484452) {
    throw new GaussflowError('invalid_file', 'the file must be a PNG image, and cannot be read as one')
  }
  const [width, height] = [view.getUint32(16), view.getUint32(20)]
  if (width * height <= MOST_PIXELS) return
  throw new GaussflowError(
    'over_limit',
    `the PNG must have at most ${MOST_PIXELS} pixels, got ${width} x ${height}`
  )
}
