import { encode } from 'fast-png'
import { describe, expect, it } from 'vitest'
import { parseCsv } from '../../src/io/csv.ts'
import { formatNpy, parseNpy } from '../../src/io/npy.ts'
import { decodePng, encodePng } from '../../src/io/png.ts'
import { parseSafetensors } from '../../src/io/safetensors.ts'
import { refusal } from '../fixtures/refusal.ts'

const text = (characters: string) => new TextEncoder().encode(characters)

describe('a table says in one sentence what is wrong with it', () => {
  it.each([
    ['', 'a .csv file must have at least one row of numbers, got none'],
    ['a,b\n', 'a .csv file must have at least one row of numbers, got none'],
    ['1,2\n3\n', 'line 2 must have 2 columns, got 1'],
    ['a,b\n1,2\n3\n', 'line 3 must have 2 columns, got 1'],
    ['a,b,c\n1,2\n', 'line 2 must have the 3 columns of the header, got 2'],
    ['1,2\n3,x\n', 'line 2, column 2 must be a finite number, got "x"'],
    ['1,1e400\n', 'line 1, column 2 must be a finite number, got "1e400"'],
    [`1,${'x'.repeat(99)}\n`, `line 1, column 2 must be a finite number, got "${'x'.repeat(40)}"`]
  ])('%j', (table, message) => {
    expect(refusal(() => parseCsv(table))).toEqual({ code: 'invalid_file', path: undefined, message })
  })
})

describe('an array of NumPy says in one sentence what is wrong with it', () => {
  const whole = formatNpy({ shape: [2], data: Float32Array.of(1, 2) })
  /** The same file with some letters of its header replaced by as many others. */
  const edited = (from: string, to: string) => {
    const at = new TextDecoder('latin1').decode(whole).indexOf(from)
    const bytes = whole.slice()
    bytes.set(text(to), at)
    return bytes
  }
  it.each([
    [
      'cut off',
      whole.subarray(0, -1),
      'an .npy array of shape (2) must have 8 bytes of data, got 7; is the file cut off?'
    ],
    [
      'cut off in its header',
      whole.subarray(0, 50),
      'an .npy header must end within the file, got 118 bytes of 50; is the file cut off?'
    ],
    [
      'of another kind',
      text('PK\x03\x04 and so on'),
      'an .npy file must begin with \\x93NUMPY, and does not'
    ],
    ['of a later version', whole.with(6, 9), 'an .npy file must be of version 1 to 3, got 9'],
    [
      'big-endian',
      edited('<f4', '>f4'),
      "an .npy array must be of type <f4, <f8, <i4, |u1, got >f4; save it with astype('float32')"
    ],
    [
      'of no type',
      edited('descr', 'dtype'),
      "an .npy array must be of type <f4, <f8, <i4, |u1, got none; save it with astype('float32')"
    ],
    [
      'in columns',
      edited('False', 'True '),
      'an .npy array must be in C order (fortran_order: False); save numpy.ascontiguousarray of it'
    ],
    ['of no shape', edited('shape', 'sizes'), 'an .npy header must give a shape, and does not']
  ])('%s', (_, bytes, message) => {
    expect(refusal(() => parseNpy(bytes))).toEqual({ code: 'invalid_file', path: undefined, message })
  })
})

describe('a picture says in one sentence what is wrong with it', () => {
  const grey = encodePng({ count: 1, dim: 4, data: new Float32Array(4) }, [2, 2, 1])
  const huge = grey.slice()
  new DataView(huge.buffer).setUint32(16, 5000)
  new DataView(huge.buffer).setUint32(20, 5000)
  const bits = encode({ width: 8, height: 1, data: Uint8Array.of(0xaa), depth: 1, channels: 1 })
  const palette = encode({
    width: 2,
    height: 2,
    data: Uint8Array.of(0, 1, 1, 0),
    depth: 8,
    channels: 1,
    palette: [
      [0, 0, 0],
      [255, 0, 0]
    ]
  })
  it.each<[string, Uint8Array, string, string]>([
    [
      'of another kind',
      text('GIF89a, and a few more bytes'),
      'invalid_file',
      'the file must be a PNG image, and cannot be read as one'
    ],
    [
      'cut off',
      grey.subarray(0, 40),
      'invalid_file',
      'the file must be a PNG image, and cannot be read as one'
    ],
    [
      'of more pixels than are read',
      huge,
      'over_limit',
      'the PNG must have at most 16777216 pixels, got 5000 x 5000'
    ],
    [
      'of one bit a pixel',
      new Uint8Array(bits),
      'unsupported',
      'the pixels of a PNG must have 8 or 16 bits a channel, got 1'
    ],
    [
      'with a palette',
      new Uint8Array(palette),
      'shape_mismatch',
      'the PNG must be of multiples of 2 x 2 with 1 channel, without a palette, got 2 x 2 with 1'
    ]
  ])('%s', (_, bytes, code, message) => {
    expect(refusal(() => decodePng(bytes, [2, 2, 1]))).toEqual({ code, path: undefined, message })
  })

  it('that is grey where colours are asked for', () => {
    expect(refusal(() => decodePng(grey, [2, 2, 3])).message).toBe(
      'the PNG must be of multiples of 2 x 2 with 3 channels, without a palette, got 2 x 2 with 1'
    )
  })
})

describe('a header of safetensors need not end on a whole word', () => {
  const READ = { F64: 8, F32: 4, F16: 2, BF16: 2 }
  const ONES = { F64: 0x3ff0000000000000n, F32: 0x3f800000n, F16: 0x3c00n, BF16: 0x3f80n }
  it.each(Object.keys(READ) as (keyof typeof READ)[])('%s is read behind a header of any length', (dtype) => {
    for (let spaces = 0; spaces < 8; spaces++) {
      const size = READ[dtype]
      const entry = { dtype, shape: [2], data_offsets: [0, 2 * size] }
      const head = text(JSON.stringify({ x: entry, __metadata__: { by: 'hand' } }) + ' '.repeat(spaces))
      const bytes = new Uint8Array(8 + head.length + 2 * size)
      const view = new DataView(bytes.buffer)
      view.setBigUint64(0, BigInt(head.length), true)
      bytes.set(head, 8)
      for (let i = 0; i < 2; i++)
        for (let byte = 0; byte < size; byte++)
          bytes[8 + head.length + i * size + byte] = Number((ONES[dtype] >> BigInt(8 * byte)) & 255n)
      const { shape, data } = parseSafetensors(bytes).get('x')!
      expect({ shape, data: [...data] }).toEqual({ shape: [2], data: [1, 1] })
    }
  })
})
