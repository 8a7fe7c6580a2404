import { expect, it } from 'vitest'
import { schedules } from '../../src/schedule/index.ts'
import type { Target } from '../../src/schema/flowFile.ts'
import { rulesOf, type TargetClass } from '../../src/theory/class.ts'
import { existence } from '../../src/theory/existence.ts'
import { lipschitz, type LipschitzBound, type LipschitzRefusal } from '../../src/theory/flowMap.ts'
import { gradientBounds } from '../../src/theory/gradient.ts'
import { byQuadrature } from '../../src/theory/growth.ts'
import { recognise } from '../../src/theory/recognise.ts'
import { estimateOf, posterior } from '../reference/posterior.ts'
import { schedules as twins } from '../reference/schedule.ts'
import { CLASSES } from './classes.ts'
import { math } from './math.ts'
import { SYMMETRIC, twinOf } from './targets.ts'

const [LINEAR] = schedules
const linear = (t: number) => LINEAR.at(t)

function bound(answer: LipschitzBound | LipschitzRefusal): LipschitzBound {
  if (answer.kind === 'refusal') throw new Error(answer.reason)
  return answer
}

function refusal(answer: LipschitzBound | LipschitzRefusal): LipschitzRefusal {
  if (answer.kind === 'bound') throw new Error(`a bound of ${answer.value}`)
  return answer
}

it('two clusters at -2 and 2 stretch by 1490.479, by the certificate and by the Jacobian along the line between them', () => {
  const { classes } = recognise(SYMMETRIC.target, math)
  const certificate = bound(lipschitz(classes, linear, 0, 1, math))
  expect(certificate.value).toBeCloseTo(1490.479, 3)
  expect(certificate.by).toBe('closed form')
  expect(certificate.classes.map(({ kind }) => kind)).toEqual(['gaussian-mixture'])
  // J' = v'(t, 0) J by Simpson's rule on log J: x = 0 stays where it is.
  const twin = twinOf(SYMMETRIC.target)
  const slope = (t: number) => {
    const at = twins.linear(t)
    return t === 1 ? 1 : estimateOf(posterior(twin, at, [0]), at, at.aDa, at.db, [0]).jacobian[0][0]
  }
  const n = 2000
  let log = 0
  for (let i = 0; i < n; i++) log += (slope(i / n) + 4 * slope((i + 0.5) / n) + slope((i + 1) / n)) / (6 * n)
  expect(Math.exp(log) / certificate.value).toBeCloseTo(1, 8)
})

it.each([-4, -1, 0, 0.3])(
  'bounded support helps until kappa = %d does, with a closed form for any times',
  (kappa) => {
    const variance = 1.44
    const classes: TargetClass[] = [
      { kind: 'bounded', diameter: 2 * Math.sqrt(variance) },
      { kind: 'log-concave', kappa }
    ]
    const turning = 1 / variance - kappa // of b^2 / a^2
    for (const schedule of schedules) {
      for (const [s, t] of [
        [0, 1],
        [0.1, 0.95],
        [0.3, 1],
        [0.05, 0.4]
      ]) {
        const [from, to] = [schedule.at(s), schedule.at(t)]
        const [first, last] = [(from.b / from.a) ** 2, (to.b / to.a) ** 2]
        const certificate = bound(lipschitz(classes, (u) => schedule.at(u), s, t, math))
        if (first < turning && turning < last) {
          const weighed = variance * (kappa * to.a ** 2 + to.b ** 2)
          const log = Math.log(weighed / from.a ** 2) / 2 + (variance * (turning - first)) / 2
          expect(certificate.log, schedule.name).toBeCloseTo(log, 9)
          expect(certificate.classes.map(({ kind }) => kind)).toEqual(['bounded', 'log-concave'])
        } else expect(certificate.classes).toHaveLength(1)
        const rate = (u: number) => gradientBounds(classes, schedule.at(u), math).upper.value
        const bend = bisect((u) => (schedule.at(u).b / schedule.at(u).a) ** 2 < turning)
        const cuts = [s, ...(bend > s && bend < t ? [bend] : []), t]
        const integral = cuts
          .slice(1)
          .reduce((sum, end, i) => sum + byQuadrature(rate, cuts[i], end, math, 1e-12), 0)
        expect(certificate.log, `${schedule.name} ${s} ${t}`).toBeCloseTo(integral, 8)
      }
    }
  }
)

// The rule is slow at a kink; its last halving tells how far it is off, and a bound must not be below what it bounds.
it.each<[string, (t: number) => number, number]>([
  ['a kink', (t) => Math.abs(t - 0.3), 0.29],
  ['a step', (t) => (t < 0.3 ? 1 : 0), 0.3],
  ['a step up', (t) => (t < 0.6 ? 0 : 1), 0.4]
])('the integral of a rate with %s is rounded up by its error', (_, rate, exact) => {
  for (const tolerance of [0.1, 0.01, 1e-3]) {
    const integral = byQuadrature(rate, 0, 1, math, tolerance)
    expect(integral).toBeGreaterThanOrEqual(exact)
    expect(integral).toBeLessThan(exact + 2 * tolerance)
  }
})

function bisect(before: (t: number) => boolean): number {
  let [low, high] = [0, 1]
  for (let i = 0; i < 60; i++) {
    const middle = (low + high) / 2
    if (before(middle)) low = middle
    else high = middle
  }
  return high
}

it('the best known constants of truncated quadratics are those of the table', () => {
  for (const [kappa, half, want] of [
    [-1, 1.5, 7.6176],
    [0, 1, 1.6487],
    [-4, 1, 12.18]
  ]) {
    const classes: TargetClass[] = [
      { kind: 'log-concave', kappa },
      { kind: 'bounded', diameter: 2 * half }
    ]
    expect(bound(lipschitz(classes, linear, 0, 1, math)).value).toBeCloseTo(want, want > 10 ? 2 : 4)
  }
})

const DATA: Target = { kind: 'empirical', points: [[-1], [0.5], [1]], bandwidth: 0 }

it.each(schedules)(
  'a data set without smoothing has no constant up to t = 1 on the $name schedule, and one before',
  (schedule) => {
    const { classes } = recognise(DATA, math)
    const at = (t: number) => schedule.at(t)
    const { reason, instead } = refusal(lipschitz(classes, at, 0.2, 1, math))
    expect(reason).toContain('not integrable at t = 1')
    expect(instead?.from).toBe(0.2)
    expect(instead!.to).toBeLessThan(1)
    expect(bound(lipschitz(classes, at, 0.2, instead!.to, math)).log).toBe(instead!.bound.log)
    expect(instead!.bound.value).toBeLessThanOrEqual(1e6)
    const later = instead!.to + 1e-4 * (1 - instead!.to)
    expect(bound(lipschitz(classes, at, 0.2, later, math)).value).toBeGreaterThan(1e6)
    const back = refusal(lipschitz(classes, at, 1, 0.2, math))
    expect(back.reason).toContain("a' / a is not integrable at t = 1")
    expect(back.instead!.to).toBeLessThan(1)
  }
)

it('log-concavity of kappa <= 0 alone gives constants from some time on only', () => {
  const { reason, instead } = refusal(lipschitz([{ kind: 'log-concave', kappa: -4 }], linear, 0, 1, math))
  expect(reason).toContain('kappa = -4')
  // -4 (1 - t)^2 + t^2 = 0
  expect(instead!.from).toBeGreaterThan(2 / 3)
  expect(instead!.from).toBeLessThan(0.67)
  expect(instead!.to).toBe(1)
})

it('nothing is refused for want of a class without saying so', () => {
  const { reason, instead } = refusal(lipschitz([{ kind: 'log-convex', beta: 2 }], linear, 0, 1, math))
  expect(reason).toContain('no class of the target bounds')
  expect(instead).toBeUndefined()
  expect(refusal(lipschitz([], linear, 0, 1, math)).instead).toBeUndefined()
  expect(bound(lipschitz([], linear, 0.5, 0.5, math)).value).toBe(1)
})

it('the flow exists to the end for smoothed targets, before the end for data, and where nothing is known nowhere', () => {
  const of = (target: Target) => {
    const { classes, smooth } = recognise(target, math)
    return existence(classes, smooth, linear, math)
  }
  expect(of(SYMMETRIC.target).interval).toEqual({ from: 0, to: 1, closed: true })
  expect(of({ ...DATA, bandwidth: 0.1 }).interval).toEqual({ from: 0, to: 1, closed: true })
  const data = of(DATA)
  expect(data.interval).toEqual({ from: 0, to: 1, closed: false })
  expect(data.hypotheses).toEqual(['the support of the target has a diameter of at most 2'])
  expect(existence([], false, linear, math).interval).toBeUndefined()
})

it.each(schedules)(
  'on the $name schedule the end belongs to where the flow exists only if the way back has a constant too',
  (schedule) => {
    const of = (...classes: TargetClass[]) => existence(classes, false, (t) => schedule.at(t), math)
    const bounded: TargetClass = { kind: 'bounded', diameter: 2 }
    const concave = (kappa: number): TargetClass => ({ kind: 'log-concave', kappa })
    const convex: TargetClass = { kind: 'log-convex', beta: 3 }
    // All solutions end in the one point of the data, and none in another.
    const { classes, smooth } = recognise({ ...DATA, points: [[1, 2]] }, math)
    const { interval, reason } = existence(classes, smooth, (t) => schedule.at(t), math)
    expect(interval).toEqual({ from: 0, to: 1, closed: false })
    expect(reason).toContain('solutions may meet')
    // A density that is 0 beyond its support may be as log-concave as one likes.
    expect(of(concave(1)).interval).toEqual({ from: 0, to: 1, closed: false })
    expect(of(concave(1)).reason).toContain('hess U <= beta I would do')
    expect(of(concave(1), bounded).interval?.closed).toBe(false)
    expect(of(concave(-4), bounded).interval).toEqual({ from: 0, to: 1, closed: false })
    expect(of(concave(1), convex).interval).toEqual({ from: 0, to: 1, closed: true })
    expect(of(concave(-4), bounded, convex).interval).toEqual({ from: 0, to: 1, closed: true })
    expect(of(bounded, convex).interval).toEqual({ from: 0, to: 1, closed: false })
    expect(of(bounded, convex).reason).toContain('the bound on the gradient is not integrable')
    expect(of({ kind: 'log-lipschitz', sigma: 1, lipschitz: 2 }).interval?.closed).toBe(true)
    expect(of(convex).interval).toBeUndefined()
    // kappa a^2 + b^2 is 0 at the start.
    const start = bisect((t) => (schedule.at(t).b / schedule.at(t).a) ** 2 < 4)
    for (const closed of [true, false]) {
      const late = of(concave(-4), ...(closed ? [convex] : []))
      expect(late.interval).toMatchObject({ to: 1, closed })
      expect(late.interval!.from).toBeCloseTo(start, 5)
      expect(late.reason).toContain('kappa a^2 + b^2 is not above 0')
    }
  }
)

it('where a class lets the end in, both ways over all of it have a constant', () => {
  for (const schedule of schedules) {
    const at = (t: number) => schedule.at(t)
    for (const of of CLASSES) {
      const { interval } = existence([of], false, at, math)
      const constants = [lipschitz([of], at, 0, 1, math), lipschitz([of], at, 1, 0, math)]
      const both = constants.every(({ kind }) => kind === 'bound')
      expect(interval?.from === 0 && interval.closed, JSON.stringify(of)).toBe(both)
    }
  }
})

it('every class says what it supposes, with its numbers, and where its bounds are from', () => {
  for (const of of CLASSES) {
    const { hypothesis, source } = rulesOf(of)
    const sentence = hypothesis(of)
    for (const [field, value] of Object.entries(of))
      if (typeof value === 'number' && of.kind !== 'widest')
        expect(sentence, field).toContain(String(field === 'radius' ? 2 * value : value))
    expect(sentence).toContain('the target')
    expect(source).toMatch(/JMLR 25\(253\) 2024|derived/)
  }
})
