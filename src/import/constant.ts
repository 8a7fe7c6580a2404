import { GaussflowError } from '../error.ts'
import { brain, half } from '../io/safetensors.ts'
import { refuse } from './message.ts'
import { isFloating, TYPE, type StoredTensor } from './storedTensor.ts'
import { BinaryReader } from '@bufbuild/protobuf/wire'

/**
 * The size that stands for the batch while shapes are worked out: a prime above every size that a network may have, so that a
 * size that was computed holds the batch exactly where this divides it, and integers are all that the computing needs.
 */
export const BATCH = 65537

/** Numbers that do not depend on the network's inputs. */
export interface Constant {
  /** The batch among the sizes, where the constant is the same for every row of it: `data` holds it once. */
  readonly shape: readonly number[]
  /** Row-major; 32-bit floats, or integers and truth values as 64-bit floats. */
  readonly data: Float32Array | Float64Array
}

/** How many numbers stand for an axis of this size. */
export const heldOf = (size: number): number => (size === BATCH ? 1 : size)

/** The product of the sizes as numbers are held. */
export function heldCount(shape: readonly number[]): number {
  return shape.reduce((product, size) => product * heldOf(size), 1)
}

export const product = (sizes: readonly number[]): number => sizes.reduce((all, size) => all * size, 1)

export const integers = (
  values: readonly number[],
  shape: readonly number[] = [values.length]
): Constant => ({
  shape,
  data: Float64Array.from(values)
})

/** The bytes of a file beside the model, by the name that the model gives it. */
export type ReadBeside = (location: string) => Uint8Array

const BYTES: Readonly<Record<number, number>> = {
  [TYPE.float]: 4,
  [TYPE.uint8]: 1,
  [TYPE.int8]: 1,
  [TYPE.int32]: 4,
  [TYPE.int64]: 8,
  [TYPE.bool]: 1,
  [TYPE.float16]: 2,
  [TYPE.double]: 8,
  [TYPE.bfloat16]: 2
}

/** @throws GaussflowError `invalid_file` for a tensor whose numbers are not those of its shape, `unsupported` for its type */
export function readConstant(tensor: StoredTensor, beside: ReadBeside): Constant {
  const { name, shape, type } = tensor
  const size = BYTES[type]
  if (size === undefined) {
    const message = `the tensor \`${name}\` must hold floats or integers, and is of the ONNX type ${type}`
    throw new GaussflowError('unsupported', message)
  }
  const count = product(shape)
  const raw = tensor.external === undefined ? tensor.raw : readExternal(tensor.external, count * size, beside)
  if (raw === undefined) return { shape, data: readPacked(tensor, count) }
  if (raw.length !== count * size)
    refuse(`the tensor \`${name}\` must have the ${count * size} bytes of its shape, got ${raw.length}`)
  return { shape, data: readRaw(raw, type, count) }
}

function readExternal(place: ReadonlyMap<string, string>, bytes: number, beside: ReadBeside): Uint8Array {
  const location = place.get('location') ?? ''
  const [offset, length] = [Number(place.get('offset') ?? 0), Number(place.get('length') ?? bytes)]
  const file = beside(location)
  if (!(offset >= 0 && length >= 0 && offset + length <= file.length))
    refuse(
      `the data of a tensor must lie within ${location}, got ${length} bytes from ${offset}; is it cut off?`
    )
  return file.subarray(offset, offset + length)
}

const LITTLE_ENDIAN = new Uint8Array(Uint16Array.of(1).buffer)[0] === 1

function readRaw(raw: Uint8Array, type: number, count: number): Constant['data'] {
  if (type === TYPE.float && LITTLE_ENDIAN) {
    const aligned = raw.byteOffset % 4 === 0 ? raw : new Uint8Array(raw)
    return new Float32Array(aligned.buffer, aligned.byteOffset, count)
  }
  const view = new DataView(raw.buffer, raw.byteOffset, raw.byteLength)
  const read = READERS[type]
  const floating = isFloating(type)
  const data = floating ? new Float32Array(count) : new Float64Array(count)
  for (let i = 0; i < count; i++) data[i] = read(view, i)
  return data
}

const READERS: Readonly<Record<number, (view: DataView, i: number) => number>> = {
  [TYPE.float]: (view, i) => view.getFloat32(4 * i, true),
  [TYPE.uint8]: (view, i) => view.getUint8(i),
  [TYPE.int8]: (view, i) => view.getInt8(i),
  [TYPE.int32]: (view, i) => view.getInt32(4 * i, true),
  [TYPE.int64]: (view, i) => Number(view.getBigInt64(8 * i, true)),
  [TYPE.bool]: (view, i) => view.getUint8(i),
  [TYPE.float16]: (view, i) => half(view.getUint16(2 * i, true)),
  [TYPE.double]: (view, i) => view.getFloat64(8 * i, true),
  [TYPE.bfloat16]: (view, i) => brain(view.getUint16(2 * i, true))
}

/** Values that have fields of their own. */
function readPacked(
  { name, type, packed = new Uint8Array() }: StoredTensor,
  count: number
): Constant['data'] {
  const wide = type === TYPE.double
  const most = type === TYPE.float ? packed.length / 4 : wide ? packed.length / 8 : packed.length
  const wrong = (): never =>
    refuse(`the tensor \`${name}\` must have the ${count} values of its shape, and does not`)
  if (count > most) return wrong()
  const reader = new BinaryReader(packed)
  const floating = isFloating(type)
  const data = floating ? new Float32Array(count) : new Float64Array(count)
  const bits = new DataView(new ArrayBuffer(2))
  try {
    for (let i = 0; i < count; i++) {
      if (type === TYPE.float) data[i] = reader.float()
      else if (wide) data[i] = reader.double()
      else if (type === TYPE.float16 || type === TYPE.bfloat16) {
        bits.setUint16(0, reader.int32(), true)
        data[i] = READERS[type](bits, 0)
      } else data[i] = Number(reader.int64())
    }
  } catch {
    wrong()
  }
  return reader.pos === packed.length ? data : wrong()
}
