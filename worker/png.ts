import type { Picture } from '../src/io/picture.ts'

// What the platform does not have of the format; a library with a compressor of its own would be a twentieth of the upload.

const SIGNATURE = Uint8Array.of(0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a)
const COLOR: Readonly<Record<number, number>> = { 1: 0, 3: 2 }

/**
 * A PNG of 8 bits a channel, compressed by the platform, its lines unfiltered.
 *
 * @see W3C, "Portable Network Graphics (PNG) Specification (Third Edition)"
 */
export async function writePng({ width, height, channels, data }: Picture): Promise<Blob> {
  const header = new Uint8Array(13)
  const view = new DataView(header.buffer)
  view.setUint32(0, width)
  view.setUint32(4, height)
  header.set([8, COLOR[channels], 0, 0, 0], 8)
  const line = width * channels
  const lines = new Uint8Array(height * (line + 1)) // each after the number of its filter, which is 0
  for (let y = 0; y < height; y++) lines.set(data.subarray(y * line, (y + 1) * line), y * (line + 1) + 1)
  const compressed = new Blob([lines]).stream().pipeThrough(new CompressionStream('deflate'))
  const pixels = new Uint8Array(await new Response(compressed).arrayBuffer())
  return new Blob([SIGNATURE, chunk('IHDR', header), chunk('IDAT', pixels), chunk('IEND', new Uint8Array())])
}

/** Its length, its name, its content and their checksum. */
function chunk(name: string, content: Uint8Array): Uint8Array<ArrayBuffer> {
  const out = new Uint8Array(content.length + 12)
  const view = new DataView(out.buffer)
  view.setUint32(0, content.length)
  out.set(new TextEncoder().encode(name), 4)
  out.set(content, 8)
  view.setUint32(8 + content.length, checksum(out.subarray(4, 8 + content.length)))
  return out
}

/** CRC-32 of ISO 3309. */
function checksum(bytes: Uint8Array): number {
  let crc = 0xffffffff
  for (const byte of bytes) crc = (crc >>> 8) ^ TABLE[(crc ^ byte) & 0xff]
  return ~crc >>> 0
}

const TABLE = Uint32Array.from({ length: 256 }, (_, byte) => {
  let crc = byte
  for (let bit = 0; bit < 8; bit++) crc = crc & 1 ? 0xedb88320 ^ (crc >>> 1) : crc >>> 1
  return crc
})
