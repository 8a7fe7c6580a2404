import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { rocAuc } from '../../src/metric/index.ts'
import { refusal } from '../fixtures/refusal.ts'

/** By its definition: all pairs, equal ones a half. */
function byPairs(normal: readonly number[], anomalous: readonly number[]): number {
  let wins = 0
  for (const x of normal) for (const y of anomalous) wins += y > x ? 1 : y === x ? 0.5 : 0
  return wins / (normal.length * anomalous.length)
}

describe('the area under the ROC curve', () => {
  it('is the share of pairs in their order, equal ones a half', () => {
    // Integers of a small range: most scores have an equal one.
    const scores = fc.array(fc.integer({ min: -3, max: 3 }), { minLength: 1, maxLength: 30 })
    fc.assert(
      fc.property(scores, scores, (normal, anomalous) => {
        expect(rocAuc(normal, anomalous)).toBeCloseTo(byPairs(normal, anomalous), 12)
      })
    )
  })

  it('is 1 for scores that part the two, 0 the other way round, a half for scores that are all the same', () => {
    expect(rocAuc([1, 2], [3, Infinity])).toBe(1)
    expect(rocAuc([3, Infinity], [1, 2])).toBe(0)
    expect(rocAuc([5, 5, 5], [5, 5])).toBe(0.5)
    expect(rocAuc([Infinity, 0], [Infinity])).toBe(0.75)
  })

  it('takes typed arrays, and changes neither', () => {
    const [normal, anomalous] = [Float64Array.of(3, 1), Float64Array.of(2)]
    expect(rocAuc(normal, anomalous)).toBe(0.5)
    expect([...normal, ...anomalous]).toEqual([3, 1, 2])
  })

  it('refuses no scores, and those that are no numbers', () => {
    expect(refusal(() => rocAuc([], [1]))).toEqual({
      code: 'invalid_argument',
      path: 'normal',
      message: '`normal` must hold at least one score, got none'
    })
    expect(refusal(() => rocAuc([1], [0, NaN]))).toEqual({
      code: 'not_finite',
      path: 'anomalous[1]',
      message: '`anomalous[1]` must be a number, got NaN'
    })
  })
})
