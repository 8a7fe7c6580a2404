import { describe, expect, it } from 'vitest'
import type { Target } from '../../src/schema/flowFile.ts'
import { checkMixture } from '../../src/target/mixture.ts'
import { largestVariance, type Ordered } from '../../src/theory/between.ts'
import { widestOf } from '../../src/theory/ordering.ts'
import type { Mixture } from '../reference/mixture.ts'
import { schedules as twins, type Coefficients } from '../reference/schedule.ts'
import { math } from './math.ts'
import { twinOf } from './targets.ts'

type Matrix = readonly (readonly number[])[]

/** The wide covariance, diagonal, and beside it S_k with S_k^-1 = S^-1 + c v v', as nearly as S - S_k may be singular. */
function along(wide: readonly number[], c: number, v: readonly number[]): Matrix[] {
  const pulled = v.map((value, i) => wide[i] * value)
  const scale = c / (1 + c * v.reduce((sum, value, i) => sum + value * pulled[i], 0))
  const diagonal = wide.map((value, i) => wide.map((_, j) => (i === j ? value : 0)))
  const room = 1e-6 * Math.min(...wide)
  const narrower = diagonal.map((row, i) =>
    row.map((value, j) => value - scale * pulled[i] * pulled[j] - (i === j ? room : 0))
  )
  return [diagonal, narrower]
}

function orderOf(weights: number[], means: number[][], covariances: readonly Matrix[]) {
  const target = { kind: 'mixture', weights, means, covariances } as Target & { kind: 'mixture' }
  const order = widestOf(checkMixture(target), math)
  if (typeof order === 'string') throw new Error(order)
  return { order, twin: twinOf(target) }
}

/** For each component log(w_k N(x; b m_k, Q_k)) and the pull along u, u . Q_k^-1 (x - b m_k) / b. */
function partsAt(
  { weights, means, variances, axes }: Mixture,
  { a, b }: Coefficients,
  x: number[],
  u: readonly number[]
) {
  return means.map((mean, k) => {
    const spread = variances[k].map((l) => a * a + b * b * l)
    const turned = axes![k].map((axis) =>
      axis.reduce((sum, value, j) => sum + value * (x[j] - b * mean[j]), 0)
    )
    const seen = axes![k].map((axis) => axis.reduce((sum, value, j) => sum + value * u[j], 0))
    const log = turned.reduce(
      (sum, y, i) => sum - (y * y) / spread[i] / 2 - Math.log(spread[i]) / 2,
      Math.log(weights[k])
    )
    return { log, pull: turned.reduce((sum, y, i) => sum + (seen[i] * y) / spread[i], 0) / b }
  })
}

function varianceAt(twin: Mixture, at: Coefficients, x: number[], u: readonly number[]): number {
  const parts = partsAt(twin, at, x, u)
  const top = Math.max(...parts.map(({ log }) => log))
  const shares = parts.map(({ log }) => Math.exp(log - top))
  const total = shares.reduce((sum, share) => sum + share, 0)
  const mean = parts.reduce((sum, { pull }, k) => sum + (shares[k] / total) * pull, 0)
  return parts.reduce((sum, { pull }, k) => sum + (shares[k] / total) * (pull - mean) ** 2, 0)
}

const END: Coefficients = { a: 0, aDa: 0, b: 1, db: 1 }
const diagonally = (d: number) => new Array<number>(d).fill(1 / Math.sqrt(d))

describe.each([
  ['the plane', [1, 1 / 21]],
  ['space', [1, 1 / 11, 1 / 21]],
  ['four dimensions', [1, 1 / 11, 1 / 21, 1 / 31]]
])('beside a covariance that exceeds one with other axes, in %s', (_, wide) => {
  const v = diagonally(wide.length)
  const means = [v.map(() => 0), v.map(() => 0)]
  const { order, twin } = orderOf([1, 20], means, along(wide, 10, v))

  it('the variance of the pulls stays within its bound at all times, and is a quarter of it at the end', () => {
    for (const at of [END, ...[0.3, 0.6, 0.9, 0.99].map(twins.linear)]) {
      const seen = Array.from({ length: 4001 }, (_, i) =>
        varianceAt(
          twin,
          at,
          v.map((value) => (value * i) / 400),
          v
        )
      )
      const part = Math.max(...seen) / largestVariance(order, at, math)
      expect(part, `b = ${at.b}`).toBeLessThanOrEqual(1 + 1e-9)
      if (at === END) expect(part).toBeGreaterThan(0.25)
    }
  })
})

it.each([0.2, 0.7, 1])('the level is that of the largest quotient of densities anywhere, at t = %d', (t) => {
  const at = t === 1 ? END : twins.linear(t)
  const covariances = [[[2, 0.4], [0.4, 1]], [[0.5, -0.3], [-0.3, 0.6]], [[0.9, 0.5], [0.5, 0.7]]] // prettier-ignore
  const { order, twin } = orderOf([0.3, 0.5, 0.2], [[0, 0], [1.2, -0.7], [-0.4, 0.8]], covariances) // prettier-ignore
  order.others.forEach(({ level }, k) => {
    const quotient = (x: number[]) => {
      const parts = partsAt(twin, at, x, [1, 0])
      return parts[k + 1].log - parts[0].log
    }
    // Concave: the grid is drawn together around the best of its points.
    let [centre, reach] = [[0, 0], 128]
    while (reach > 1e-5) {
      const grid = Array.from({ length: 441 }, (_, i) => [
        centre[0] + reach * ((i % 21) / 10 - 1),
        centre[1] + reach * (Math.floor(i / 21) / 10 - 1)
      ])
      centre = grid.reduce((best, x) => (quotient(x) > quotient(best) ? x : best))
      reach /= 2
    }
    const logDet = (variances: readonly number[]) =>
      variances.reduce((sum, l) => sum + Math.log(at.a ** 2 + at.b ** 2 * l), 0)
    const want = quotient(centre) - (logDet(twin.variances[0]) - logDet(twin.variances[k + 1])) / 2
    expect(level).toBeCloseTo(want, 7)
  })
})

/** Components on the line at t = 1, of variances 1 (the widest) and `variances`. */
const onTheLine = (levels: readonly number[], variances: readonly number[]): Ordered => ({
  variances: [Math.min(...variances), 1],
  narrow: 1,
  spectrum: { once: Float64Array.of(1), often: new Float64Array() },
  radius: 0,
  others: levels.map((level, k) => ({
    level,
    spectrum: { once: Float64Array.of(variances[k]), often: new Float64Array() },
    gaps: Float64Array.of(variances[k], 1)
  }))
})

it.each([
  [
    [1, 2],
    [0.5, 0.25]
  ],
  [
    [-1, -2],
    [0.5, 0.1]
  ],
  [
    [8, 0],
    [0.9, 0.01]
  ],
  [
    [0, 60],
    [0.2, 0.7]
  ],
  [
    [-12, -9],
    [0.3, 0.4]
  ]
])('the bound for levels %j of the variances %j is the largest value of F', (levels, variances) => {
  const gammas = variances.map((l) => 1 / l - 1)
  const tops = levels.map((level, k) => level - Math.log(variances[k]) / 2)
  const value = (logs: readonly number[]) => {
    const p = logs.map(Math.exp)
    const sum = logs.reduce((total, log, k) => total + gammas[k] * 2 * (tops[k] - log) * p[k], 0)
    return sum / (1 + p[0] + p[1])
  }
  let [centre, reach] = [[tops[0] - 40, tops[1] - 40], 40]
  while (reach > 1e-6) {
    const grid = Array.from({ length: 81 * 81 }, (_, i) => [
      Math.min(tops[0], centre[0] + reach * ((i % 81) / 40 - 1)),
      Math.min(tops[1], centre[1] + reach * (Math.floor(i / 81) / 40 - 1))
    ])
    centre = grid.reduce((best, logs) => (value(logs) > value(best) ? logs : best))
    reach /= 4
  }
  expect(largestVariance(onTheLine(levels, variances), END, math) / value(centre)).toBeCloseTo(1, 6)
})

it.each([
  [
    [1, 1],
    [1, 0.25]
  ],
  [
    [1, 20],
    [4, 0.01]
  ],
  [
    [5, 1],
    [1, 0.9]
  ]
])('of two about one centre on a line it is what happens: weights %j, variances %j', (weights, variances) => {
  const axes = variances.map(() => [[1]])
  const { order, twin } = orderOf(weights, [[0], [0]], variances.map((variance) => [[variance]])) // prettier-ignore
  for (const at of [END, ...[0.3, 0.6, 0.9, 0.99].map(twins.linear)]) {
    const seen = Array.from({ length: 100_001 }, (_, i) =>
      varianceAt({ ...twin, axes }, at, [i / 10_000], [1])
    )
    const bound = largestVariance(order, at, math)
    expect(Math.max(...seen) / bound).toBeGreaterThan(1 - 1e-5)
    expect(Math.max(...seen) / bound).toBeLessThan(1 + 1e-9)
  }
})
