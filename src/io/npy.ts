import { GaussflowError } from '../error.ts'
import type { Tensor } from '../types.ts'

/**
 * NumPy's .npy format, versions 1 to 3: a magic string, the length of a header, a Python dictionary with the type,
 * the order and the shape, then the data.
 *
 * @see https://numpy.org/doc/stable/reference/generated/numpy.lib.format.html
 */

const MAGIC = '\x93NUMPY'
const READERS: Record<string, { bytes: number; read: (view: DataView, at: number) => number }> = {
  '<f4': { bytes: 4, read: (view, at) => view.getFloat32(at, true) },
  '<f8': { bytes: 8, read: (view, at) => view.getFloat64(at, true) },
  '<i4': { bytes: 4, read: (view, at) => view.getInt32(at, true) },
  '|u1': { bytes: 1, read: (view, at) => view.getUint8(at) }
}

/**
 * Reads an array of any shape as f32.
 *
 * @throws GaussflowError `invalid_file` where the bytes are not a whole .npy file of a known type in C order.
 */
export function parseNpy(bytes: Uint8Array): Tensor {
  const { header, start } = readHeader(bytes)
  const descr = /'descr'\s*:\s*'([^']*)'/.exec(header)?.[1]
  if (descr === undefined || !Object.hasOwn(READERS, descr)) {
    refuse(
      `an .npy array must be of type ${Object.keys(READERS).join(', ')}, got ${descr ?? 'none'}; save it with astype('float32')`
    )
  }
  if (!/'fortran_order'\s*:\s*False/.test(header)) {
    refuse('an .npy array must be in C order (fortran_order: False); save numpy.ascontiguousarray of it')
  }
  const sizes = /'shape'\s*:\s*\(([\d\s,]*)\)/.exec(header)?.[1]
  if (sizes === undefined) refuse('an .npy header must give a shape, and does not')
  const shape = sizes.split(',').flatMap((size) => (size.trim() === '' ? [] : [Number(size)]))
  const { bytes: width, read } = READERS[descr]
  const length = shape.reduce((product, size) => product * size, 1)
  const left = bytes.byteLength - start
  if (left !== length * width) {
    refuse(
      `an .npy array of shape (${shape.join(', ')}) must have ${length * width} bytes of data, got ${left}; is the file cut off?`
    )
  }
  const view = new DataView(bytes.buffer, bytes.byteOffset + start, left)
  return { shape, data: Float32Array.from({ length }, (_, i) => read(view, i * width)) }
}

/** Writes an f32 array, version 1.0, C order. */
export function formatNpy({ shape, data }: Tensor): Uint8Array<ArrayBuffer> {
  const tuple = shape.length === 1 ? `${shape[0]},` : shape.join(', ')
  const dictionary = `{'descr': '<f4', 'fortran_order': False, 'shape': (${tuple}), }`
  // Magic, version and length take 10 bytes; the data start on a multiple of 64.
  const padding = 63 - ((10 + dictionary.length) % 64)
  const header = `${dictionary}${' '.repeat(padding)}\n`
  const out = new Uint8Array(10 + header.length + 4 * data.length)
  const view = new DataView(out.buffer)
  for (let i = 0; i < MAGIC.length; i++) out[i] = MAGIC.charCodeAt(i)
  out[6] = 1
  view.setUint16(8, header.length, true)
  for (let i = 0; i < header.length; i++) out[10 + i] = header.charCodeAt(i)
  data.forEach((value, i) => {
    view.setFloat32(10 + header.length + 4 * i, value, true)
  })
  return out
}

function readHeader(bytes: Uint8Array): { header: string; start: number } {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength)
  const magic = String.fromCharCode(...bytes.subarray(0, 6))
  if (magic !== MAGIC || bytes.byteLength < 12)
    refuse('an .npy file must begin with \\x93NUMPY, and does not')
  const major = bytes[6]
  if (major < 1 || major > 3) refuse(`an .npy file must be of version 1 to 3, got ${major}`)
  const start = major === 1 ? 10 : 12
  const length = major === 1 ? view.getUint16(8, true) : view.getUint32(8, true)
  if (start + length > bytes.byteLength) {
    refuse(
      `an .npy header must end within the file, got ${length} bytes of ${bytes.byteLength}; is the file cut off?`
    )
  }
  return {
    header: new TextDecoder('latin1').decode(bytes.subarray(start, start + length)),
    start: start + length
  }
}

function refuse(message: string): never {
  throw new GaussflowError('invalid_file', message)
}
