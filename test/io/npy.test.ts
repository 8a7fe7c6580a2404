import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { formatNpy, parseNpy } from '../../src/io/npy.ts'
import { refusal } from '../fixtures/refusal.ts'
import { expectOnlyRefusals } from './hostile.ts'

/** A file as NumPy writes it. */
function file(dictionary: string, data: ArrayBufferView, major = 1): Uint8Array {
  const start = major === 1 ? 10 : 12
  const bytes = new Uint8Array(start + dictionary.length + data.byteLength)
  const view = new DataView(bytes.buffer)
  bytes.set([0x93, ...new TextEncoder().encode('NUMPY'), major, 0])
  if (major === 1) view.setUint16(8, dictionary.length, true)
  else view.setUint32(8, dictionary.length, true)
  bytes.set(new TextEncoder().encode(dictionary), start)
  bytes.set(new Uint8Array(data.buffer, data.byteOffset, data.byteLength), start + dictionary.length)
  return bytes
}

const header = (descr: string, shape: string, order = 'False') =>
  `{'descr': '${descr}', 'fortran_order': ${order}, 'shape': ${shape}, }\n`

it('an array that was written is read back, shape and bits', () => {
  const sizes = fc.array(fc.integer({ min: 0, max: 5 }), { maxLength: 4 })
  fc.assert(
    fc.property(sizes, fc.infiniteStream(fc.float()), (shape, numbers) => {
      const length = shape.reduce((product, size) => product * size, 1)
      const data = Float32Array.from(numbers.take(length))
      const read = parseNpy(formatNpy({ shape, data }))
      expect(read.shape).toEqual(shape)
      expect(new Uint8Array(read.data.buffer)).toEqual(new Uint8Array(data.buffer))
    })
  )
})

it('what is written has the bytes that NumPy 1.26 writes', () => {
  // python: import io, numpy as np; b = io.BytesIO(); np.save(b, np.array([[1, 2, 3]], '<f4')); b.getvalue()
  const dictionary = "{'descr': '<f4', 'fortran_order': False, 'shape': (1, 3), }".padEnd(117) + '\n'
  const expected = file(dictionary, Float32Array.of(1, 2, 3))
  expect(formatNpy({ shape: [1, 3], data: Float32Array.of(1, 2, 3) })).toEqual(expected)
})

describe('every type that NumPy gives numbers of becomes f32', () => {
  it.each([
    ['<f8', Float64Array.of(0.1, -2, 1e-3)],
    ['<f4', Float32Array.of(0.1, -2, 1e-3)],
    ['<i4', Int32Array.of(-(2 ** 31), 0, 7)],
    ['|u1', Uint8Array.of(0, 128, 255)]
  ])('%s is read', (descr, data) => {
    const { shape, data: read } = parseNpy(file(header(descr, '(3,)'), data))
    expect(shape).toEqual([3])
    expect([...read]).toEqual(Array.from(data, Math.fround))
  })
})

it.each([1, 2, 3])('version %i of the format is read', (major) => {
  expect([...parseNpy(file(header('<f4', '(2,)'), Float32Array.of(1, 2), major)).data]).toEqual([1, 2])
})

it('a file is read from anywhere in a larger buffer', () => {
  const bytes = file(header('<f8', '(1, 2)'), Float64Array.of(1, 2))
  const buffer = new Uint8Array(bytes.length + 3)
  buffer.set(bytes, 3)
  expect([...parseNpy(buffer.subarray(3)).data]).toEqual([1, 2])
})

describe('what is no such file is refused with its reason', () => {
  const two = Float32Array.of(1, 2)
  it.each([
    ['an empty file', new Uint8Array(), /must begin with/],
    ['a file of another kind', new TextEncoder().encode('{"shape": [1, 2]}'), /must begin with/],
    ['a version from the future', file(header('<f4', '(2,)'), two, 4), /version 1 to 3, got 4/],
    ['big-endian numbers', file(header('>f4', '(2,)'), two), /got >f4; save it with astype\('float32'\)/],
    ['complex numbers', file(header('<c8', '(1,)'), two), /got <c8/],
    ['objects', file(header('|O', '(1,)'), two), /got \|O/],
    ['a type from the prototype', file(header('toString', '(2,)'), two), /got toString/],
    ['columns first', file(header('<f4', '(2, 1)', 'True'), two), /C order/],
    ['no shape', file("{'descr': '<f4', 'fortran_order': False}\n", two), /must give a shape/],
    [
      'a shape of more than the data',
      file(header('<f4', '(3,)'), two),
      /12 bytes of data, got 8; is the file cut off\?/
    ],
    ['a shape of less than the data', file(header('<f4', '(1,)'), two), /4 bytes of data, got 8/],
    ['a shape beyond the doubles', file(header('<f4', `(${'9'.repeat(400)},)`), two), /must have/],
    [
      'a header beyond the end',
      file(header('<f4', '(2,)'), two).with(9, 255),
      /header must end within the file/
    ]
  ])('%s is refused', (_, bytes, message) => {
    const { code, message: said } = refusal(() => parseNpy(bytes))
    expect(code).toBe('invalid_file')
    expect(said).toMatch(message)
  })
})

it('no bytes make the reader throw anything but its own error', () => {
  expectOnlyRefusals(parseNpy, formatNpy({ shape: [2, 3], data: new Float32Array(6) }))
})
