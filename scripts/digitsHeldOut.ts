import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { PIXELS, type Digits } from './digits.ts'

/** How many held-out images of each digit travel with the model. */
const PER_DIGIT = 4

/** Writes `heldout.npy`: the first held-out images of each digit in turn, bytes of shape (40, 784), rows 4 k to 4 k + 3 show k. */
export function writeHeldOutDigits(folder: string, { heldOut }: Digits): void {
  const rows: number[] = []
  for (let digit = 0; digit < 10; digit++) {
    const own = [...heldOut.labels.keys()].filter((i) => heldOut.labels[i] === digit)
    rows.push(...own.slice(0, PER_DIGIT))
  }
  const bytes = rows.flatMap((row) => {
    const pixels = heldOut.data.subarray(row * PIXELS, (row + 1) * PIXELS)
    return Array.from(pixels, (pixel) => Math.round(255 * pixel))
  })
  writeFileSync(join(folder, 'heldout.npy'), bytesNpy(Uint8Array.from(bytes), rows.length, PIXELS))
}

/** Bytes as .npy of type |u1: a quarter of the size of floats, and MNIST has no more than 8 bits. */
function bytesNpy(data: Uint8Array, rows: number, columns: number): Uint8Array {
  const dictionary = `{'descr': '|u1', 'fortran_order': False, 'shape': (${rows}, ${columns}), }`
  const header = `${dictionary.padEnd(117)}\n`
  const start = Buffer.from(`\x93NUMPY\x01\x00${String.fromCharCode(header.length, 0)}`, 'latin1')
  return Buffer.concat([start, Buffer.from(header, 'latin1'), data])
}
