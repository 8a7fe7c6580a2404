import { expect, it } from 'vitest'
import { scheduleOf } from '../../src/schedule/index.ts'
import type { Target } from '../../src/schema/flowFile.ts'
import { ballAround, extentOf } from '../../src/theory/enclosing.ts'
import { lipschitz } from '../../src/theory/flowMap.ts'
import { gradientBounds } from '../../src/theory/gradient.ts'
import { integrate } from '../../src/theory/quadrature.ts'
import { mixtureOf } from '../../src/target/mixture.ts'
import { recognise } from '../../src/theory/recognise.ts'
import { numberStream, randomRows } from '../fixtures/numbers.ts'
import { math } from './math.ts'

const kinds = (target: Target) => recognise(target, math).classes.map(({ kind }) => kind)

it('a Gaussian is told by the extreme eigenvalues of its covariance', () => {
  const target: Target = {
    kind: 'gaussian',
    mean: [1, -1],
    covariance: [
      [1.25, 0.75],
      [0.75, 1.25]
    ]
  }
  const [concave, convex, ...rest] = recognise(target, math).classes
  expect(rest).toEqual([])
  expect(concave).toMatchObject({ kind: 'log-concave' })
  expect(convex).toMatchObject({ kind: 'log-convex' })
  expect('kappa' in concave && concave.kappa).toBeCloseTo(0.5, 14)
  expect('beta' in convex && convex.beta).toBeCloseTo(2, 14)
})

it('clusters of one width are told by it and by half the distance of the furthest two', () => {
  const target: Target = {
    kind: 'mixture',
    weights: [1, 2, 1],
    means: [[0], [1], [3]],
    stds: [0.5, 0.5, 0.5]
  }
  expect(recognise(target, math)).toEqual({
    classes: [
      { kind: 'gaussian-mixture', variances: [0.25, 0.25], radius: 1.5 },
      { kind: 'log-concave', kappa: 4 - 2.25 * 16 },
      { kind: 'log-convex', beta: 4 }
    ],
    unbounded: undefined,
    smooth: true
  })
})

it('a data set is told by its diameter, or with a bandwidth as clusters', () => {
  const points = [[0, 0], [3, 4], [1, 1]] // prettier-ignore
  expect(recognise({ kind: 'empirical', points, bandwidth: 0 }, math).classes).toEqual([
    { kind: 'bounded', diameter: 5 }
  ])
  expect(recognise({ kind: 'empirical', points, bandwidth: 2 }, math).classes[0]).toEqual({
    kind: 'gaussian-mixture',
    variances: [4, 4],
    radius: 2.5
  })
})

it('of clusters of several widths the components are named where none is the widest', () => {
  const means = [
    [0, 0],
    [1, 1],
    [2, 2]
  ]
  const stds = [
    [0.3, 0.3],
    [1, 0.5],
    [0.5, 1]
  ]
  const target: Target = { kind: 'mixture', weights: [1, 1, 1], means, stds }
  expect(kinds(target)).toEqual(['log-convex'])
  expect(recognise(target, math).unbounded).toContain(
    'components 1 and 2 neither is wider in every direction'
  )
  expect(kinds({ ...target, stds: [0.3, 1, 0.5] })).toEqual(['widest', 'log-convex'])
  // As wide as the widest in one direction, narrower in the other: along the first the weights stay comparable.
  expect(kinds({ ...target, stds: [[0.3, 0.3], [1, 1], [1, 0.5]] })).toEqual(['log-convex']) // prettier-ignore
})

it('of full covariances one must exceed the others as a matrix', () => {
  const turned = (tilt: number) => [
    [1, tilt],
    [tilt, 1]
  ]
  const of = (...covariances: number[][][]) =>
    kinds({
      kind: 'mixture',
      weights: covariances.map(() => 1),
      means: covariances.map(() => [0, 0]),
      covariances
    })
  const scaled = (factor: number, matrix: number[][]) => matrix.map((row) => row.map((v) => factor * v))
  expect(of(turned(0.5), turned(-0.5))).toEqual(['log-convex'])
  expect(of(scaled(2, turned(0.5)), turned(-0.5))).toEqual(['log-convex'])
  // The least eigenvalue of the first is 2, and the largest of the second 1.5.
  expect(of(scaled(4, turned(0.5)), turned(-0.5))).toEqual(['widest', 'log-convex'])
  // Their eigenvalues overlap, but their axes are the same.
  expect(of(scaled(2, turned(0.5)), turned(0.5))).toEqual(['widest', 'log-convex'])
})

it('of a network nothing is known', () => {
  const target = { kind: 'network' } as Target
  const { classes, unbounded, smooth } = recognise(target, math)
  expect(classes).toEqual([])
  expect(unbounded).toContain('network')
  expect(smooth).toBe(false)
})

const DIM = 64
const COUNT = 100
const next = numberStream(5)
const means = randomRows(6, COUNT, DIM, 2)
const widths = Array.from({ length: COUNT }, () => 1 + 0.5 * next())
/** Eigenvalues from about 0.25 on, below 4, along axes that no two share; those of the first from 30 on. */
const covariances = widths.map((s, k) => {
  const rows = randomRows(10 + k, DIM, DIM, 0.2)
  const variance = s * s + (k === 0 ? 30 : 0)
  return rows.map((row, i) =>
    rows.map((other, j) => row.reduce((sum, v, l) => sum + v * other[l], i === j ? variance : 0))
  )
})

it.each([
  ['of one width', { stds: new Array<number>(COUNT).fill(0.5) }],
  ['of a hundred widths', { stds: widths }],
  [
    'of a hundred widths along each axis, one the widest',
    { stds: widths.map((s, k) => Array.from({ length: DIM }, () => (k === 0 ? 3 : s + 0.2 * next()))) }
  ],
  [
    'of a hundred widths along each axis, one the widest by as many',
    { stds: widths.map((s, k) => Array.from({ length: DIM }, () => (k === 0 ? 5 : s) + next())) }
  ],
  ['of a hundred full covariances, one the widest', { covariances }]
])('the certificate for a hundred clusters %s in 64 dimensions takes at most 50 ms', (_, shape) => {
  const target: Target = { kind: 'mixture', weights: new Array<number>(COUNT).fill(1), means, ...shape }
  // The eigenvalues are there already, as the core needs them.
  const mixture = mixtureOf(target)
  const schedule = scheduleOf('linear')
  const at = (t: number) => schedule.at(t)
  const certify = () => {
    const start = performance.now()
    const { classes, unbounded } = recognise(target, math, mixture)
    expect(unbounded).toBeUndefined()
    for (let i = 0; i <= 32; i++) gradientBounds(classes, at(i / 32), math)
    lipschitz(classes, at, 0, 1, math)
    lipschitz(classes, at, 1, 0, math)
    return performance.now() - start
  }
  // The best of several: others may be at work on the machine.
  expect(Math.min(...Array.from({ length: 9 }, certify))).toBeLessThanOrEqual(50)
})

it('what was checked already is not checked again', () => {
  const target: Target = { kind: 'mixture', weights: [1, 1], means: [[0], [1]], stds: [1, 1] }
  const mixture = mixtureOf(target)!
  const { classes } = recognise({ ...target, means: [] }, math, mixture)
  expect(classes).toEqual(recognise(target, math).classes)
})

it('a ball holds every point, and is within a tenth of the smallest', () => {
  const points = randomRows(3, 200, 3, 1)
  const { centre, radius } = ballAround(points)
  for (const point of points)
    expect(Math.hypot(...point.map((v, j) => v - centre[j]))).toBeLessThanOrEqual(radius * (1 + 1e-15))
  expect(radius).toBeLessThanOrEqual(1.1 * Math.sqrt(3))
  const ring = Array.from({ length: 40 }, (_, i) => [Math.cos(i / 6), Math.sin(i / 6)])
  expect(ballAround(ring).radius).toBeLessThan(1.05)
  expect(ballAround(ring).radius).toBeGreaterThanOrEqual(0.99)
})

it('of too many points to compare each with each, a ball is taken, and two that are far apart', () => {
  const many = randomRows(4, 5000, 2, 1)
  const distance = ([i, j]: readonly [number, number]) =>
    Math.hypot(many[i][0] - many[j][0], many[i][1] - many[j][1])
  const { radius, furthest, apart } = extentOf(many)
  expect(radius).toBeGreaterThanOrEqual(1.35)
  expect(radius).toBeLessThan(1.5)
  expect(apart).toBeCloseTo(distance(furthest), 15)
  expect(apart).toBeGreaterThan(2.7)
  const few = extentOf(many.slice(0, 300))
  expect(few.apart).toBe(2 * few.radius)
  expect(few.apart).toBeCloseTo(distance(few.furthest), 15)
})

it('quadrature copes with ends that are roots, poles of a root, and logarithms', () => {
  for (const [f, want] of [
    [(x: number) => Math.exp(x), Math.E - 1],
    [(x: number) => Math.sqrt(x), 2 / 3],
    [(x: number) => 1 / Math.sqrt(x), 2],
    [(x: number) => Math.log(x), -1],
    [(x: number) => 1 / (1e-4 + x * x), 100 * Math.atan(100)]
  ] as const) {
    const { value, error } = integrate(f, 0, 1, math)
    expect(value / want).toBeCloseTo(1, 11)
    expect(error).toBeLessThan(1e-9 * Math.abs(want))
  }
})
