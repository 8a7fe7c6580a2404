import { BinaryReader, WireType } from '@bufbuild/protobuf/wire'
import { int64, readMessage, refuse, repeatedInt64, type Fields } from './message.ts'

/** A tensor as the file holds it; its numbers are read when they are used. */
export interface StoredTensor {
  readonly name: string
  readonly shape: readonly number[]
  /** The number of ONNX for the type of its elements. */
  readonly type: number
  /** Little-endian elements, one after another. */
  readonly raw: Uint8Array | undefined
  /** Or the values as fields of their own: packed, or one by one. */
  readonly packed: Uint8Array | undefined
  /** Or a place in another file: its name, and where in it. */
  readonly external: ReadonlyMap<string, string> | undefined
}

/** The types of elements that are read, by their numbers in ONNX. */
export const TYPE = {
  float: 1,
  uint8: 2,
  int8: 3,
  int32: 6,
  int64: 7,
  bool: 9,
  float16: 10,
  double: 11,
  bfloat16: 16
} as const

/** Whether a type holds fractions. */
export const isFloating = (type: number): boolean =>
  type === TYPE.float || type === TYPE.float16 || type === TYPE.bfloat16 || type === TYPE.double

/** Whether a type holds every integer that a network is told by. */
export const isInteger = (type: number): boolean => type === TYPE.int64 || type === TYPE.int32

const MOST_AXES = 16

/** Fields of values that need no raw bytes: 32-bit floats, 32-bit integers, 64-bit integers, 64-bit floats. */
const VALUES: Readonly<Record<number, { wire: WireType; bytes: number }>> = {
  4: { wire: WireType.Bit32, bytes: 4 },
  5: { wire: WireType.Varint, bytes: 1 },
  7: { wire: WireType.Varint, bytes: 1 },
  10: { wire: WireType.Bit64, bytes: 8 }
}

export function readTensor(bytes: Uint8Array): StoredTensor {
  const shape: number[] = []
  const external = new Map<string, string>()
  const found: { name: string; type: number; raw?: Uint8Array; packed?: Uint8Array; outside: boolean } = {
    name: '',
    type: 0,
    outside: false
  }
  const values = Object.entries(VALUES).map(([field, { wire: kind, bytes: size }]) => [
    field,
    (reader: BinaryReader, wire: WireType) => {
      const from = reader.pos
      if (wire === WireType.LengthDelimited) found.packed = joined(found.packed, reader.bytes())
      else if (wire === kind) {
        // Protobuf may write them one by one; PyTorch does not, and small tensors alone are read so.
        reader.skip(wire)
        if (reader.pos - from < size) refuse('a value of a tensor must be whole, and is not')
        found.packed = joined(found.packed, bytes.subarray(from, reader.pos))
      } else refuse('the values of a tensor must have the type of their field, and do not')
    }
  ])
  readMessage(bytes, {
    1: repeatedInt64(shape, MOST_AXES),
    2: (reader) => (found.type = int64(reader)),
    8: (reader) => (found.name = reader.string()),
    9: (reader) => (found.raw = reader.bytes()),
    13: (reader) => {
      const { key, value } = readEntry(reader.bytes())
      external.set(key, value)
    },
    14: (reader) => (found.outside = int64(reader) === 1),
    ...(Object.fromEntries(values) as Fields)
  })
  const { name, type, raw, packed, outside } = found
  if (shape.some((size) => size < 0))
    refuse(`the sizes of \`${name}\` must not be negative, got ${shape.join(', ')}`)
  return { name, shape, type, raw, packed, external: outside ? external : undefined }
}

function readEntry(bytes: Uint8Array): { key: string; value: string } {
  const entry = { key: '', value: '' }
  readMessage(bytes, {
    1: (reader) => (entry.key = reader.string()),
    2: (reader) => (entry.value = reader.string())
  })
  return entry
}

const MOST_ONE_BY_ONE = 65536 // bytes: joining is quadratic

function joined(before: Uint8Array | undefined, after: Uint8Array): Uint8Array {
  if (before === undefined) return after
  if (before.length > MOST_ONE_BY_ONE) refuse('the values of a large tensor must be packed, and are not')
  const both = new Uint8Array(before.length + after.length)
  both.set(before)
  both.set(after, before.length)
  return both
}
