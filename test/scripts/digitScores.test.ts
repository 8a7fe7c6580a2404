import { expect, it } from 'vitest'
import type { Classified } from '../../scripts/digitClassifier.ts'
import {
  agreement,
  meanNearestDistance,
  pixelEnergyDistance,
  pixelScores,
  score,
  spreads
} from '../../scripts/digitScores.ts'
import type { Batch } from '../../src/types.ts'

const points = (...data: number[]): Batch => ({ count: data.length, dim: 1, data: Float32Array.from(data) })
const plane = (...data: number[]): Batch => ({
  count: data.length / 2,
  dim: 2,
  data: Float32Array.from(data)
})

it('the agreement is the share of equal labels', () => {
  expect(agreement([0, 1, 2, 3], [0, 1, 5, 3])).toBe(0.75)
})

it("the energy distance is that of pixels in [-1, 1]: twice 2 E|X - Y| - E|X - X'| - E|Y - Y'|", () => {
  // Between: 3, 4, 2, 3 (mean 3). Within: 1 and 1.
  expect(pixelEnergyDistance(points(0, 1), points(3, 4))).toBeCloseTo(2 * (2 * 3 - 1 - 1), 6)
  // Off-diagonal means alone: a set against itself is 2 * 1/2 - 1 - 1 = -1, doubled.
  expect(pixelEnergyDistance(points(0, 1), points(0, 1))).toBeCloseTo(-2, 6)
})

it('precision counts the samples in the balls of real images, recall the real images in the balls of samples', () => {
  // Third neighbours: of the real images 3, 2, 2, 3 away, of the samples 1, 1, 1, 11.
  const real = points(0, 1, 2, 3)
  expect(pixelScores(points(0.5, 1, 1.5, 12), real)).toMatchObject({ precision: 0.75, recall: 1 })
  expect(pixelScores(points(20, 21, 22, 23), real)).toMatchObject({ precision: 0, recall: 0 })
})

it('the nearest image is found whichever place it has, at twice its distance in [0, 1]', () => {
  const among = plane(9, 9, 3, 4, -5, 0.5, 0, 1)
  // (0, 0) is 1 from (0, 1); (3, 0) is sqrt(10) from it and 4 from (3, 4).
  expect(meanNearestDistance(plane(0, 0, 3, 0), among)).toBeCloseTo(1 + Math.sqrt(10), 6)
  expect(meanNearestDistance(among, among)).toBe(0)
})

it('a score has no agreement where no digit was asked for, and compares features with features', () => {
  const classified = (...features: number[]): Classified => ({
    labels: [1, 1, 2, 2],
    confidences: [0.5, 0.7, 0.9, 0.9],
    features: points(...features)
  })
  const images = points(0, 1, 2, 3)
  const reference = { images, classified: classified(10, 11, 12, 13) }
  const scores = score(images, classified(0, 1, 2, 3), reference)
  expect(scores).not.toHaveProperty('agreement')
  expect(scores.confidence).toBeCloseTo(0.75, 9)
  // Between: 10 on average; within: (3 * 1 + 2 * 2 + 1 * 3) / 6 = 5 / 3 each.
  expect(scores.featureEnergyDistance).toBeCloseTo(20 - 10 / 3, 6)
  expect(score(images, classified(0, 1, 2, 3), reference, [1, 2, 2, 2]).agreement).toBe(0.75)
})

it('a spread is the median with the smallest and the largest, of each score', () => {
  expect(spreads([{ recall: 0.3 }, { recall: 0.1 }, { recall: 0.20004 }])).toEqual({
    recall: { median: 0.2, min: 0.1, max: 0.3 }
  })
  expect(spreads([{ recall: 0.3 }, { recall: 0.1 }]).recall?.median).toBe(0.2)
})
