import { readFileSync, statSync } from 'node:fs'
import { expect, it } from 'vitest'
import { CLASSIFIER_FILES, openDigitClassifier } from '../../scripts/digitClassifier.ts'
import { loadDigits, PIXELS, shifted, SIDE } from '../../scripts/digits.ts'
import { rows } from '../../src/train/batches.ts'

const classify = await openDigitClassifier()
const { validation, heldOut } = loadDigits()

it('finds the digit of 98 % of the images that it never saw, as its record says', () => {
  const { accuracy } = JSON.parse(readFileSync(CLASSIFIER_FILES.record, 'utf8')) as {
    accuracy: { validation: number; test: number }
  }
  for (const [split, recorded] of [
    [validation, accuracy.validation],
    [heldOut, accuracy.test]
  ] as const) {
    const { labels } = classify(split)
    const share = labels.filter((label, i) => label === split.labels[i]).length / split.count
    expect(share).toBeGreaterThan(0.98)
    // Sums in another order may turn an image that lies on the edge.
    expect(Math.abs(share - recorded)).toBeLessThan(0.003)
  }
})

it('says of an image the same in any batch', () => {
  const many = classify(rows(heldOut, [...Array(300).keys()]))
  const few = classify(rows(heldOut, [270, 3]))
  expect(few.labels).toEqual([many.labels[270], many.labels[3]])
  const { dim, data } = many.features
  few.features.data.slice(0, dim).forEach((f, j) => expect(f).toBeCloseTo(data[270 * dim + j], 3))
})

it('travels as less than 300 kB', () => {
  expect(statSync(CLASSIFIER_FILES.weights).size).toBeLessThan(300_000)
})

it('shifted images keep their pixels, moved, and lose those that leave', () => {
  const data = new Float32Array(PIXELS)
  data[0] = 1
  data[5 * SIDE + 7] = 2
  const moved = (down: number, right: number) =>
    [...shifted({ count: 1, dim: PIXELS, data }, [down, right]).data.entries()].filter(([, v]) => v > 0)
  expect(moved(2, -1)).toEqual([[7 * SIDE + 6, 2]])
  expect(moved(0, 1)).toEqual([
    [1, 1],
    [5 * SIDE + 8, 2]
  ])
})
