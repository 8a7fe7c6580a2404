import fc from 'fast-check'
import { expect, it } from 'vitest'
import { ascending, median, pValues } from '../../src/flow/anomaly/calibrated.ts'

it('p-values count held-out scores that are at least as large, equal ones too', () => {
  const scores = fc.array(fc.integer({ min: -3, max: 3 }), { minLength: 1, maxLength: 20 })
  fc.assert(
    fc.property(scores, scores, (found, heldOut) => {
      const expected = found.map(
        (score) => (1 + heldOut.filter((other) => other >= score).length) / (1 + heldOut.length)
      )
      expect([...pValues(Float64Array.from(found), ascending(heldOut))]).toEqual(expected)
    })
  )
})

it('what is not a number has no p-value', () => {
  expect([...pValues(Float64Array.of(NaN, Infinity), [1, 2])]).toEqual([NaN, 1 / 3])
})

it('the median is the middle score, or the mean of two', () => {
  expect(median([1, 2, 9])).toBe(2)
  expect(median([1, 2, 4, 9])).toBe(3)
})
