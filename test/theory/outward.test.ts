import fc from 'fast-check'
import { expect, it } from 'vitest'
import { fromAbove, fromBelow } from '../../src/theory/outward.ts'

const number = fc
  .double({ noNaN: true, noDefaultInfinity: true, min: -1e300, max: 1e300 })
  .filter((x) => x === 0 || Math.abs(x) > 1e-290)

it('a number in a sentence is on its side of the true one, and off by a hundred thousandth at most', () => {
  fc.assert(
    fc.property(number, (x) => {
      const slack = 1e-12 * Math.abs(x)
      const [above, below] = [Number(fromAbove(x)), Number(fromBelow(x))]
      expect(above).toBeGreaterThanOrEqual(x - slack)
      expect(below).toBeLessThanOrEqual(x + slack)
      expect(above - below).toBeLessThanOrEqual(1.01e-5 * Math.abs(x))
      expect(fromAbove(-x)).toBe(String(-below + 0))
    })
  )
})

it('the last digits of a double are no reason to move a number', () => {
  expect([fromAbove(0.1 * 0.1), fromBelow(6.249999999999999), fromAbove(6.249999999999999)]).toEqual([
    '0.01',
    '6.25',
    '6.25'
  ])
  expect([fromBelow(-297.530864197531), fromAbove(11.11111111111111)]).toEqual(['-297.531', '11.1112'])
  expect([fromAbove(0), fromAbove(Infinity), fromAbove(999999.7)]).toEqual(['0', 'Infinity', '1000000'])
})
