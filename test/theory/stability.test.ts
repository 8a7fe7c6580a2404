import { describe, expect, it } from 'vitest'
import { schedules } from '../../src/schedule/index.ts'
import type { Target } from '../../src/schema/flowFile.ts'
import { lipschitz, logLipschitzTo } from '../../src/theory/flowMap.ts'
import { gradientBounds } from '../../src/theory/gradient.ts'
import { secondMoment } from '../../src/theory/moment.ts'
import { recognise } from '../../src/theory/recognise.ts'
import {
  constantStability,
  errorNodes,
  sourceDistance,
  sourceStability,
  velocityStability
} from '../../src/theory/stability.ts'
import { mixtureVelocity } from '../reference/mixture.ts'
import { math } from './math.ts'
import { twinOf } from './targets.ts'

const TARGET: Target = { kind: 'mixture', weights: [1, 1], means: [[-1], [1]], stds: [0.6, 0.6] }
const TWIN = twinOf(TARGET)
const { classes } = recognise(TARGET, math)
const NODES = errorNodes()
const STEPS = 200

type Error1 = (t: number, x: number) => number
const NONE: Error1 = () => 0
/** The perturbations of the velocity in the published comparison. */
const ERRORS: Record<string, Error1> = {
  'a constant': () => 0.05,
  'a wave': (_, x) => 0.1 * Math.sin(3 * x),
  'a step': (_, x) => 0.2 * Math.tanh(x),
  'a stretch': (_, x) => 0.1 * x
}

/** Quantiles of the standard normal law, by bisection of its integral. */
const NOISE = quantiles(200)

function quantiles(count: number): number[] {
  const out: number[] = []
  const h = 1e-3
  let [x, mass] = [-8, 0]
  for (let i = 0; i < count; i++) {
    while (mass < (i + 0.5) / count) {
      mass += (h * Math.exp(-((x + h / 2) ** 2) / 2)) / Math.sqrt(2 * Math.PI)
      x += h
    }
    out.push(x)
  }
  return out
}

/** The points carried from 0 to 1 by v + error, in steps of RK4 equal in sqrt(1 - t), and what delta was at the times. */
function carry(schedule: (typeof schedules)[number], from: readonly number[], error: Error1) {
  const v = (t: number, x: number) => mixtureVelocity(TWIN, schedule.at(t), [x])[0] + error(t, x)
  const errors = NODES.times.map(() => 0)
  const ends = from.map((start) => {
    let x = start
    let next = 0
    for (let i = 0; i < STEPS; i++) {
      const [t, to] = [1 - ((STEPS - i) / STEPS) ** 2, 1 - ((STEPS - i - 1) / STEPS) ** 2]
      for (; next < NODES.times.length && NODES.times[next] <= to; next++) {
        const part = NODES.times[next] - t
        const there = x + part * v(t + part / 2, x + (part / 2) * v(t, x))
        errors[next] += error(NODES.times[next], there) ** 2 / from.length
      }
      const h = to - t
      const k1 = v(t, x)
      const k2 = v(t + h / 2, x + (h / 2) * k1)
      const k3 = v(t + h / 2, x + (h / 2) * k2)
      x += (h / 6) * (k1 + 2 * k2 + 2 * k3 + v(to, x + h * k3))
    }
    return x
  })
  return { ends, errors: errors.map(Math.sqrt) }
}

/** W2 of two samples on the line. */
function distance(one: readonly number[], other: readonly number[]): number {
  const [x, y] = [one, other].map((values) => values.toSorted((a, b) => a - b))
  return Math.sqrt(x.reduce((sum, value, i) => sum + (value - y[i]) ** 2, 0) / x.length)
}

describe.each(schedules.filter(({ name }) => ['linear', 'trigonometric', 'follmer'].includes(name)))(
  'on the $name schedule',
  (schedule) => {
    const at = (t: number) => schedule.at(t)
    const logs = logLipschitzTo(classes, at, [...NODES.times, 1], math).slice(0, -1)
    const still = carry(schedule, NOISE, NONE).ends

    it.each(Object.entries(ERRORS))(
      '%s in the velocity costs at most its bound, and 0.3 of it',
      (_, error) => {
        const { ends, errors } = carry(schedule, NOISE, error)
        const measured = distance(ends, still)
        const bound = velocityStability(NODES, logs, errors, math)
        expect(measured).toBeLessThanOrEqual(bound)
        expect(measured).toBeGreaterThan(0.3 * bound)
      }
    )

    it('the bound by one constant is the larger one', () => {
      const { errors } = carry(schedule, NOISE, ERRORS['a stretch'])
      const largest = Math.max(...NODES.times.map((t) => gradientBounds(classes, at(t), math).upper.value))
      const integral = velocityStability(NODES, logs, errors, math)
      expect(constantStability(NODES, largest, errors, math)).toBeGreaterThan(integral)
    })

    it('another source costs at most the Lipschitz constant times its distance', () => {
      const certificate = lipschitz(classes, at, 0, 1, math)
      if (certificate.kind === 'refusal') throw new Error(certificate.reason)
      for (const moved of [NOISE.map((x) => x + 0.1), NOISE.map((x) => 1.1 * x)]) {
        const measured = distance(carry(schedule, moved, NONE).ends, still)
        const bound = sourceStability(certificate.log, distance(moved, NOISE), math)
        expect(measured).toBeLessThanOrEqual(bound)
        expect(measured).toBeGreaterThan(0.3 * bound)
      }
    })
  }
)

it('the published cases come out as published: 0.0682 of 0.1155 and 0.0953 of 0.2040', () => {
  const [linear] = schedules
  const logs = logLipschitzTo(classes, (t) => linear.at(t), [...NODES.times, 1], math).slice(0, -1)
  const still = carry(linear, NOISE, NONE).ends
  for (const [name, measured, bound] of [
    ['a constant', 0.0682, 0.1155],
    ['a stretch', 0.0953, 0.204]
  ] as const) {
    const { ends, errors } = carry(linear, NOISE, ERRORS[name])
    expect(distance(ends, still)).toBeCloseTo(measured, 2)
    expect(velocityStability(NODES, logs, errors, math)).toBeCloseTo(bound, 2)
  }
})

it('the nodes integrate over the whole way', () => {
  const integral = (f: (t: number) => number) =>
    NODES.times.reduce((sum, t, i) => sum + NODES.weights[i] * f(t), 0)
  expect(integral(() => 1)).toBeCloseTo(1, 14)
  expect(integral(Math.exp)).toBeCloseTo(Math.E - 1, 12)
  expect(integral((t) => 1 / Math.sqrt(1 - t))).toBeCloseTo(2, 12)
  expect(NODES.times.toSorted((x, y) => x - y)).toEqual(NODES.times)
})

it('one constant of almost no growth costs the root mean square itself', () => {
  const ones = NODES.times.map(() => 1)
  for (const c of [0, 1e-9, -1e-5, 4e-4, 6e-4])
    expect(constantStability(NODES, c, ones, math)).toBeCloseTo(
      c === 0 ? 1 : Math.sqrt(Math.expm1(2 * c) / (2 * c)),
      12
    )
})

it.each([0.01, 0.5, 2, 20, 200, -3, -50])('one constant of the growth %f costs the closed form', (c) => {
  const ones = NODES.times.map(() => 1)
  const cost = constantStability(NODES, c, ones, math)
  expect(cost / Math.sqrt(Math.expm1(2 * c) / (2 * c))).toBeCloseTo(1, 12)
})

it('a Gaussian for the source of a schedule that starts with data in it is as far as that data', () => {
  expect(secondMoment(TARGET)).toBeCloseTo(1.36, 14)
  expect(
    secondMoment({
      kind: 'empirical',
      points: [
        [3, 4],
        [0, 0]
      ],
      bandwidth: 2
    })
  ).toBeCloseTo(20.5, 14)
  expect(sourceDistance(0.1, 1.36)).toBeCloseTo(0.1 * Math.sqrt(1.36), 14)
  const vp = schedules.find(({ name }) => name === 'vp')!
  const { a, b } = vp.at(0)
  const data = carry(vp, NOISE, NONE).ends
  // The true source, coupled: a Z + b X with X by the ranks of Z.
  const certificate = lipschitz(classes, (t) => vp.at(t), 0, 1, math)
  if (certificate.kind === 'refusal') throw new Error(certificate.reason)
  const source = NOISE.map((z, i) => a * z + b * data[i])
  const measured = distance(
    carry(vp, source, NONE).ends,
    carry(
      vp,
      NOISE.map((z) => a * z),
      NONE
    ).ends
  )
  expect(measured).toBeLessThanOrEqual(sourceStability(certificate.log, sourceDistance(b, 1.36), math))
})
