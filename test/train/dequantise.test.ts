import { expect, it } from 'vitest'
import { heldOutPairs, trainingPairs } from '../../src/train/batches.ts'
import { roundingOf } from '../../src/train/data.ts'
import { trainingSettings } from '../../src/train/settings.ts'
import type { Batch } from '../../src/types.ts'
import { TASK } from './task.ts'

const settings = trainingSettings({ architecture: TASK.architecture, steps: 5, batch: 64, seed: 3 })
/** Multiples of 0.1 in the first column, of 25 in the second. */
const measured: Batch = {
  count: 40,
  dim: 2,
  data: Float32Array.from({ length: 80 }, (_, i) => (i % 2 === 0 ? 38 + (i % 14) / 10 : 4000 + 25 * (i % 9)))
}
const preprocessing = { shift: [38, 4000], scale: [0.5, 100] }

it('spreads each value evenly over what rounds to it, anew at every step', () => {
  const rounding = roundingOf([0.1, 25], measured, preprocessing)
  expect(rounding).toEqual([0.2, 0.25])
  const told = { told: [], noise: undefined }
  const plain = trainingPairs({ states: measured, ...told, rounding: [] }, settings)
  const spread = trainingPairs({ states: measured, ...told, rounding }, settings)
  const offsets: number[][] = [[], []]
  for (let step = 0; step < 60; step++) {
    const [values, blurred] = [plain(step), spread(step)]
    expect([blurred.noise, blurred.times]).toEqual([values.noise, values.times])
    blurred.data.forEach((value, i) => offsets[i % 2].push((value - values.data[i]) / rounding[i % 2]))
  }
  for (const list of offsets) {
    const n = list.length
    // The states are of size 4000 in floats here, whose last place is 5e-4.
    expect(Math.max(...list.map(Math.abs))).toBeLessThan(0.502)
    const mean = list.reduce((sum, u) => sum + u, 0) / n
    const variance = list.reduce((sum, u) => sum + u * u, 0) / n
    expect(Math.abs(mean)).toBeLessThan(4 / Math.sqrt(12 * n))
    expect(Math.abs(variance - 1 / 12)).toBeLessThan(4 * Math.sqrt(1 / 180 / n))
    expect(new Set(list.map((u) => u.toFixed(3))).size).toBeGreaterThan(500)
  }
})

it('spreads held-out rows too, the same way each time, and leaves the rows themselves alone', () => {
  const judge = { states: measured, told: [], noise: undefined, rounding: [0.1, 25] }
  const before = measured.data.slice()
  const [first] = heldOutPairs(judge, settings)
  expect(heldOutPairs(judge, settings)[0].data).toEqual(first.data)
  expect(first.data).not.toEqual(measured.data)
  expect(measured.data).toEqual(before)
})

it('takes pixels of 8 bits, and rows that lie half a step off', () => {
  const data = Float32Array.from({ length: 256 }, (_, i) => i / 255)
  expect(roundingOf(1 / 255, { count: 128, dim: 2, data }, { shift: 0.5, scale: 0.5 })).toEqual([
    2 / 255,
    2 / 255
  ])
  expect(roundingOf(1, { count: 2, dim: 1, data: Float32Array.of(0.5, 7.5) })).toEqual([1])
})

it('leaves alone what has the step 0', () => {
  const data = Float32Array.of(1, 0.123, 2, 0.456)
  expect(roundingOf([1, 0], { count: 2, dim: 2, data })).toEqual([1, 0])
  expect(roundingOf(0, { count: 2, dim: 2, data })).toEqual([])
})

it('refuses a step that the values are no multiples of, and names two of them', () => {
  expect(() => roundingOf([0.1, 50], measured)).toThrow(
    '`dequantise` must be the step of the values, or 0 where there is none, got 50 for data[0][1] = 4025 and data[4][1] = 4000'
  )
  expect(() => roundingOf([0.1], measured)).toThrow('`dequantise` must be one number or 2, got 1')
})
