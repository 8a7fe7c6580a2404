import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { metrics, type Metric } from '../../src/metric/index.ts'
import type { Batch } from '../../src/types.ts'
import { cloud, lattice } from './clouds.ts'

/** Roots of what rounding leaves of a zero: sqrt(1e-15) and a little. */
const ROUNDING = 1e-6

/** Three sets of as many points. */
const triple = fc
  .tuple(fc.integer({ min: 1, max: 6 }), fc.integer({ min: 1, max: 3 }))
  .chain(([count, dim]) => fc.tuple(lattice(count, dim), lattice(count, dim), lattice(count, dim)))

const holds = (law: (x: Batch, y: Batch, z: Batch) => void): void => {
  fc.assert(
    fc.property(triple, (sets) => {
      law(...sets)
    })
  )
}

describe.each<[string, Metric]>(Object.entries(metrics))('%s', (_, distance) => {
  it('is 0 from a set to itself', () => {
    holds((x) => {
      expect(distance(x, x)).toBeLessThanOrEqual(ROUNDING)
    })
  })

  it('is above 0 from a set to another', () => {
    expect(distance(cloud(20, 2, 1), cloud(20, 2, 2))).toBeGreaterThan(0.05)
    const corners = [
      [0, 0],
      [1, 1]
    ]
    expect(
      distance(corners, [
        [0, 1],
        [1, 0]
      ])
    ).toBeGreaterThan(0.05)
  })

  it('is the same both ways', () => {
    holds((x, y) => {
      expect(Math.abs(distance(x, y) - distance(y, x))).toBeLessThanOrEqual(ROUNDING)
    })
  })

  it('is never longer than a detour', () => {
    holds((x, y, z) => {
      expect(distance(x, z)).toBeLessThanOrEqual(distance(x, y) + distance(y, z) + ROUNDING)
    })
  })

  it('does not depend on the order of the rows', () => {
    const x = cloud(12, 2, 1)
    const rows = Array.from({ length: 12 }, (_, i) => [...x.data.subarray(2 * i, 2 * i + 2)])
    const y = cloud(12, 2, 2, 1)
    expect(distance(rows.toReversed(), y)).toBeCloseTo(distance(x, y), 12)
  })
})
