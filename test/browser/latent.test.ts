import { expect, test } from 'vitest'
import { rms, row, slerp, stacked } from '../../worker/playground/latent.ts'

const a = Float32Array.of(3, 0, 0)
const b = Float32Array.of(0, 4, 0)

test('slerp begins at a and ends at b', () => {
  expect([...slerp(a, b, 0)]).toEqual([3, 0, 0])
  expect(rms(slerp(a, b, 1), b)).toBeLessThan(1e-6)
})

test('slerp between vectors of one length keeps that length', () => {
  const c = Float32Array.of(0, 0, 3)
  for (const s of [0.1, 0.5, 0.9]) expect(Math.hypot(...slerp(a, c, s))).toBeCloseTo(3, 5)
})

test('slerp halfway between perpendicular vectors weighs both by the sine of 45 degrees', () => {
  const half = slerp(a, b, 0.5)
  expect(half[0]).toBeCloseTo(3 * Math.SQRT1_2, 6)
  expect(half[1]).toBeCloseTo(4 * Math.SQRT1_2, 6)
})

test('slerp between parallel vectors is the straight line', () => {
  expect([...slerp(a, Float32Array.of(6, 0, 0), 0.5)]).toEqual([4.5, 0, 0])
})

test('stacked rows come apart again', () => {
  const points = stacked([a, b])
  expect(points).toMatchObject({ count: 2, dim: 3 })
  expect([...row(points, 1)]).toEqual([...b])
})

test('rms is the root of the mean squared difference', () => {
  expect(rms(a, b)).toBeCloseTo(Math.sqrt(25 / 3), 12)
})
