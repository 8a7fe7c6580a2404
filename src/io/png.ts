import { decode, encode } from 'fast-png'
import { GaussflowError } from '../error.ts'
import type { ImageShape } from '../schema/architecture.ts'
import type { Batch } from '../types.ts'
import { pictureOf } from './picture.ts'

const MOST_PIXELS = 2 ** 24 // of a picture that is read

/** One PNG with all images of a batch in a grid, as `pictureOf` lays them out. */
export function encodePng(...images: Parameters<typeof pictureOf>): Uint8Array<ArrayBuffer> {
  return new Uint8Array(encode({ ...pictureOf(...images), depth: 8 }))
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
