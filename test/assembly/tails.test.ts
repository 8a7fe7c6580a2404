import { describe, expect, it } from 'vitest'
import type { Mixture } from '../reference/mixture.ts'
import { estimateOf, posterior } from '../reference/posterior.ts'
import { schedules } from '../reference/schedule.ts'
import { askOf } from './asking.ts'
import { newCore, numbers, worstError } from './core.ts'
import { putMixture, randomMixture, roundMixture } from './mixture.ts'

const core = await newCore()

/** The derivative of the 64-bit twin's velocity, whose covariances are of centred means. */
function derivativeOf(mixture: Mixture, t: number, x: readonly number[]): number[][] {
  const at = schedules.linear(t)
  return estimateOf(posterior(mixture, at, x), at, at.aDa, at.db, x).jacobian
}

const far: [string, Mixture][] = [
  ['a Gaussian with axes of its own', randomMixture(numbers(1), 1, 3, true)],
  ['a line', randomMixture(numbers(2), 1, 1, false)],
  ['round components in the plane', roundMixture(numbers(3), 2, 2)],
  ['round components', roundMixture(numbers(4), 3, 3)],
  ['a diagonal mixture', randomMixture(numbers(5), 3, 3, false)],
  ['a mixture with axes of its own', randomMixture(numbers(6), 3, 3, true)]
]

describe.each(far)('%s, from 10 to 1e20 away', (_, mixture) => {
  const d = mixture.means[0].length
  const v = putMixture(core, 'linear', mixture)
  const sizes = [10, 1e3, 1e5, 1e6, 1e8, 1e10, 1e20]
  const x = sizes.map((size) => Array.from({ length: d }, (__, j) => Math.fround(j % 2 ? -size : size)))
  const units = x.flatMap(() => Array.from({ length: d }, (__, j) => x[0].map((___, i) => Number(i === j))))

  it.each([0, 1e-3, 0.5, 0.9])('keeps its divergence and tangents at time %f', (t) => {
    const expected = x.map((row) => derivativeOf(mixture, t, row))
    const traces = expected.map((jacobian) => jacobian.reduce((s, line, i) => s + line[i], 0))
    expect(worstError(askOf(core, v).divergence(t, x).traces, traces)).toBeLessThan(1e-7)
    const columns = expected.flatMap((jacobian) =>
      jacobian.flatMap((__, j) => jacobian.map((line) => line[j]))
    )
    expect(worstError(askOf(core, v).jvp(t, x, units).tangents.flat(), columns)).toBeLessThan(1e-6)
  })
})
