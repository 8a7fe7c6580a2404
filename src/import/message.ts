import { BinaryReader, WireType } from '@bufbuild/protobuf/wire'
import { GaussflowError } from '../error.ts'

/** What reads the fields of a message, by their numbers; fields of other numbers are passed over. */
export type Fields = Readonly<Record<number, (reader: BinaryReader, wire: WireType) => void>>

/**
 * Reads one message of protobuf's wire format. Fields that are bytes or messages are views of `bytes`: nothing is copied.
 *
 * @throws GaussflowError `invalid_file` where the bytes are no such message, or end before it does
 */
export function readMessage(bytes: Uint8Array, fields: Fields): void {
  const reader = new BinaryReader(bytes)
  try {
    while (reader.pos < reader.len) {
      const [number, wire] = reader.tag()
      if (Object.hasOwn(fields, number)) fields[number](reader, wire)
      else reader.skip(wire, number)
    }
  } catch (cause) {
    if (cause instanceof GaussflowError) throw cause
    const message = `an ONNX file must be whole protobuf messages, and is not (${(cause as Error).message}); is it cut off?`
    throw new GaussflowError('invalid_file', message, { cause })
  }
}

/** An integer of 64 bits as a number; beyond 2^53 the nearest one, which is what "up to the end" needs. */
export function int64(reader: BinaryReader): number {
  return Number(reader.int64())
}

/** Appends an integer field that is repeated, packed into one stretch of bytes or not. */
export function repeatedInt64(into: number[], most: number): Fields[number] {
  return (reader, wire) => {
    const end = wire === WireType.LengthDelimited ? reader.uint32() + reader.pos : reader.pos + 1
    do {
      if (into.length === most)
        refuse(`a list of an ONNX file must have at most ${most} integers, and has more`)
      into.push(int64(reader))
    } while (reader.pos < end && wire === WireType.LengthDelimited)
  }
}

/** @throws GaussflowError `invalid_file` */
export function refuse(message: string): never {
  throw new GaussflowError('invalid_file', message)
}
