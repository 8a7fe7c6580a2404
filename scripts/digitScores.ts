import { energyDistance } from '../src/metric/energy.ts'
import { precisionRecall } from '../src/metric/neighbours.ts'
import type { Batch } from '../src/types.ts'
import type { Classified } from './digitClassifier.ts'

/** How many neighbours make the radius of precision and recall. */
export const NEIGHBOURS = 3

/** How a set of images compares with real ones that nothing learned from. What was not measured is absent. */
export interface Scores {
  /** The share of images that the classifier takes for the digit that was asked for. */
  readonly agreement?: number
  /** The mean probability of the digit that the classifier takes an image for. */
  readonly confidence?: number
  /** k-nearest-neighbour precision and recall in pixel space. */
  readonly precision?: number
  readonly recall?: number
  /** In pixels scaled to [-1, 1], unbiased, so that it may lie below 0. */
  readonly energyDistance?: number
  /** The same of samples as the model gives them. */
  readonly energyDistanceNotCutOff?: number
  /** The energy distance of the classifier's 64 features. */
  readonly featureEnergyDistance?: number
  /** The mean distance to the nearest training image, in pixels scaled to [-1, 1]: near 0 for copies. */
  readonly nearestTraining?: number
}

/** Real images, which samples are compared with. */
export interface Reference {
  readonly images: Batch
  readonly classified: Classified
}

/**
 * Scores images with pixels in [0, 1], whose classification comes along.
 *
 * @param labels the digit that each image was to show
 */
export function score(
  images: Batch,
  { labels: found, confidences, features }: Classified,
  reference: Reference,
  labels?: readonly number[]
): Scores {
  return {
    ...(labels && { agreement: agreement(found, labels) }),
    confidence: mean(confidences),
    ...pixelScores(images, reference.images),
    featureEnergyDistance: energyDistance(features, reference.classified.features)
  }
}

/** The scores of pixels alone, which may leave [0, 1]. */
export function pixelScores(images: Batch, real: Batch): Scores {
  return {
    ...precisionRecall(images, real, NEIGHBOURS),
    energyDistance: pixelEnergyDistance(images, real)
  }
}

/** Distances double where pixels are scaled from [0, 1] to [-1, 1], and the energy distance with them. */
export function pixelEnergyDistance(images: Batch, real: Batch): number {
  return 2 * energyDistance(images, real)
}

/** The share of places at which two lists of labels are the same. */
export function agreement(found: readonly number[], wanted: readonly number[]): number {
  return mean(found.map((label, i) => (label === wanted[i] ? 1 : 0)))
}

/**
 * The mean distance of an image to the nearest one of `among`, pixels scaled to [-1, 1].
 * Time grows with the product of the counts.
 */
export function meanNearestDistance(images: Batch, among: Batch): number {
  let sum = 0
  for (const square of nearestDistances(images, among)) sum += 2 * Math.sqrt(square)
  return sum / images.count
}

/** The squared distance of each row to the nearest of others. */
export function nearestDistances(x: Batch, others: Batch): Float64Array {
  const { count, dim, data } = x
  return Float64Array.from({ length: count }, (_, i) => {
    let nearest = Infinity
    for (let j = 0; j < others.count; j++) {
      let square = 0
      // Most rows are out of the question long before their last number.
      for (let k = 0, p = i * dim, q = j * dim; k < dim && square < nearest; k++, p++, q++) {
        square += (data[p] - others.data[q]) ** 2
      }
      nearest = Math.min(nearest, square)
    }
    return nearest
  })
}

/** A number that differs from seed to seed. */
export interface Spread {
  readonly median: number
  readonly min: number
  readonly max: number
}

export type Spreads = Readonly<Partial<Record<keyof Scores, Spread>>>

/** The spread of each score over several sets of images, to four decimals. */
export function spreads(sets: readonly Scores[]): Spreads {
  const names = Object.keys(sets[0]) as (keyof Scores)[]
  return Object.fromEntries(names.map((name) => [name, spread(sets.map((set) => set[name] ?? NaN))]))
}

function spread(values: readonly number[]): Spread {
  const sorted = values.toSorted((a, b) => a - b)
  const middle = (sorted[Math.floor((sorted.length - 1) / 2)] + sorted[Math.floor(sorted.length / 2)]) / 2
  const round = (value: number): number => Number(value.toFixed(4))
  return { median: round(middle), min: round(sorted[0]), max: round(sorted[sorted.length - 1]) }
}

export function mean(values: readonly number[]): number {
  return values.reduce((sum, value) => sum + value, 0) / values.length
}
