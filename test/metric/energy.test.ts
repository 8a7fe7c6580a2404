import { expect, it } from 'vitest'
import { energyDistance } from '../../src/metric/energy.ts'
import type { Batch } from '../../src/types.ts'
import { erfc } from '../reference/erf.ts'
import { randomNumbers } from '../train/networks.ts'

const normalRows = (count: number, dim: number, seed: number, shift = 0): Batch => ({
  count,
  dim,
  data: randomNumbers(count * dim, seed).map((z) => z + shift)
})

it('is what its definition gives on three and two points', () => {
  const x: Batch = { count: 3, dim: 1, data: Float32Array.of(0, 1, 3) }
  const y: Batch = { count: 2, dim: 1, data: Float32Array.of(2, 4) }
  // across (2+4 + 1+3 + 1+1) / 6, within x (1+3+2) / 3, within y 2
  expect(energyDistance(x, y)).toBeCloseTo(4 - 2 - 2, 12)
})

it('averages to zero between draws of one distribution', () => {
  const values = Array.from({ length: 40 }, (_, i) =>
    energyDistance(normalRows(60, 3, 2 * i), normalRows(60, 3, 2 * i + 1))
  )
  const mean = values.reduce((sum, value) => sum + value, 0) / values.length
  const deviation = Math.sqrt(values.reduce((sum, value) => sum + (value - mean) ** 2, 0) / values.length)
  expect(Math.abs(mean)).toBeLessThan((4 * deviation) / Math.sqrt(values.length))
  expect(Math.min(...values)).toBeLessThan(0)
})

it('grows as distributions move apart', () => {
  const distances = [0, 0.5, 1, 2].map((shift) =>
    energyDistance(normalRows(200, 2, 1), normalRows(200, 2, 2, shift))
  )
  expect(distances).toEqual([...distances].sort((a, b) => a - b))
  expect(distances[3]).toBeGreaterThan(1)
})

it('averages to the closed form between Gaussians on a line', () => {
  // E|X - Y| of a difference N(m, v) is sqrt(2 v / pi) exp(-m^2 / (2 v)) + m erf(m / sqrt(2 v)).
  const mean = (m: number, v: number) =>
    Math.sqrt((2 * v) / Math.PI) * Math.exp(-(m * m) / (2 * v)) + m * (1 - erfc(m / Math.sqrt(2 * v)))
  const exact = 2 * mean(1, 2) - 2 * mean(0, 2)
  const values = Array.from({ length: 60 }, (_, i) =>
    energyDistance(normalRows(80, 1, 2 * i), normalRows(70, 1, 2 * i + 1, 1))
  )
  const average = values.reduce((sum, value) => sum + value, 0) / values.length
  const deviation = Math.sqrt(values.reduce((sum, value) => sum + (value - average) ** 2, 0) / values.length)
  expect(Math.abs(average - exact)).toBeLessThan((4 * deviation) / Math.sqrt(values.length))
})

it('is 0 exactly between equal sets as a V-statistic, which counts each row beside itself', () => {
  const x = normalRows(30, 2, 1)
  expect(energyDistance(x, x, { estimate: 'v-statistic' })).toBe(0)
  // across (2+4 + 1+3 + 1+1) / 6, within x 2 (1+3+2) / 9, within y 2 * 2 / 4
  expect(energyDistance([[0], [1], [3]], [[2], [4]], { estimate: 'v-statistic' })).toBeCloseTo(
    4 - 12 / 9 - 1,
    12
  )
})
