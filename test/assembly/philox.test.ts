import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { normal, philox } from '../reference/philox.ts'
import { ulps } from '../reference/ulps.ts'
import { chunks, getF32, newCore, scoped } from './core.ts'

const core = await newCore()

function philoxOnCore(counter: readonly number[], key: readonly number[]): number[] {
  return scoped(core, () => {
    const out = core.alloc(16)
    const [c0, c1, c2, c3] = counter
    core.philox(c0, c1, c2, c3, key[0], key[1], out)
    return [...new Uint32Array(core.memory.buffer, out, 4)]
  })
}

function normals(
  seed: readonly [number, number],
  first: number,
  count: number,
  dim: number,
  stream = 0
): number[][] {
  return scoped(core, () => {
    const out = core.alloc(4 * count * dim)
    core.normals(seed[0], seed[1], stream, first, count, dim, out)
    return chunks(getF32(core, out, count * dim), dim)
  })
}

// Known answers published with Random123 (Salmon et al.), philox4x32, 10 rounds.
const KNOWN = [
  {
    counter: [0, 0, 0, 0],
    key: [0, 0],
    words: [0x6627e8d5, 0xe169c58d, 0xbc57ac4c, 0x9b00dbd8]
  },
  {
    counter: [0xffffffff, 0xffffffff, 0xffffffff, 0xffffffff],
    key: [0xffffffff, 0xffffffff],
    words: [0x408f276d, 0x41c83b0e, 0xa20bc7c6, 0x6d5451fd]
  },
  {
    counter: [0x243f6a88, 0x85a308d3, 0x13198a2e, 0x03707344],
    key: [0xa4093822, 0x299f31d0],
    words: [0xd16cfe09, 0x94fdcceb, 0x5001e420, 0x24126ea1]
  }
]

describe('philox', () => {
  it.each(KNOWN)('gives the published words for the counter $counter', ({ counter, key, words }) => {
    expect(philoxOnCore(counter, key)).toEqual(words)
    expect(philox(counter, key)).toEqual(words)
  })

  it('equals its definition for any counter and key', () => {
    const word = fc.integer({ min: 0, max: 0xffffffff })
    fc.assert(
      fc.property(fc.tuple(word, word, word, word), fc.tuple(word, word), (counter, key) => {
        expect(philoxOnCore(counter, key)).toEqual(philox(counter, key))
      })
    )
  })
})

describe('normals', () => {
  it('equal the 64-bit transform, rounded, in every coordinate of any dimension', () => {
    for (let dim = 1; dim <= 9; dim++) {
      normals([7, 11], 5, 3, dim, 2).forEach((row, i) => {
        row.forEach((value, j) => {
          expect(ulps(value, normal([7, 11], 2, 5 + i, j), 24)).toBeLessThanOrEqual(0.51)
        })
      })
    }
  })

  it('of sample i alone equal those of sample i in a batch', () => {
    const sample = fc.integer({ min: 0, max: 0xffffff00 })
    fc.assert(
      fc.property(
        sample,
        fc.integer({ min: 0, max: 20 }),
        fc.integer({ min: 1, max: 9 }),
        (first, i, dim) => {
          expect(normals([1, 2], first + i, 1, dim)).toEqual(normals([1, 2], first, i + 1, dim).slice(i))
        }
      )
    )
  })

  it('of coordinate j do not depend on the dimension', () => {
    const [wide] = normals([3, 0], 0, 1, 17)
    for (let dim = 1; dim < 17; dim++) expect(normals([3, 0], 0, 1, dim)[0]).toEqual(wide.slice(0, dim))
  })

  it('differ between seeds, streams and samples', () => {
    const all = [
      normals([0, 0], 0, 1, 4),
      normals([1, 0], 0, 1, 4),
      normals([0, 1], 0, 1, 4),
      normals([0, 0], 1, 1, 4),
      normals([0, 0], 0, 1, 4, 1)
    ]
    expect(new Set(all.flat(2)).size).toBe(20)
  })

  const draws = normals([2024, 0], 0, 50000, 4)
  const flat = draws.flat()
  const n = flat.length
  const mean = (x: readonly number[]) => x.reduce((s, v) => s + v, 0) / x.length

  it('have the moments 0, 1, 0, 3 within four standard errors', () => {
    const moments = [1, 2, 3, 4].map((p) => mean(flat.map((x) => x ** p)))
    const standardErrors = [1, 2, 15, 96].map((variance) => Math.sqrt(variance / n))
    moments.forEach((moment, p) => {
      expect(Math.abs(moment - [0, 1, 0, 3][p])).toBeLessThan(4 * standardErrors[p])
    })
  })

  it('have the normal distribution function: Kolmogorov-Smirnov distance below its 0.1 % point', () => {
    const sorted = Float64Array.from(flat).sort()
    let distance = 0
    sorted.forEach((x, i) => (distance = Math.max(distance, Math.abs(phi(x) - (i + 0.5) / n))))
    expect(distance).toBeLessThan(1.95 / Math.sqrt(n))
  })

  it('of different coordinates are uncorrelated, and so are their squares', () => {
    for (let j = 0; j < 4; j++) {
      for (let l = 0; l < j; l++) {
        expect(Math.abs(mean(draws.map((row) => row[j] * row[l])))).toBeLessThan(4 / Math.sqrt(draws.length))
        const squares = mean(draws.map((row) => (row[j] ** 2 - 1) * (row[l] ** 2 - 1)))
        expect(Math.abs(squares)).toBeLessThan(8 / Math.sqrt(draws.length))
      }
    }
  })
})

/** The normal distribution function by its series about 0 (to 1e-15 up to |x| = 6). */
function phi(x: number): number {
  let term = x
  let total = x
  for (let k = 1; Math.abs(term) > 1e-17; k++) total += term *= (x * x) / (2 * k + 1)
  return 0.5 + (total * Math.exp((-x * x) / 2)) / Math.sqrt(2 * Math.PI)
}
