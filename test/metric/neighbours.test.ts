import { expect, it } from 'vitest'
import { neighbourRadii, precisionRecall, squaredDistances } from '../../src/metric/neighbours.ts'
import type { Batch } from '../../src/types.ts'

const line = (...x: number[]): Batch => ({ count: x.length, dim: 1, data: Float32Array.from(x) })

it('measures the distance of every pair of rows', () => {
  const x: Batch = { count: 1, dim: 2, data: Float32Array.of(0, 1) }
  const y: Batch = { count: 3, dim: 2, data: Float32Array.of(0, 1, 3, 5, -1, 1) }
  expect([...squaredDistances(x, y)]).toEqual([0, 25, 1])
})

it('reaches from a row to its k-th nearest other row', () => {
  expect([...neighbourRadii(line(0, 1, 3, 7), 1)]).toEqual([1, 1, 4, 16])
  expect([...neighbourRadii(line(0, 1, 3, 7), 2)]).toEqual([9, 4, 9, 36])
  expect([...neighbourRadii(line(5, 5, 6), 1)]).toEqual([0, 0, 1])
})

it('counts samples inside the real balls, and real rows inside the samples', () => {
  // Real balls: 0 and 1 reach 1 far, 10 reaches 9. Sample balls: all reach 0.5.
  const real = line(0, 1, 10)
  expect(precisionRecall(line(-0.5, 0, 30, 30.5), real, 1)).toEqual({ precision: 2 / 4, recall: 1 / 3 })
})

it('is 1 and 1 for a set against itself, 0 and 0 for sets far apart', () => {
  const x = line(0, 1, 2, 4, 8)
  expect(precisionRecall(x, x)).toEqual({ precision: 1, recall: 1 })
  expect(precisionRecall(x, line(100, 101, 102, 104))).toEqual({ precision: 0, recall: 0 })
})

it('falls in recall when samples keep to one mode, in precision when they leave the data', () => {
  const modes = line(0, 0.1, 0.2, 0.3, 9, 9.1, 9.2, 9.3)
  const kept = precisionRecall(line(0.05, 0.15, 0.25, 0.22), modes)
  expect(kept).toEqual({ precision: 1, recall: 0.5 })
  const strays = precisionRecall(line(0.05, 0.15, 4, 5, 6, 9.15), modes)
  expect(strays.precision).toBe(0.5)
})
