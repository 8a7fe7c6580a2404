import { GaussflowError } from '../error.ts'
import { show } from '../schema/validate.ts'
import type { Tensor, Tensors } from '../types.ts'

/**
 * The safetensors format: a little-endian u64 with the length of a JSON header, the header (name -> dtype, shape,
 * data_offsets), then the data. Files are treated as hostile: every length is checked before it is used.
 *
 * @see https://github.com/huggingface/safetensors
 */

const LITTLE_ENDIAN = new Uint8Array(Uint16Array.of(1).buffer)[0] === 1
const MOST_HEADER = 100_000_000 // bytes, the limit of the format's own reader

const READERS: Record<string, { bytes: number; read: (view: DataView, at: number) => number }> = {
  F64: { bytes: 8, read: (view, at) => view.getFloat64(at, true) },
  F32: { bytes: 4, read: (view, at) => view.getFloat32(at, true) },
  F16: { bytes: 2, read: (view, at) => half(view.getUint16(at, true)) },
  BF16: { bytes: 2, read: (view, at) => brain(view.getUint16(at, true)) },
  I8: { bytes: 1, read: (view, at) => view.getInt8(at) },
  I32: { bytes: 4, read: (view, at) => view.getInt32(at, true) },
  I64: { bytes: 8, read: (view, at) => Number(view.getBigInt64(at, true)) }
}

const WRITERS = {
  F32: { bytes: 4, write: (view: DataView, at: number, value: number) => view.setFloat32(at, value, true) },
  F16: {
    bytes: 2,
    write: (view: DataView, at: number, value: number) => view.setUint16(at, halfBits(value), true)
  },
  I8: { bytes: 1, write: (view: DataView, at: number, value: number) => view.setInt8(at, value) }
}

interface Entry {
  readonly name: string
  readonly dtype: string
  readonly shape: readonly number[]
  readonly begin: number
  readonly end: number
}

/**
 * Reads every tensor, as f32; integers, such as the classes that PyTorch counts in 64 bits, must be ones that f32 holds exactly.
 *
 * @throws GaussflowError `invalid_file` where the bytes are not a whole safetensors file.
 */
export function parseSafetensors(bytes: Uint8Array): Tensors {
  const { header, start } = readHeader(bytes)
  const entries = Object.entries(header)
    .filter(([name]) => name !== '__metadata__')
    .map(([name, value]) => readEntry(name, value, bytes.byteLength - start))
  expectTiling(entries, bytes.byteLength - start)
  const view = new DataView(bytes.buffer, bytes.byteOffset + start, bytes.byteLength - start)
  return new Map(entries.map((entry) => [entry.name, readTensor(view, entry)]))
}

/** The strings of the header's `__metadata__`. */
export function safetensorsMetadata(bytes: Uint8Array): Record<string, string> {
  const metadata = readHeader(bytes).header.__metadata__
  if (typeof metadata !== 'object' || metadata === null) return {}
  return Object.fromEntries(
    Object.entries(metadata).filter((pair): pair is [string, string] => typeof pair[1] === 'string')
  )
}

/**
 * Writes tensors in the order given, as F32 where `types` names no other type: F16 is rounded to, and I8 must fit.
 *
 * @throws GaussflowError `invalid_argument` for the one name that the format keeps for itself.
 */
export function formatSafetensors(
  tensors: Tensors,
  metadata: Record<string, string> = {},
  types: ReadonlyMap<string, keyof typeof WRITERS> = new Map()
): Uint8Array<ArrayBuffer> {
  if (tensors.has('__metadata__')) {
    const message = 'a tensor must not be named `__metadata__`, which the format keeps for itself'
    throw new GaussflowError('invalid_argument', message)
  }
  // Without a prototype, so that any other name is an entry like all others.
  const header = Object.create(null) as Record<string, unknown>
  if (Object.keys(metadata).length > 0) header.__metadata__ = metadata
  let end = 0
  for (const [name, { shape, data }] of tensors) {
    const dtype = types.get(name) ?? 'F32'
    const bytes = WRITERS[dtype].bytes * data.length
    header[name] = { dtype, shape, data_offsets: [end, end + bytes] }
    end += bytes
  }
  let text = JSON.stringify(header)
  let head = new TextEncoder().encode(text)
  if (head.length % 8 !== 0) {
    text += ' '.repeat(8 - (head.length % 8)) // the data start on a multiple of 8 bytes
    head = new TextEncoder().encode(text)
  }
  const out = new Uint8Array(8 + head.length + end)
  const view = new DataView(out.buffer)
  view.setBigUint64(0, BigInt(head.length), true)
  out.set(head, 8)
  let at = 8 + head.length
  for (const [name, { data }] of tensors) {
    const { bytes, write } = WRITERS[types.get(name) ?? 'F32']
    for (const value of data) at = (write(view, at, value), at + bytes)
  }
  return out
}

function readHeader(bytes: Uint8Array): { header: Record<string, unknown>; start: number } {
  if (bytes.byteLength < 8) refuse(`a safetensors file must have at least 8 bytes, got ${bytes.byteLength}`)
  const length = Number(new DataView(bytes.buffer, bytes.byteOffset).getBigUint64(0, true))
  const left = bytes.byteLength - 8
  if (length > left)
    refuse(
      `the header must end within the file, got a header of ${length} bytes with ${left} bytes left; is it cut off?`
    )
  if (length > MOST_HEADER) refuse(`the header must have at most ${MOST_HEADER} bytes, got ${length}`)
  try {
    const header: unknown = JSON.parse(
      new TextDecoder('utf-8', { fatal: true }).decode(bytes.subarray(8, 8 + length))
    )
    if (typeof header !== 'object' || header === null || Array.isArray(header))
      refuse('the header must be a JSON object')
    return { header: header as Record<string, unknown>, start: 8 + length }
  } catch (cause) {
    if (cause instanceof GaussflowError) throw cause
    throw new GaussflowError('invalid_file', 'the header of a safetensors file must be JSON, and is not', {
      cause
    })
  }
}

function readEntry(name: string, value: unknown, dataBytes: number): Entry {
  const { dtype, shape, data_offsets: offsets } = (value ?? {}) as Record<string, unknown>
  if (typeof dtype !== 'string' || !Object.hasOwn(READERS, dtype)) {
    refuse(`the tensor \`${name}\` must be one of ${Object.keys(READERS).join(', ')}, got ${show(dtype)}`)
  }
  if (!isSizes(shape)) refuse(`the shape of \`${name}\` must be an array of sizes, got ${show(shape)}`)
  if (!isSizes(offsets) || offsets.length !== 2)
    refuse(`the data_offsets of \`${name}\` must be [begin, end], got ${show(offsets)}`)
  const [begin, end] = offsets
  const want = shape.reduce((product, size) => product * size, READERS[dtype].bytes)
  if (begin > end || end > dataBytes) {
    refuse(
      `the data of \`${name}\` must lie within the file's ${dataBytes} bytes of data, got ${begin} to ${end}; is it cut off?`
    )
  }
  if (end - begin !== want)
    refuse(`the data of \`${name}\` must have the ${want} bytes of its shape, got ${end - begin}`)
  return { name, dtype, shape, begin, end }
}

/** The tensors must cover the data without gaps or overlaps: bytes that nobody reads can hide anything. */
function expectTiling(entries: readonly Entry[], dataBytes: number): void {
  let end = 0
  for (const entry of [...entries].sort((p, q) => p.begin - q.begin || p.end - q.end)) {
    if (entry.begin !== end) {
      refuse(
        `the data of \`${entry.name}\` must begin where the tensor before it ends, at ${end}, got ${entry.begin}`
      )
    }
    end = entry.end
  }
  if (end !== dataBytes)
    refuse(`the tensors must end where the file does, at ${dataBytes} bytes of data, got ${end}`)
}

function readTensor(view: DataView, { name, dtype, shape, begin, end }: Entry): Tensor {
  // By far the most common type needs no more than a copy, on a machine that keeps numbers the way the format does.
  if (dtype === 'F32' && LITTLE_ENDIAN) {
    const at = view.byteOffset + begin
    return { shape, data: new Float32Array(view.buffer.slice(at, view.byteOffset + end) as ArrayBuffer) }
  }
  const { bytes, read } = READERS[dtype]
  const data = new Float32Array((end - begin) / bytes)
  for (let i = 0; i < data.length; i++) {
    const value = read(view, begin + i * bytes)
    data[i] = value
    // Beyond 2^53, what was read may have been rounded already.
    if (dtype.startsWith('I') && !(data[i] === value && Number.isSafeInteger(value)))
      refuse(`the integers of \`${name}\` must be exact in 32-bit floats, got ${value} at position ${i}`)
  }
  return { shape, data }
}

function isSizes(value: unknown): value is number[] {
  return (
    Array.isArray(value) &&
    value.length <= 16 &&
    value.every((size) => Number.isSafeInteger(size) && size >= 0)
  )
}

/** An IEEE 754 binary16 number from its bits. */
export function half(bits: number): number {
  const sign = bits & 0x8000 ? -1 : 1
  const exponent = (bits >> 10) & 31
  const fraction = bits & 1023
  if (exponent === 31) return fraction === 0 ? sign * Infinity : NaN
  return exponent === 0 ? sign * fraction * 2 ** -24 : sign * (1024 + fraction) * 2 ** (exponent - 25)
}

/** The bits of the binary16 number nearest to an f32, ties to even. */
function halfBits(value: number): number {
  const size = Math.abs(value)
  const sign = value < 0 || Object.is(value, -0) ? 0x8000 : 0
  if (Number.isNaN(value)) return 0x7e00
  if (size >= 65520) return sign | 0x7c00
  word.setFloat32(0, size)
  // Below 2^-14 all steps are equal; the last of a fraction goes over into the exponent by itself.
  const exponent = Math.max((word.getUint32(0) >> 23) - 127, -14)
  const steps = size * 2 ** (10 - exponent) + 2 ** 52 - 2 ** 52
  return sign | (steps + (exponent + 14) * 1024)
}

const word = new DataView(new ArrayBuffer(4))

/** A bfloat16 number is the upper half of a binary32 one. */
export function brain(bits: number): number {
  word.setUint32(0, bits << 16)
  return word.getFloat32(0)
}

function refuse(message: string): never {
  throw new GaussflowError('invalid_file', message)
}
