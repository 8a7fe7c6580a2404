import { describe, expect, it } from 'vitest'
import type { Assume } from '../../src/schema/certify.ts'
import type { Target } from '../../src/schema/flowFile.ts'
import { checkMixture } from '../../src/target/mixture.ts'
import { assumedOf, declaredClasses } from '../../src/theory/declared.ts'
import { tiltsOf } from '../../src/theory/tilt.ts'
import { numberStream } from '../fixtures/numbers.ts'
import { refusal } from '../fixtures/refusal.ts'
import { math } from './math.ts'
import { twinOf } from './targets.ts'

const declare = (assume: Assume, target: Target) => declaredClasses(assume, target, math)
const mixture = (weights: number[], means: number[][], stds: (number | number[])[]) =>
  ({ kind: 'mixture', weights, means, stds }) as Target
const simplex = (n: number) =>
  Array.from({ length: n }, (_, i) => Array.from({ length: n }, (_, j) => (i === j ? 3 : 0)))
const TRIANGLE = [
  [0, 0],
  [1, 0],
  [0.5, 0.5 * Math.sqrt(3)]
]

/** The least Lipschitz constant of f on the line: half the range of (log p)' + x / sigma^2, by a fine grid drawn together. */
function leastOnLine(weights: number[], means: number[], stds: number[]): number {
  const sigma = Math.max(...stds)
  const g = (x: number) => {
    const logs = weights.map((w, k) => Math.log(w / stds[k]) - ((x - means[k]) / stds[k]) ** 2 / 2)
    const most = Math.max(...logs)
    const parts = logs.map((log) => Math.exp(log - most))
    const total = parts.reduce((sum, part) => sum + part, 0)
    const pull = parts.reduce(
      (sum, p, k) => sum + ((p / total) * (stds[k] === sigma ? 1 : 0) * means[k]) / sigma ** 2,
      0
    )
    return parts.reduce(
      (sum, p, k) =>
        stds[k] === sigma ? sum : sum + (p / total) * (x / sigma ** 2 - (x - means[k]) / stds[k] ** 2),
      pull
    )
  }
  const extreme = (sign: number) => {
    let best = -Infinity
    let at = 0
    for (let x = -200; x <= 200; x += 0.01) if (sign * g(x) > best) [best, at] = [sign * g(x), x]
    for (let size = 0.01; size > 1e-12; size /= 2)
      for (const x of [at - size, at + size]) if (sign * g(x) > best) [best, at] = [sign * g(x), x]
    return best
  }
  return (extreme(1) + extreme(-1)) / 2
}

it.each<[string, Target, Assume, string, RegExp]>([
  [
    'a Gaussian that is narrower along an axis than the one it should be near',
    { kind: 'gaussian', mean: [0, 0], covariance: [[1, 0], [0, 0.25]] }, // prettier-ignore
    { sigma: 1, lipschitz: 1e6 },
    'sigma',
    /no component of the target has .* 1 in every direction/
  ],
  [
    'a mixture that is as wide along every axis, by two components in turns',
    mixture([1, 1], [[0, 0], [0, 0]], [[1, 0.5], [0.5, 1]]), // prettier-ignore
    { sigma: 1, lipschitz: 1e6 },
    'sigma',
    /no component of the target has/
  ],
  [
    'a narrow cluster beside a wide one, by far too gentle a slope',
    mixture([0.5, 0.5], [[-5], [5]], [1, 0.5]),
    { sigma: 1, lipschitz: 0.001 },
    'lipschitz',
    /at least [\d.]+, got 0.001: .* at x = \[/
  ],
  [
    'a narrow cluster within a wide one',
    mixture([1, 1], [[0], [0]], [1, 0.5]),
    { sigma: 1, lipschitz: 0.001 },
    'lipschitz',
    /at least [\d.]+, got 0.001/
  ],
  [
    'three means of which no two tell',
    mixture([1, 1, 1], TRIANGLE, [1, 1, 1]),
    { sigma: 1, lipschitz: 0.57735 },
    'lipschitz',
    /at least 0.57735026\d*, got 0.57735: .*means 0, 1 and 2/
  ],
  [
    'ten means of which no nine tell',
    mixture(simplex(10).map(() => 1), simplex(10), simplex(10).map(() => 1)), // prettier-ignore
    { sigma: 1, lipschitz: 3 * Math.sqrt(0.9) - 1e-6 },
    'lipschitz',
    /at least 2.84604\d*/
  ],
  [
    'wide means far apart with a narrow one between',
    mixture([1, 1, 1], [[-2, 0], [2, 0], [0, 1]], [1, 1, [0.5, 0.7]]), // prettier-ignore
    { sigma: 1, lipschitz: 1.99 },
    'lipschitz',
    /at least 2/
  ],
  [
    'a component that is as wide along one axis and further out along it',
    mixture([1, 1], [[0, 0], [1, 0]], [1, [1, 0.5]]), // prettier-ignore
    { sigma: 1, lipschitz: 1e6 },
    'lipschitz',
    /left out: .*component 1/
  ]
])('%s is refused', (_, target, assume, field, message) => {
  const error = refusal(() => declare(assume, target))
  expect(error.code).toBe('invalid_argument')
  expect(error.path).toBe(`assume.${field}`)
  expect(error.message).toMatch(message)
})

it('a component that is as wide along one axis, and no further out along it, has a constant', () => {
  const target = mixture([1, 1, 1], [[-1, 0], [1, 0], [0.5, 0]], [1, 1, [1, 0.5]]) // prettier-ignore
  expect(assumedOf(declare({ sigma: 1, lipschitz: 9 }, target))).toHaveLength(1)
  expect(refusal(() => declare({ sigma: 1, lipschitz: 0.999 }, target)).path).toBe('assume.lipschitz')
})

it.each([1, 2, 3, 5])('around one centre in %d dimensions the constant is that of a radius', (dim) => {
  // g = -(1 / .16 - 1) w(r) x, w being the share of the narrow one at the distance r: the largest r w(r), by a fine scan.
  const share = (r: number) => 1 / (1 + 0.5 * 0.4 ** dim * Math.exp(((1 / 0.16 - 1) * r * r) / 2))
  let least = 0
  for (let r = 0; r < 3; r += 1e-5) least = Math.max(least, (1 / 0.16 - 1) * r * share(r))
  const at = Array.from({ length: dim }, (_, j) => j + 1)
  const target = mixture([1, 2], [at, at], [1, 0.4])
  expect(declare({ sigma: 1, lipschitz: least * (1 + 1e-8) }, target)).toHaveLength(1)
  const { path, message } = refusal(() => declare({ sigma: 1, lipschitz: least * (1 - 1e-6) }, target))
  expect(path).toBe('assume.lipschitz')
  expect(message).toMatch(/ at x = \[/)
})

it('what a search names are values of grad f, but for a constant', () => {
  const tilted = [[1.2, 0.4], [0.4, 0.6]] // prettier-ignore
  const target: Target = {
    kind: 'mixture',
    weights: [1, 2, 0.5],
    means: [[0, 0], [2, 1], [-1, 2]], // prettier-ignore
    covariances: [[[2.25, 0], [0, 2.25]], tilted, [[0.3, -0.1], [-0.1, 0.2]]] // prettier-ignore
  }
  const { told, least } = tiltsOf(checkMixture(target), 1.5, [0], math)
  expect(told.length).toBeGreaterThan(1)
  const { weights, means, variances, axes } = twinOf(target)
  const density = (x: readonly number[]) => {
    const logs = weights.map((weight, k) =>
      axes![k].reduce((sum, axis, i) => {
        const y = axis[0] * (x[0] - means[k][0]) + axis[1] * (x[1] - means[k][1])
        return sum - y ** 2 / variances[k][i] / 2 - Math.log(variances[k][i]) / 2
      }, Math.log(weight))
    )
    const most = Math.max(...logs)
    const sum = logs.reduce((total, log) => total + Math.exp(log - most), 0)
    return most + Math.log(sum) + (x[0] ** 2 + x[1] ** 2) / 2 / 2.25
  }
  for (const { value, at } of told) {
    if (typeof at === 'number') continue
    const slope = (j: number) => {
      const step = (h: number) => density(at.map((v, i) => (i === j ? v + h : v)))
      return (8 * (step(1e-3) - step(-1e-3)) - step(2e-3) + step(-2e-3)) / 12e-3
    }
    expect(slope(0)).toBeCloseTo(value[0], 7)
    expect(slope(1)).toBeCloseTo(value[1], 7)
  }
  expect(smallestRadius(told.map(({ value }) => value))).toBeCloseTo(least, 5)
})

const next = numberStream(5)
const between = (low: number, high: number) => low + ((high - low) * (next() + 1)) / 2
const several = (count: number, low: number, high: number) =>
  Array.from({ length: count }, () => between(low, high))

describe.each(
  Array.from({ length: 30 }, (_, i) => {
    const count = 1 + (i % 4)
    const stds = several(count, 0.3, 1.2)
    stds[0] = i % 3 === 0 ? 1.25 : Math.max(...stds)
    return { i, weights: several(count, 0.01, 1), means: several(count, -3, 3), stds }
  })
)('of the mixture $i on a line', ({ weights, means, stds }) => {
  const target = mixture(
    weights,
    means.map((mean) => [mean]),
    stds
  )
  const sigma = Math.max(...stds)
  const least = leastOnLine(weights, means, stds)

  it('the exact constant is accepted, and one a millionth below refused', () => {
    expect(declare({ sigma, lipschitz: least * (1 + 1e-9) }, target)).toHaveLength(1)
    if (least > 0)
      expect(refusal(() => declare({ sigma, lipschitz: least * (1 - 1e-6) }, target)).path).toBe(
        'assume.lipschitz'
      )
  })
})

describe.each(
  Array.from({ length: 12 }, (_, i) => {
    const dim = 1 + (i % 6)
    const count = 2 + i
    const stds = new Array<number>(count).fill(between(0.2, 3))
    return { i, weights: several(count, 1e-3, 1), means: Array.from({ length: count }, () => several(dim, -2, 2)), stds } // prettier-ignore
  })
)('of the mixture $i of one width', ({ weights, means, stds }) => {
  const [sigma] = stds
  const least = smallestRadius(means) / sigma ** 2

  it('the exact constant is accepted and shown, and one a millionth below refused', () => {
    const target = mixture(weights, means, stds)
    expect(assumedOf(declare({ sigma, lipschitz: least * (1 + 1e-9) }, target))).toEqual([])
    const { path } = refusal(() => declare({ sigma, lipschitz: least * (1 - 1e-6) }, target))
    expect(path).toBe('assume.lipschitz')
  })
})

/** By bisection of circumscribed balls: the smallest of a subset of at most dim + 1 points that holds all (few points only). */
function smallestRadius(points: readonly (readonly number[])[]): number {
  // Subgradient steps that shrink, from the mean, then exact on the points that touch: the circumscribed ball of them.
  const d = points[0].length
  let centre = points[0].map((_, j) => points.reduce((sum, p) => sum + p[j] / points.length, 0))
  const away = (p: readonly number[], c: readonly number[]) => Math.hypot(...p.map((v, j) => v - c[j]))
  let best = Infinity
  const note = (c: readonly number[]) => {
    const radius = Math.max(...points.map((p) => away(p, c)))
    if (radius < best) best = radius
  }
  for (let i = 1; i <= 200000; i++) {
    const far = points.reduce((most, p) => (away(p, centre) > away(most, centre) ? p : most))
    centre = centre.map((v, j) => v + (far[j] - v) / (i + 1))
  }
  note(centre)
  const ranked = [...points].sort((p, q) => away(q, centre) - away(p, centre))
  for (let size = 2; size <= d + 1; size++) {
    const circle = circumscribed(ranked.slice(0, size))
    if (circle !== undefined) note(circle)
  }
  return best
}

/** The point of the affine hull that is equally far from all. */
function circumscribed(points: readonly (readonly number[])[]): number[] | undefined {
  const [origin, ...rest] = points
  const ways = rest.map((p) => p.map((v, j) => v - origin[j]))
  const dot = (x: readonly number[], y: readonly number[]) => x.reduce((sum, v, j) => sum + v * y[j], 0)
  const rows = ways.map((way) => [...ways.map((other) => 2 * dot(way, other)), dot(way, way)])
  for (let i = 0; i < rows.length; i++) {
    if (Math.abs(rows[i][i]) < 1e-12) return undefined
    for (let k = 0; k < rows.length; k++) {
      if (k === i) continue
      const factor = rows[k][i] / rows[i][i]
      rows[k] = rows[k].map((v, j) => v - factor * rows[i][j])
    }
  }
  const shares = rows.map((row, i) => row[rows.length] / row[i])
  return origin.map((v, j) => v + shares.reduce((sum, share, i) => sum + share * ways[i][j], 0))
}
