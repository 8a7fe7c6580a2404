import type { Target } from '../schema/flowFile.ts'
import { square } from './base.ts'
import { mixtureOf } from '../target/mixture.ts'

/**
 * E |X_1|^2 of a closed form, sum_k w_k (|m_k|^2 + tr S_k); nothing for a network, whose target is not in its file.
 *
 * @param mixture as of `recognise`
 */
export function secondMoment(target: Target, mixture = mixtureOf(target)): number | undefined {
  if (mixture !== undefined) {
    const { weights, means, covariances } = mixture
    return sum(weights.map((w, k) => w * (norm(means[k]) + sum([...covariances[k].values]))))
  }
  if (target.kind !== 'empirical') return undefined
  const { points, bandwidth } = target
  return sum(points.map(norm)) / points.length + points[0].length * square(bandwidth)
}

const sum = (values: readonly number[]) => values.reduce((total, value) => total + value, 0)
const norm = (x: readonly number[]) => sum(x.map(square))
