import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { ACTIVATIONS } from '../../src/schema/architecture.ts'
import { matmul, matmul32 } from '../reference/matmul.ts'
import {
  getF32,
  matrix,
  newCore,
  numbers,
  padded,
  paddedRows,
  putF32,
  scoped,
  unpadded,
  worstError
} from './core.ts'

const core = await newCore()

function dense(x: number[][], w: number[][], bias?: number[], activation = 0): number[][] {
  return scoped(core, () => {
    const [rows, k, n] = [x.length, x[0].length, w.length]
    const packed = core.alloc(core.packedBytes(k, n))
    core.packDense(putF32(core, w.flat()), n, k, packed)
    const from = putF32(core, paddedRows(x))
    const start = bias ? putF32(core, [...bias, ...new Array<number>((8 - (n % 8)) % 8).fill(NaN)]) : 0
    const out = core.alloc(4 * rows * padded(n) + 16)
    const guard = new Float32Array(core.memory.buffer, out + 4 * rows * padded(n), 4).fill(12345)
    core.dense(from, padded(k), rows, k, n, packed, start, activation, out, padded(n))
    expect([...guard]).toEqual([12345, 12345, 12345, 12345])
    return unpadded(getF32(core, out, rows * padded(n)), n)
  })
}

describe('packDense', () => {
  it('lays weights out in panels of 8 columns, zero where there is no column', () => {
    const [n, k] = [11, 3]
    const w = matrix(numbers(1), n, k)
    const packed = scoped(core, () => {
      const out = core.alloc(core.packedBytes(k, n))
      core.packDense(putF32(core, w.flat()), n, k, out)
      return getF32(core, out, core.packedBytes(k, n) / 4)
    })
    expect(packed.length).toBe(2 * k * 8)
    packed.forEach((value, i) => {
      const [panel, input, lane] = [Math.floor(i / (8 * k)), Math.floor(i / 8) % k, i % 8]
      expect(value).toBe(w[panel * 8 + lane]?.[input] ?? 0)
    })
  })
})

describe('dense', () => {
  it('equals the promised order of f32 operations, bit for bit, at every size about the tiles', () => {
    const next = numbers(2)
    for (let rows = 1; rows <= 9; rows++) {
      for (let k = 1; k <= 9; k += rows % 2 ? 1 : 3) {
        for (let n = 1; n <= 17; n++) {
          const [x, w, [bias]] = [matrix(next, rows, k), matrix(next, n, k), matrix(next, 1, n)]
          expect(dense(x, w, bias), `rows ${rows}, k ${k}, n ${n}`).toEqual(matmul32(x, w, bias))
        }
      }
    }
  })

  it.each([24, 25, 28, 29, 31, 32, 33, 36, 37, 40, 56, 60, 64, 65, 96])('equals it for %i columns', (n) => {
    const next = numbers(n)
    for (const rows of [1, 2, 3, 4, 5, 6, 7, 8, 11]) {
      const [x, w, [bias]] = [matrix(next, rows, 65), matrix(next, n, 65), matrix(next, 1, n)]
      expect(dense(x, w, bias), `${rows} rows`).toEqual(matmul32(x, w, bias))
      expect(dense(x, w), `${rows} rows without bias`).toEqual(matmul32(x, w))
    }
  })

  it('gives a row alone the bits it has in any batch, whatever the activation', () => {
    const size = (max: number) => fc.integer({ min: 1, max })
    fc.assert(
      fc.property(
        size(13),
        size(70),
        size(70),
        fc.nat(ACTIVATIONS.length - 1),
        fc.nat(),
        (rows, k, n, activation, seed) => {
          const next = numbers(seed)
          const [x, w, [bias]] = [matrix(next, rows, k), matrix(next, n, k), matrix(next, 1, n)]
          const batch = dense(x, w, bias, activation)
          x.forEach((row, i) => expect(dense([row], w, bias, activation)).toEqual([batch[i]]))
        }
      )
    )
  })

  it('is within 1e-6 of the sum of magnitudes from the 64-bit product', () => {
    const next = numbers(9)
    const [x, w] = [matrix(next, 7, 300), matrix(next, 40, 300)]
    const magnitude = matmul(
      x.map((row) => row.map(Math.abs)),
      w.map((row) => row.map(Math.abs))
    )
    const exact = matmul(x, w)
    dense(x, w).forEach((row, i) => {
      row.forEach((value, j) => expect(Math.abs(value - exact[i][j])).toBeLessThan(1e-6 * magnitude[i][j]))
    })
  })

  it.each(ACTIVATIONS)('with %s equals the product followed by the kernel of that activation', (name) => {
    const next = numbers(5)
    const [x, w] = [matrix(next, 6, 12), matrix(next, 21, 12)]
    const id = ACTIVATIONS.indexOf(name)
    const after = dense(x, w).map((row) =>
      scoped(core, () => {
        const address = putF32(core, row)
        core.activate(address, row.length, id)
        return [...getF32(core, address, row.length)]
      })
    )
    expect(dense(x, w, undefined, id)).toEqual(after)
  })

  it('lets NaN through to its own row only', () => {
    const next = numbers(6)
    const [x, w] = [matrix(next, 5, 10), matrix(next, 9, 10)]
    const clean = dense(x, w)
    x[2][3] = NaN
    const dirty = dense(x, w)
    expect(dirty[2].every(Number.isNaN)).toBe(true)
    expect(
      worstError(
        [0, 1, 3, 4].flatMap((i) => dirty[i]),
        [0, 1, 3, 4].flatMap((i) => clean[i])
      )
    ).toBe(0)
  })
})
