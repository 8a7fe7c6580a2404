import { expect, it } from 'vitest'
import { clamped, gaussianFitSamples, randomRows } from '../../scripts/digitsBaselines.ts'
import { randomNumbers } from '../train/networks.ts'

it('draws from the Gaussian with the mean and the covariance of the data', () => {
  const z = randomNumbers(400, 1)
  // x = 3 + u, y = 2 u + 0.5 v
  const data = Float32Array.from(z, (_, i) => (i % 2 ? 2 * z[i - 1] + 0.5 * z[i] : 3 + z[i]))
  const moments = (values: Float32Array) => {
    const n = values.length / 2
    const mean = [0, 1].map((j) => values.reduce((sum, v, i) => (i % 2 === j ? sum + v : sum), 0) / n)
    const entry = (j: number, k: number) =>
      Array.from(
        { length: n },
        (_, i) => (values[2 * i + j] - mean[j]) * (values[2 * i + k] - mean[k])
      ).reduce((a, b) => a + b) /
      (n - 1)
    return [...mean, entry(0, 0), entry(0, 1), entry(1, 1)]
  }
  const fit = moments(gaussianFitSamples({ count: 200, dim: 2, data }, 20_000, 1).data)
  moments(data).forEach((expected, i) => expect(Math.abs(fit[i] - expected)).toBeLessThan(0.15))
})

it('draws rows without replacement and cuts pixels off at 0 and 1', () => {
  const drawn = randomRows({ count: 5, dim: 1, data: Float32Array.of(0, 1, 2, 3, 4) }, 5, 1)
  expect([...drawn.data].sort()).toEqual([0, 1, 2, 3, 4])
  expect([...clamped({ count: 1, dim: 3, data: Float32Array.of(-1, 0.5, 2) }).data]).toEqual([0, 0.5, 1])
})
