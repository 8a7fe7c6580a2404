import { decode, encode } from 'fast-png'
import { describe, expect, it } from 'vitest'
import { gridColumns, toByte } from '../../src/io/picture.ts'
import { decodePng, encodePng } from '../../src/io/png.ts'
import type { ImageShape } from '../../src/schema/architecture.ts'
import { refusal } from '../fixtures/refusal.ts'
import { expectOnlyRefusals } from './hostile.ts'

/** `count` images whose pixels are multiples of 1/255, all different along the batch. */
function images(count: number, shape: ImageShape) {
  const dim = shape[0] * shape[1] * shape[2]
  return { count, dim, data: Float32Array.from({ length: count * dim }, (_, i) => ((i * 37) % 256) / 255) }
}

it('every byte is the brightness that rounds to it', () => {
  for (let byte = 0; byte < 256; byte++) {
    expect(toByte(byte / 255)).toBe(byte)
    expect(toByte(Math.fround(byte / 255))).toBe(byte)
  }
})

it('a brightness between two bytes becomes the nearer one', () => {
  for (let byte = 0; byte < 255; byte++) {
    expect(toByte((byte + 0.4) / 255)).toBe(byte)
    expect(toByte((byte + 0.6) / 255)).toBe(byte + 1)
  }
})

it.each([
  [-1, 0],
  [2, 255],
  [NaN, 0],
  [Infinity, 255],
  [-Infinity, 0]
])('the brightness %d becomes the byte %i', (value, byte) => {
  expect(toByte(value)).toBe(byte)
})

describe.each<{ shape: ImageShape }>([{ shape: [3, 5, 1] }, { shape: [4, 2, 3] }, { shape: [1, 1, 1] }])(
  'images of shape $shape',
  ({ shape }) => {
    it.each([1, 4, 6])('%i of them are read back from a grid that they fill', (count) => {
      const batch = images(count, shape)
      const columns = count === 6 ? 3 : gridColumns(count)
      expect(decodePng(encodePng(batch, shape, columns), shape)).toEqual(batch)
    })

    it('places that a batch leaves empty are black', () => {
      const batch = images(5, shape)
      const read = decodePng(encodePng(batch, shape, 3), shape)
      expect(read.count).toBe(6)
      expect(read.data.subarray(0, batch.data.length)).toEqual(batch.data)
      expect(read.data.subarray(batch.data.length).every((value) => value === 0)).toBe(true)
    })
  }
)

it('a gap is that many black pixels between images, and none around them', () => {
  const white = { count: 4, dim: 4, data: new Float32Array(16).fill(1) }
  const { width, height, data } = decode(encodePng(white, [2, 2, 1], 2, 1))
  expect({ width, height }).toEqual({ width: 5, height: 5 })
  const row = (y: number) => [...data.subarray(5 * y, 5 * y + 5)]
  expect(row(0)).toEqual([255, 255, 0, 255, 255])
  expect(row(2)).toEqual([0, 0, 0, 0, 0])
})

it('one batch has one picture, byte for byte', () => {
  const batch = images(9, [3, 3, 1])
  expect(encodePng(batch, [3, 3, 1])).toEqual(encodePng(batch, [3, 3, 1]))
})

it('a picture of two channels cannot be written', () => {
  expect(refusal(() => encodePng(images(1, [2, 2, 2]), [2, 2, 2]))).toEqual({
    code: 'unsupported',
    path: undefined,
    message: 'a picture must have 1 or 3 channels, got 2'
  })
})

it('pixels of 16 bits are read in [0, 1]', () => {
  const data = Uint16Array.of(0, 65535, 32768, 257)
  const bytes = encode({ width: 2, height: 2, data, depth: 16, channels: 1 })
  expect([...decodePng(new Uint8Array(bytes), [2, 2, 1]).data]).toEqual(
    [0, 1, 32768 / 65535, 257 / 65535].map(Math.fround)
  )
})

it('pixels of 1 bit are read as black and white, or refused, never as anything else', () => {
  // 10 x 1 pixels: 1010101010, one bit each, packed into two bytes
  const bytes = new Uint8Array(
    encode({ width: 10, height: 1, data: Uint8Array.of(0xaa, 0x80), depth: 1, channels: 1 })
  )
  let read
  try {
    read = [...decodePng(bytes, [1, 10, 1]).data]
  } catch {
    return expect(refusal(() => decodePng(bytes, [1, 10, 1])).code).toMatch(
      /unsupported|invalid_file|shape_mismatch/
    )
  }
  expect(read).toEqual([1, 0, 1, 0, 1, 0, 1, 0, 1, 0])
})

it('a picture that the images do not fill is refused with both sizes', () => {
  const bytes = encodePng(images(4, [3, 5, 1]), [3, 5, 1])
  expect(refusal(() => decodePng(bytes, [4, 5, 1]))).toMatchObject({
    code: 'shape_mismatch',
    message: 'the PNG must be of multiples of 5 x 4 with 1 channel, without a palette, got 10 x 6 with 1'
  })
})

it('no bytes make the reader throw anything but its own error', () => {
  expectOnlyRefusals((bytes) => decodePng(bytes, [2, 2, 1]), encodePng(images(4, [2, 2, 1]), [2, 2, 1]))
})

it('a small file that claims a huge picture is refused before it takes the memory', () => {
  const bytes = encodePng(images(1, [2, 2, 1]), [2, 2, 1])
  const view = new DataView(bytes.buffer)
  view.setUint32(16, 30_000) // width and height of the header
  view.setUint32(20, 30_000)
  view.setUint32(29, crc32(bytes.subarray(12, 29)))
  const before = process.memoryUsage().arrayBuffers
  const { code } = refusal(() => decodePng(bytes, [2, 2, 1]))
  expect(code).toMatch(/invalid_file|over_limit/)
  expect(process.memoryUsage().arrayBuffers - before).toBeLessThan(100_000_000)
})

/** The checksum of a chunk, so that the header is whole but for what it claims. */
function crc32(bytes: Uint8Array): number {
  let crc = 0xffffffff
  for (const byte of bytes) {
    crc ^= byte
    for (let bit = 0; bit < 8; bit++) crc = (crc >>> 1) ^ (crc & 1 ? 0xedb88320 : 0)
  }
  return (crc ^ 0xffffffff) >>> 0
}
