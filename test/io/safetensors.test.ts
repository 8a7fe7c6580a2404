import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { formatSafetensors, parseSafetensors, safetensorsMetadata } from '../../src/io/safetensors.ts'
import type { Tensor } from '../../src/types.ts'
import { refusal } from '../fixtures/refusal.ts'
import { expectOnlyRefusals } from './hostile.ts'

/** A file of this header, given as text or as an object, and these bytes of data. */
function file(header: unknown, data: Uint8Array = new Uint8Array(), length?: bigint): Uint8Array {
  const text = new TextEncoder().encode(typeof header === 'string' ? header : JSON.stringify(header))
  const bytes = new Uint8Array(8 + text.length + data.length)
  new DataView(bytes.buffer).setBigUint64(0, length ?? BigInt(text.length), true)
  bytes.set(text, 8)
  bytes.set(data, 8 + text.length)
  return bytes
}

const entry = (dtype: string, shape: unknown, begin: number, end: number) => ({
  dtype,
  shape,
  data_offsets: [begin, end]
})

const tensor: fc.Arbitrary<Tensor> = fc
  .array(fc.integer({ min: 0, max: 4 }), { maxLength: 3 })
  .chain((shape) => {
    const length = shape.reduce((product, size) => product * size, 1)
    const numbers = fc.float32Array({ minLength: length, maxLength: length })
    return numbers.map((data) => ({ shape, data }))
  })
const tensors = fc
  .array(
    fc.tuple(
      fc.string().filter((name) => name !== '__metadata__'),
      tensor
    ),
    { maxLength: 5 }
  )
  .map((entries) => new Map(entries))

it('tensors that were written are read back, names, shapes and bits', () => {
  fc.assert(
    fc.property(tensors, (map) => {
      const read = parseSafetensors(formatSafetensors(map))
      expect([...read.keys()].sort()).toEqual([...map.keys()].sort())
      for (const [name, { shape, data }] of map) {
        expect(read.get(name)!.shape).toEqual(shape)
        expect(new Uint8Array(read.get(name)!.data.buffer)).toEqual(
          new Uint8Array(data.buffer, data.byteOffset, data.byteLength)
        )
      }
    })
  )
})

it('a tensor may bear any name that JSON can write', () => {
  const map = new Map([['__proto__', { shape: [1], data: Float32Array.of(7) }]])
  expect(parseSafetensors(formatSafetensors(map)).get('__proto__')?.data[0]).toBe(7)
})

it('a name that the format keeps for itself is refused before it is written', () => {
  const map = new Map([['__metadata__', { shape: [1], data: Float32Array.of(7) }]])
  expect(refusal(() => formatSafetensors(map)).message).toContain('__metadata__')
})

it('metadata is read back as it was written', () => {
  const metadata = { step: '12', note: 'é "quoted"' }
  expect(safetensorsMetadata(formatSafetensors(new Map(), metadata))).toEqual(metadata)
})

it('the data start on a multiple of 8 bytes', () => {
  for (const name of ['a', 'ab', 'abc', 'ä']) {
    const bytes = formatSafetensors(new Map([[name, { shape: [1], data: Float32Array.of(1) }]]))
    expect(new DataView(bytes.buffer).getBigUint64(0, true) % 8n).toBe(0n)
  }
})

it('a file is read from anywhere in a larger buffer', () => {
  const bytes = formatSafetensors(new Map([['x', { shape: [2], data: Float32Array.of(1.5, -2) }]]))
  for (const offset of [0, 1, 2, 3, 7]) {
    const buffer = new Uint8Array(bytes.length + offset)
    buffer.set(bytes, offset)
    expect([...parseSafetensors(buffer.subarray(offset)).get('x')!.data]).toEqual([1.5, -2])
  }
})

describe('a number of another type becomes the f32 nearest to it', () => {
  const read = (dtype: string, data: ArrayBufferView) => {
    const bytes = new Uint8Array(data.buffer)
    const count = bytes.length / { F64: 8, F32: 4, F16: 2, BF16: 2, I32: 4, I64: 8 }[dtype]!
    return [...parseSafetensors(file({ x: entry(dtype, [count], 0, bytes.length) }, bytes)).get('x')!.data]
  }

  it('from F64', () => {
    expect(read('F64', Float64Array.of(0.1, -1e-50, Infinity))).toEqual([Math.fround(0.1), -0, Infinity])
  })

  it('from every one of the 65,536 numbers of F16', () => {
    const bits = Uint16Array.from({ length: 65536 }, (_, i) => i)
    // The engine's own 16-bit floats are the reference.
    expect(read('F16', bits)).toEqual([...new Float16Array(bits.buffer)])
  })

  it('from BF16', () => {
    expect(read('BF16', Uint16Array.of(0x3f80, 0xc049, 0x7f80, 0x8000, 0x0001))).toEqual([
      1,
      -3.140625,
      Infinity,
      -0,
      2 ** -133
    ])
  })

  it('from I32 and I64, whatever of them a 32-bit float holds', () => {
    expect(read('I32', Int32Array.of(0, -7, 2 ** 24, -(2 ** 31)))).toEqual([0, -7, 2 ** 24, -(2 ** 31)])
    expect(read('I64', BigInt64Array.of(9n, -1n, 2n ** 40n))).toEqual([9, -1, 2 ** 40])
  })

  it.each([
    ['I32', Int32Array.of(1, 2 ** 24 + 1), /`x` must be exact in 32-bit floats, got 16777217 at position 1/],
    ['I64', BigInt64Array.of(2n ** 24n + 1n), /got 16777217 at position 0/],
    ['I64', BigInt64Array.of(2n ** 53n + 1n), /exact in 32-bit floats/],
    ['I64', BigInt64Array.of(-(2n ** 63n)), /exact in 32-bit floats/]
  ])('but not an integer of %s that would be rounded', (dtype, data, reason) => {
    expect(refusal(() => read(dtype, data)).message).toMatch(reason)
  })
})

describe('what is no such file is refused with its reason', () => {
  const four = new Uint8Array(4)
  it.each([
    ['an empty file', new Uint8Array(), /at least 8 bytes, got 0/],
    ['a header longer than the file', file('{}', four, 1000n), /header of 1000 bytes with 6 bytes left/],
    [
      'a header length that no double holds',
      file('{}', four, 2n ** 64n - 1n),
      /header must end within the file/
    ],
    ['a header that is not JSON', file('{"x":'), /must be JSON/],
    ['a header that is not UTF-8', file('{"\xff"}').with(10, 0xff), /must be JSON/],
    ['a header that is an array', file('[]'), /must be a JSON object/],
    ['a header that is null', file('null'), /must be a JSON object/],
    [
      'an unknown type',
      file({ x: entry('U64', [1], 0, 8) }, new Uint8Array(8)),
      /`x` .*F64, F32, F16, BF16, I8, I32, I64, got "U64"/
    ],
    ['a type from the prototype', file({ x: entry('constructor', [1], 0, 4) }, four), /got "constructor"/],
    ['an entry that is null', file({ x: null }, four), /`x`/],
    ['an entry that is a number', file({ x: 5 }, four), /`x`/],
    ['a negative size', file({ x: entry('F32', [-1], 0, 4) }, four), /shape of `x`/],
    ['a size that is no integer', file({ x: entry('F32', [0.5], 0, 2) }, four), /shape of `x`/],
    ['a shape that is no array', file({ x: entry('F32', 4, 0, 4) }, four), /shape of `x`/],
    [
      'a product of sizes beyond the doubles',
      file({ x: entry('F32', [2 ** 53 - 1, 2 ** 53 - 1], 0, 4) }, four),
      /bytes of its shape/
    ],
    ['offsets that run backwards', file({ x: entry('F32', [1], 4, 0) }, four), /must lie within/],
    [
      'offsets beyond the end',
      file({ x: entry('F32', [2], 0, 8) }, four),
      /must lie within the file's 4 bytes/
    ],
    [
      'offsets too close for the shape',
      file({ x: entry('F32', [2], 0, 4) }, four),
      /8 bytes of its shape, got 4/
    ],
    [
      'two tensors on the same bytes',
      file({ x: entry('F32', [1], 0, 4), y: entry('F32', [1], 0, 4) }, four),
      /`y` must begin where the tensor before it ends, at 4, got 0/
    ],
    [
      'bytes between two tensors',
      file({ x: entry('F32', [1], 0, 4), y: entry('F32', [1], 8, 12) }, new Uint8Array(12)),
      /`y` must begin .* at 4, got 8/
    ],
    [
      'bytes after the last tensor',
      file({ x: entry('F32', [1], 0, 4) }, new Uint8Array(5)),
      /at 5 bytes of data, got 4/
    ]
  ])('%s is refused', (_, bytes, message) => {
    const { code, message: said } = refusal(() => parseSafetensors(bytes))
    expect(code).toBe('invalid_file')
    expect(said).toMatch(message)
  })

  it('a header of more than 100 MB is refused by its length alone', () => {
    // The length is what is checked: the bytes behind it are never touched, and the system never maps them.
    const bytes = new Uint8Array(100_000_016)
    new DataView(bytes.buffer).setBigUint64(0, 100_000_008n, true)
    expect(refusal(() => parseSafetensors(bytes)).message).toBe(
      'the header must have at most 100000000 bytes, got 100000008'
    )
  })

  it('every file that is cut off anywhere is refused', () => {
    const whole = formatSafetensors(
      new Map([
        ['a', { shape: [2, 2], data: Float32Array.of(1, 2, 3, 4) }],
        ['b', { shape: [1], data: Float32Array.of(5) }]
      ])
    )
    for (let length = 0; length < whole.length; length++) {
      expect(refusal(() => parseSafetensors(whole.subarray(0, length))).code).toBe('invalid_file')
    }
  })
})

it('no bytes make the reader throw anything but its own error', () => {
  const valid = formatSafetensors(new Map([['x', { shape: [2, 3], data: new Float32Array(6) }]]), { a: 'b' })
  expectOnlyRefusals(parseSafetensors, valid)
  expectOnlyRefusals(safetensorsMetadata, valid)
})

it('numbers of 16 bits are the nearest there are, as the platform rounds them', () => {
  const word = new DataView(new ArrayBuffer(2))
  const nearest = (value: number) => (word.setFloat16(0, value), word.getFloat16(0))
  const written = (data: Float32Array) =>
    parseSafetensors(
      formatSafetensors(
        new Map([['x', { shape: [data.length], data }]]),
        {},
        new Map([['x', 'F16' as const]])
      )
    ).get('x')!.data
  const ends = [0, -0, 65504, 65519, 65520, -65520, 2 ** -14, 2 ** -24, 2 ** -25, 3 * 2 ** -25, 2 ** -26, NaN]
  const ties = Array.from({ length: 64 }, (_, i) => (2048 + i) * 2 ** -7).concat([
    1.00048828125,
    2 ** -14 - 2 ** -25
  ])
  expect([...written(Float32Array.from([...ends, ...ties]))]).toEqual(
    [...Float32Array.from([...ends, ...ties])].map(nearest)
  )
  fc.assert(
    fc.property(fc.float32Array({ minLength: 1, maxLength: 50 }), (data) => {
      expect([...written(data)]).toEqual([...data].map(nearest))
    })
  )
})

it('integers of 8 bits are read as they were written', () => {
  const data = Float32Array.of(-128, -127, -1, 0, 1, 127)
  const bytes = formatSafetensors(
    new Map([['x', { shape: [2, 3], data }]]),
    {},
    new Map([['x', 'I8' as const]])
  )
  expect(parseSafetensors(bytes).get('x')).toEqual({ shape: [2, 3], data })
})
