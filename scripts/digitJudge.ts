import type { Batch } from '../src/types.ts'
import { energyDistance } from '../src/metric/energy.ts'
import { clamped, gaussianFitSamples, randomRows } from './digitsBaselines.ts'
import type { Classified } from './digitClassifier.ts'
import type { LabelledImages } from './digits.ts'
import {
  agreement,
  meanNearestDistance,
  mean,
  pixelEnergyDistance,
  pixelScores,
  score,
  type Scores
} from './digitScores.ts'

/** Scores samples of a model by a split of the digits, and by the same measures what they are to be read beside. */
export interface DigitJudge {
  /** Samples of a model, cut off at 0 and 1 except where it says so. */
  readonly samples: (images: Batch, labels?: readonly number[]) => Scores
  /** The split's own images: how often the classifier is right, how sure, and how near they lie to the training images. */
  readonly realImages: () => Scores
  /** As many training images as the split has, drawn at random: what a model at its best can be expected to reach. */
  readonly trainingImages: (seed: number) => Scores
  /** Samples of the Gaussian with the training images' mean and covariance, as they are and cut off at 0 and 1. */
  readonly gaussianFit: (seed: number) => { asTheyAre: Scores; cutOff: Scores }
}

export function digitJudge(
  train: Batch,
  split: LabelledImages,
  classify: (images: Batch) => Classified
): DigitJudge {
  const reference = { images: split, classified: classify(split) }
  return {
    samples: (images, labels) => {
      const cut = clamped(images)
      return {
        ...score(cut, classify(cut), reference, labels),
        // The Gaussian fit's is that of uncut samples, so theirs stands beside it.
        energyDistanceNotCutOff: pixelEnergyDistance(images, split),
        nearestTraining: meanNearestDistance(cut, train)
      }
    },
    realImages: () => ({
      agreement: agreement(reference.classified.labels, split.labels),
      confidence: mean(reference.classified.confidences),
      nearestTraining: meanNearestDistance(split, train)
    }),
    trainingImages: (seed) => {
      const drawn = randomRows(train, split.count, seed)
      const { features } = classify(drawn)
      return {
        ...pixelScores(drawn, split),
        featureEnergyDistance: energyDistance(features, reference.classified.features)
      }
    },
    gaussianFit: (seed) => {
      const fit = gaussianFitSamples(train, split.count, seed)
      const cut = clamped(fit)
      return { asTheyAre: pixelScores(fit, split), cutOff: score(cut, classify(cut), reference) }
    }
  }
}
