import fc from 'fast-check'
import { expect, it } from 'vitest'
import { uniformGrid } from '../../src/solver/index.ts'

const time = fc.double({ min: 0, max: 1, noNaN: true })

it('a grid starts and ends exactly where it is told to, in either direction', () => {
  fc.assert(
    fc.property(time, time, fc.integer({ min: 1, max: 500 }), (from, to, steps) => {
      const grid = uniformGrid(from, to, steps)
      expect(grid).toHaveLength(steps + 1)
      expect(grid[0] === from && grid[steps] === to).toBe(true)
    })
  )
})

it('a grid never turns back and never leaves its interval', () => {
  fc.assert(
    fc.property(time, time, fc.integer({ min: 1, max: 500 }), (from, to, steps) => {
      const grid = uniformGrid(from, to, steps)
      const direction = Math.sign(to - from)
      for (let n = 1; n <= steps; n++) expect(direction * (grid[n] - grid[n - 1])).toBeGreaterThanOrEqual(0)
      expect(Math.min(...grid)).toBe(Math.min(from, to))
      expect(Math.max(...grid)).toBe(Math.max(from, to))
    })
  )
})

it('the steps of a grid are equal up to rounding', () => {
  const grid = uniformGrid(1, 0, 50)
  for (let n = 1; n <= 50; n++) expect(grid[n - 1] - grid[n]).toBeCloseTo(1 / 50, 14)
})
