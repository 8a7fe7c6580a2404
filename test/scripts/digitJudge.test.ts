import { expect, it } from 'vitest'
import type { Classified } from '../../scripts/digitClassifier.ts'
import { digitJudge } from '../../scripts/digitJudge.ts'
import { scoreTable } from '../../scripts/digitTable.ts'
import type { Batch } from '../../src/types.ts'

const points = (...data: number[]): Batch => ({ count: data.length, dim: 1, data: Float32Array.from(data) })

/** Takes the brightness for the digit, surely. */
const classify = (images: Batch): Classified => ({
  labels: Array.from(images.data, Math.round),
  confidences: Array<number>(images.count).fill(1),
  features: images
})
const train = points(0, 0, 0, 0, 1, 1, 1, 1)
const split = { ...points(0, 0, 1, 1), labels: [0, 0, 1, 0] }
const judge = digitJudge(train, split, classify)

it('samples are cut off at 0 and 1 before they are scored, except where it says so', () => {
  const scores = judge.samples(points(-7, -7, 8, 8), [0, 0, 1, 1])
  expect(scores).toMatchObject({ agreement: 1, precision: 1, recall: 1, nearestTraining: 0 })
  // Cut off they are the split itself, whose unbiased distance to itself is 2 * 2 (1/2 - 2/3).
  expect(scores.energyDistance).toBeCloseTo(4 * (1 / 2 - 2 / 3), 6)
  // Between: (7 + 8 + 8 + 7) / 4; within: 15 * 2/3 and 2/3.
  expect(scores.energyDistanceNotCutOff).toBeCloseTo(2 * (2 * 7.5 - 10 - 2 / 3), 6)
})

it('the distance to the nearest training image is measured after the cut', () => {
  expect(judge.samples(points(0.25, 0.25, 0.25, 5)).nearestTraining).toBeCloseTo((3 * 0.5) / 4, 6)
})

it('real images are scored by the labels they carry, training images without any', () => {
  expect(judge.realImages()).toEqual({ agreement: 0.75, confidence: 1, nearestTraining: 0 })
  expect(judge.trainingImages(1)).not.toHaveProperty('agreement')
})

it('the Gaussian fit stands as it is and cut off', () => {
  const { asTheyAre, cutOff } = judge.gaussianFit(1)
  expect(asTheyAre).not.toHaveProperty('confidence')
  expect(cutOff.confidence).toBe(1)
  expect(cutOff.energyDistance).not.toBe(asTheyAre.energyDistance)
})

it('a table shows medians with where the seeds go, and nothing for what was not measured', () => {
  const spread = (median: number, min = median, max = median) => ({ median, min, max })
  const scores = { agreement: spread(0.9114), energyDistance: spread(-0.001, -0.0023, 0.01) }
  const metrics = {
    samples: [
      { guidance: 1.5, solver: 'ab2', steps: 16, scores },
      { solver: 'ab2', steps: 16, scores }
    ],
    realImages: { nearestTraining: 9.508 },
    trainingImages: { recall: spread(1) },
    gaussianFit: {},
    gaussianFitCutOff: {}
  }
  expect(scoreTable(metrics).split('\n').slice(2, 5)).toEqual([
    '| a label, guidance 1.5 (ab2, 16 steps) | .911 |  |  |  | -.0010 (-.0023 to .0100) |  |  |  |',
    '| no label (ab2, 16 steps) | .911 |  |  |  | -.0010 (-.0023 to .0100) |  |  |  |',
    '| real images |  |  |  | 1.000 |  |  |  | 9.51 |'
  ])
  const [head, , ...rows] = scoreTable(metrics, ['recall']).split('\n')
  expect(head).toBe('| 1,000 images | recall |')
  expect(rows.map((row) => row.split('|').length)).toEqual([4, 4, 4, 4, 4])
})
