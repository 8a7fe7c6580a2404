import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { ACTIVATIONS } from '../../src/schema/architecture.ts'
import { dense8 as twin, type Weights8 } from '../reference/int8.ts'
import { transpose } from '../reference/matmul.ts'
import {
  getF32,
  matrix,
  newCore,
  newCoreOf,
  numbers,
  padded,
  paddedRows,
  putF32,
  scoped,
  unpadded,
  type Core
} from './core.ts'

/** Eight bits to a number, sixteen, and no vectors. */
const cores = await Promise.all([newCoreOf('int8'), newCore(), newCoreOf('scalar')])

/** Integers in -127..127, the ends among them, and units about 1/127. */
function weights(seed: number, n: number, k: number): Weights8 {
  const next = numbers(seed)
  const integers = matrix(next, n, k).map((row) =>
    row.map((w) => Math.round(127 * Math.max(-1, Math.min(1, 1.3 * w))))
  )
  return { integers, units: Array.from({ length: n }, () => Math.fround((1.5 + next()) / 127)) }
}

function pack(core: Core, { integers, units }: Weights8, left: boolean): { packed: number; columns: number } {
  const [n, k] = [integers.length, integers[0].length]
  const packed = core.alloc(core.packedBytes8(k, n))
  const columns = core.alloc(8 * (n + 7))
  const bytes = core.alloc(n * k)
  new Int8Array(core.memory.buffer, bytes, n * k).set(integers.flat())
  core.pack8(bytes, putF32(core, units), n, k, left, packed, columns)
  return { packed, columns }
}

function dense8(core: Core, x: number[][], w: Weights8, bias?: number[], activation = 0): number[][] {
  return scoped(core, () => {
    const [rows, k, n] = [x.length, x[0].length, w.units.length]
    const { packed, columns } = pack(core, w, false)
    const q = guarded(core, core.quantizedBytes(rows, k))
    core.quantize(putF32(core, paddedRows(x)), rows, k, q.address)
    const start = bias ? putF32(core, [...bias, NaN, NaN, NaN]) : 0
    const out = guarded(core, 4 * rows * padded(n))
    core.dense8(q.address, rows, k, n, packed, columns, start, activation, out.address)
    q.check()
    out.check()
    return unpadded(getF32(core, out.address, rows * padded(n)), n)
  })
}

/** x (rows, tokens, width); the result (rows, tokens of W, width). */
function mix8(core: Core, x: number[][][], w: Weights8, bias?: number[], activation = 0): number[][][] {
  return scoped(core, () => {
    const [rows, tokens, width, n] = [x.length, x[0].length, x[0][0].length, w.units.length]
    const { packed, columns } = pack(core, w, true)
    const q = guarded(core, rows * core.quantizedChannelBytes(tokens, width))
    core.quantizeChannels(putF32(core, x.flatMap(paddedRows)), rows, tokens, width, q.address)
    const out = guarded(core, 4 * rows * n * padded(width))
    const start = bias ? putF32(core, bias) : 0
    core.mix8(q.address, rows, tokens, n, width, packed, columns, start, activation, out.address)
    q.check()
    out.check()
    const flat = unpadded(getF32(core, out.address, rows * n * padded(width)), width)
    return x.map((_, i) => flat.slice(i * n, (i + 1) * n))
  })
}

/** A block with something behind it that must stay. */
function guarded(core: Core, bytes: number): { address: number; check: () => void } {
  const address = core.alloc(bytes + 16)
  const guard = (): Uint8Array => new Uint8Array(core.memory.buffer, address + bytes, 16)
  guard().fill(77)
  return { address, check: () => expect([...guard()]).toEqual(new Array(16).fill(77)) }
}

const mixTwin = (x: number[][][], w: Weights8, bias?: number[]): number[][][] =>
  x.map((tokens) => transpose(twin(transpose(tokens), w, bias)))

describe.each(['int8', 'whole', 'scalar'].map((name, i) => [name, cores[i]] as const))(
  '8-bit products of the build %s',
  (_, core) => {
    it('equal the promised order of operations, bit for bit, at every size about the tiles', () => {
      const next = numbers(1)
      for (let k = 1; k <= 33; k++) {
        for (let n = 1; n <= 33; n += k % 4 === 0 ? 1 : 5) {
          const [rows, w] = [1 + ((k + n) % 9), weights(100 * k + n, n, k)]
          const [x, [bias]] = [matrix(next, rows, k), matrix(next, 1, n)]
          expect(dense8(core, x, w, bias), `${rows} rows, k ${k}, n ${n}`).toEqual(twin(x, w, bias))
        }
      }
    })

    it.each([1, 2, 3, 4, 5, 6, 7, 8, 9])('equal it for %i rows, with a bias and without', (rows) => {
      const [next, w] = [numbers(rows), weights(rows, 29, 70)]
      const [x, [bias]] = [matrix(next, rows, 70), matrix(next, 1, 29)]
      expect(dense8(core, x, w, bias)).toEqual(twin(x, w, bias))
      expect(dense8(core, x, w)).toEqual(twin(x, w))
    })

    it('equal it along the tokens of every channel', () => {
      const next = numbers(2)
      for (let k = 1; k <= 18; k++) {
        for (let n = 1; n <= 9; n++) {
          const [width, w] = [1 + ((5 * k + n) % 19), weights(100 * k + n, n, k)]
          const [x, [bias]] = [[matrix(next, k, width), matrix(next, k, width)], matrix(next, 1, n)]
          expect(mix8(core, x, w, bias), `k ${k}, n ${n}, width ${width}`).toEqual(mixTwin(x, w, bias))
          expect(mix8(core, x, w)).toEqual(mixTwin(x, w))
        }
      }
    })

    it('are exact where every product is the largest there is', () => {
      const k = 4096
      const w = { integers: [new Array<number>(k).fill(-127), new Array<number>(k).fill(127)], units: [1, 1] }
      const row = new Array<number>(k).fill(127)
      row[0] = 0
      expect(dense8(core, [row], w)).toEqual([[-127 * 127 * (k - 1), 127 * 127 * (k - 1)].map(Math.fround)])
    })

    it('give a row of one number all over its exact place', () => {
      const w = weights(3, 5, 12)
      const x = [new Array<number>(12).fill(Math.fround(0.3))]
      expect(dense8(core, x, w)).toEqual(twin(x, w))
      expect(mix8(core, [transpose(x)], w)).toEqual(mixTwin([transpose(x)], w))
    })

    it('let a row that is not finite spoil itself alone', () => {
      const [next, w] = [numbers(4), weights(4, 9, 11)]
      const x = matrix(next, 6, 11)
      const clean = dense8(core, x, w)
      for (const bad of [NaN, Infinity, -Infinity]) {
        for (const at of [0, 5, 10]) {
          const dirty = dense8(
            core,
            x.map((row, i) => (i === 2 || i === 5 ? row.with(at, bad) : row)),
            w
          )
          dirty.forEach((row, i) => {
            if (i === 2 || i === 5) expect(row.every((value) => !Number.isFinite(value))).toBe(true)
            else expect(row).toEqual(clean[i])
          })
        }
      }
    })

    it('let a channel that is not finite spoil itself alone', () => {
      const [next, w] = [numbers(5), weights(5, 6, 7)]
      const x = matrix(next, 7, 10)
      const clean = mix8(core, [x], w)[0]
      for (const bad of [NaN, Infinity]) {
        const dirty = mix8(core, [x.map((token, j) => (j === 4 ? token.with(3, bad) : token))], w)[0]
        dirty.forEach((token, i) => {
          expect(Number.isFinite(token[3])).toBe(false)
          expect(token.with(3, 0)).toEqual(clean[i].with(3, 0))
        })
      }
    })
  }
)

it('every build gives the same bits, of a row alone as of any batch, whatever the activation', () => {
  const size = (max: number) => fc.integer({ min: 1, max })
  const activations = fc.nat(ACTIVATIONS.length - 1)
  fc.assert(
    fc.property(size(9), size(70), size(40), activations, fc.nat(), (rows, k, n, activation, seed) => {
      const [next, w] = [numbers(seed), weights(seed, n, k)]
      const [x, [bias]] = [matrix(next, rows, k), matrix(next, 1, n)]
      const [first, ...others] = cores.map((core) => dense8(core, x, w, bias, activation))
      for (const other of others) expect(other).toEqual(first)
      x.forEach((row, i) => expect(dense8(cores[0], [row], w, bias, activation)).toEqual([first[i]]))
      const [mixed, ...more] = cores.map((core) => mix8(core, [transpose(x)], w, bias, activation))
      for (const other of more) expect(other).toEqual(mixed)
    }),
    { numRuns: 60 }
  )
})

it('a product is within half a step of each input and of each weight from the product of numbers', () => {
  const [next, w] = [numbers(7), weights(7, 40, 200)]
  const x = matrix(next, 5, 200)
  const rows = dense8(cores[0], x, w)
  x.forEach((row, i) => {
    const step = (Math.max(...row) - Math.min(...row)) / 127
    w.integers.forEach((integers, j) => {
      const exact = integers.reduce((sum, q, k) => sum + q * w.units[j] * row[k], 0)
      const most = integers.reduce((sum, q) => sum + Math.abs(q), 0) * w.units[j] * step * 0.5
      expect(Math.abs(rows[i][j] - exact)).toBeLessThan(most + 1e-5)
    })
  })
})
