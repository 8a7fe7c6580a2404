import { describe, expect, it } from 'vitest'
import { GaussflowError } from '../../src/error.ts'
import type { Target } from '../../src/schema/flowFile.ts'
import type { Assume } from '../../src/schema/certify.ts'
import { assumedOf, declaredClasses } from '../../src/theory/declared.ts'
import { randomRows } from '../fixtures/numbers.ts'
import { refusal } from '../fixtures/refusal.ts'
import { math } from './math.ts'
import { GAUSSIAN, SYMMETRIC } from './targets.ts'

const NETWORK = { kind: 'network' } as Target
const DATA: Target = { kind: 'empirical', points: [[0, 0], [3, 4], [1, 1]], bandwidth: 0 } // prettier-ignore
const declare = (assume: Assume, target: Target) => declaredClasses(assume, target, math)
const LINE = Array.from({ length: 41 }, (_, i) => (i - 20) / 2)
/** Clusters whose density bends by less than a single one does, but far out. */
const CROWD: Target = {
  kind: 'mixture',
  weights: LINE.map((m) => Math.exp(-(m * m) / 0.5)),
  means: LINE.map((m) => [m]),
  stds: LINE.map(() => 1)
}
const CROSSED: Target = {
  kind: 'mixture',
  weights: [1, 1],
  means: [[0, 0], [0, 0]], // prettier-ignore
  stds: [[1, 2], [2, 1]] // prettier-ignore
}
const CONCENTRIC: Target = { kind: 'mixture', weights: [1, 1], means: [[0], [0]], stds: [1, 0.5] }
const THREE: Target = {
  kind: 'mixture',
  weights: [1, 1, 1],
  means: [
    [0, 0],
    [1, 0],
    [0.5, 0.5 * Math.sqrt(3)]
  ],
  stds: [1, 1, 1]
}

it.each<[string, Assume, Target, string, RegExp]>([
  [
    'kappa above that of a Gaussian',
    { kappa: 2.1 },
    GAUSSIAN.target,
    'kappa',
    /at most 2.04081\d*, got 2.1: .* at x = \[0.3\]/
  ],
  [
    'kappa above that between two clusters',
    { kappa: -59 },
    SYMMETRIC.target,
    'kappa',
    /at most -60, got -59: .* at x = \[0\] along \[-?1\]/
  ],
  ['beta below that of a Gaussian', { beta: 2 }, GAUSSIAN.target, 'beta', /at least 2.04081\d*, got 2/],
  [
    'beta below that beside two clusters',
    { beta: 3.9 },
    SYMMETRIC.target,
    'beta',
    /at least 4(\.0*)?, got 3.9/
  ],
  [
    'a diameter below that of a data set',
    { diameter: 4.9 },
    DATA,
    'diameter',
    /at least 5, got 4.9: the points 0 and 1/
  ],
  ['a diameter of a Gaussian', { diameter: 9 }, GAUSSIAN.target, 'diameter', /left out: component 0/],
  ['kappa of a data set', { kappa: 0 }, DATA, 'kappa', /no density/],
  [
    'a radius that does not reach the means',
    { radius: 1.9, sigma: 0.5 },
    SYMMETRIC.target,
    'radius',
    /at least 2, got 1.9: that is the norm of mean 0 of the target/
  ],
  [
    'a radius that holds the means about another point than 0',
    { radius: 0.9, sigma: 1 },
    THREE,
    'radius',
    /at least 1, got 0.9: that is the norm of mean 1/
  ],
  [
    "a sigma that is no component's",
    { radius: 2, sigma: 0.4 },
    SYMMETRIC.target,
    'sigma',
    /got 0.4: that of component 0 is 0.5/
  ],
  [
    'a perturbation that is too gentle',
    { lipschitz: 7.9, sigma: 0.5 },
    SYMMETRIC.target,
    'lipschitz',
    /at least 8, got 7.9/
  ],
  ['beta of a bounded support', { beta: 1, diameter: 2 }, NETWORK, 'beta', /left out with `assume.diameter`/],
  [
    'beta below what the tail of many clusters bends by',
    { beta: 0.81 },
    CROWD,
    'beta',
    /at least 1, got 0.81: component 0 .* variance 1/
  ],
  [
    'any kappa where two covariances exceed each other',
    { kappa: -1e5 },
    CROSSED,
    'kappa',
    /left out: .* components 0 and 1 of the target/
  ],
  [
    'a perturbation of a Gaussian that is narrower than a component',
    { sigma: 0.5, lipschitz: 9 },
    CONCENTRIC,
    'sigma',
    /largest standard deviation .*, got 0.5: that of component 0 is 1/
  ],
  ['a radius alone', { radius: 2 }, NETWORK, 'radius', /`assume.sigma`/],
  ['a Lipschitz constant alone', { lipschitz: 2 }, NETWORK, 'lipschitz', /`assume.sigma`/],
  ['a sigma alone', { sigma: 2 }, NETWORK, 'sigma', /`assume.radius` or `assume.lipschitz`/],
  ['kappa above beta', { kappa: 2, beta: 1 }, NETWORK, 'kappa', /at most `assume.beta`, 1, got 2/],
  ['a negative radius', { radius: -1, sigma: 1 }, NETWORK, 'radius', /at least 0, got -1/],
  ['no number', { kappa: NaN }, NETWORK, 'kappa', /finite number/],
  ['what is not known', { kapa: 1 } as Assume, NETWORK, 'kapa', /known are kappa/]
])('%s is refused with what contradicts it', (_, assume, target, field, message) => {
  const error = refusal(() => declare(assume, target))
  expect(error.code).toBe('invalid_argument')
  expect(error.path).toBe(`assume.${field}`)
  expect(error.message).toMatch(message)
})

describe('of points too many to compare each with each', () => {
  const line: Target = { kind: 'empirical', points: Array.from({ length: 5000 }, (_, i) => [i / 50]), bandwidth: 0 } // prettier-ignore
  const cloud: Target = { kind: 'empirical', points: randomRows(8, 5000, 3, 1), bandwidth: 0 }

  it.each([0.001, 50, 99.97])('a diameter of %d is refused with two that are further apart', (diameter) => {
    const { path, message } = refusal(() => declare({ diameter }, line))
    expect(path).toBe('assume.diameter')
    expect(message).toContain(`must be at least 99.98, got ${diameter}: the points 0 and 4999`)
  })

  it('a diameter between theirs and that of a ball is assumed, and one above is shown', () => {
    expect(assumedOf(declare({ diameter: 99.98 }, line))).toEqual([])
    const { message } = refusal(() => declare({ diameter: 3 }, cloud))
    const apart = Number(/at least ([\d.]+),/.exec(message)![1])
    expect(apart).toBeGreaterThan(3.2)
    expect(assumedOf(declare({ diameter: apart }, cloud))).toHaveLength(1)
    expect(assumedOf(declare({ diameter: 2 * Math.sqrt(3) * 1.02 }, cloud))).toEqual([])
  })

  it('so is a Lipschitz constant of them smoothed, half their distance by sigma^2', () => {
    const smooth: Target = { ...line, bandwidth: 2 }
    const { path, message } = refusal(() => declare({ lipschitz: 12, sigma: 2 }, smooth))
    expect(path).toBe('assume.lipschitz')
    expect(message).toContain('at least 12.4975, got 12: the means 0 and 4999 of the target are 99.98 apart')
    expect(assumedOf(declare({ lipschitz: 12.4976, sigma: 2 }, smooth))).toEqual([])
  })
})

it('what the target shows is not assumed', () => {
  for (const [assume, target] of [
    [{ kappa: 2 }, GAUSSIAN.target],
    [{ beta: 2.1 }, GAUSSIAN.target],
    [{ kappa: -60, beta: 4, radius: 2, sigma: 0.5 }, SYMMETRIC.target],
    [{ sigma: 0.5, lipschitz: 8 }, SYMMETRIC.target],
    [{ diameter: 5 }, DATA],
    [{ radius: 1, sigma: 1 }, THREE]
  ] as [Assume, Target][]) {
    const declared = declare(assume, target)
    expect(declared.length).toBeGreaterThan(0)
    expect(assumedOf(declared)).toEqual([])
  }
})

it('what the target neither shows nor contradicts is listed as assumed', () => {
  // f = log(1/2 + e^(-3 x^2 / 2)) has slopes of at most 1.05, which a search finds, and no more.
  const declared = declare({ sigma: 1, lipschitz: 2 }, CONCENTRIC)
  expect(declared).toEqual([{ class: { kind: 'log-lipschitz', sigma: 1, lipschitz: 2 }, shown: false }])
  expect(assumedOf(declared)[0]).toContain('f being 2-Lipschitz')
  expect(refusal(() => declare({ sigma: 1, lipschitz: 1.04 }, CONCENTRIC)).path).toBe('assume.lipschitz')
})

it('all that is said of a network is assumed', () => {
  const declared = declare({ kappa: -1, beta: 2, sigma: 1, radius: 2, lipschitz: 4 }, NETWORK)
  expect(declared.map((one) => one.class.kind)).toEqual([
    'log-concave',
    'log-convex',
    'gaussian-mixture',
    'log-lipschitz'
  ])
  expect(assumedOf(declared)).toHaveLength(4)
  expect(assumedOf(declare({ kappa: -1, diameter: 3 }, NETWORK))).toHaveLength(2)
})

describe('of more points than a call takes arguments', () => {
  const points = randomRows(9, 200000, 1, 2)
  const target: Target = { kind: 'empirical', points, bandwidth: 0.5 }

  it.each<[Assume, number]>([
    [{ kappa: -20 }, 1],
    [{ beta: 5 }, 0],
    [{ sigma: 0.5, radius: 2 }, 0],
    [{ sigma: 0.5, lipschitz: 8 }, 0]
  ])('%j is held against them', (assume, assumed) => {
    expect(assumedOf(declare(assume, target))).toHaveLength(assumed)
  })
})

describe('a declared class costs no more than a short search', () => {
  const seconds = (assume: Assume, target: Target) => {
    const start = performance.now()
    try {
      declare(assume, target)
    } catch (error) {
      if (!(error instanceof GaussflowError)) throw error
    }
    return (performance.now() - start) / 1000
  }
  // What a quiet core takes 0.3 s for, and a busy one ten times as long.
  const MOST = 3

  it.each([
    [500, 1],
    [8000, 1],
    [60000, 1],
    [5000, 64],
    [1000, 784],
    [20000, 3]
  ])('of %d points in %d dimensions', (count, dim) => {
    const points = randomRows(7, count, dim, 2)
    expect(seconds({ kappa: -1 }, { kind: 'empirical', points, bandwidth: 0.5 })).toBeLessThan(MOST)
    const stds = points.map((_, k) => (k === 0 ? 3 : 0.5 + (k % 977) / 1000))
    const target: Target = { kind: 'mixture', weights: stds, means: points.slice(0, 8000), stds }
    const clusters = { ...target, weights: stds.slice(0, 8000), stds: stds.slice(0, 8000) }
    for (const assume of [{ kappa: -1e9 }, { beta: 3.999 }, { sigma: 3, lipschitz: 1e9 }])
      expect(seconds(assume, clusters)).toBeLessThan(MOST)
  })
})

it('a smoothed data set is held to its curvature like any mixture', () => {
  const target: Target = { kind: 'empirical', points: [[-2], [2]], bandwidth: 0.5 }
  expect(refusal(() => declare({ kappa: -59 }, target)).message).toContain('at most -60')
  expect(assumedOf(declare({ kappa: -60 }, target))).toEqual([])
})
