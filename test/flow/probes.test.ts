import { expect, it } from 'vitest'
import { meanOfProbes } from '../../src/flow/probes.ts'

it('the standard error of a mean is that of its values over the root of their number, by n - 1', () => {
  const { mean, standardError } = meanOfProbes(Float64Array.of(1, 3, 5, 5, 0, 8), 3, 2)
  expect([...mean]).toEqual([2, 5, 4])
  expect([...standardError!]).toEqual([1, 0, 4])
  const four = meanOfProbes(Float64Array.of(1, 2, 3, 6), 1, 4)
  expect(four.standardError?.[0]).toBeCloseTo(Math.sqrt(14 / 3 / 4), 15)
  expect(meanOfProbes(Float64Array.of(7), 1, 1).standardError?.[0]).toBeNaN()
})
