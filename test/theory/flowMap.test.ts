import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { schedules, type Schedule } from '../../src/schedule/index.ts'
import { CLASS_KINDS, rulesOf, type TargetClass } from '../../src/theory/class.ts'
import { lipschitz, logLipschitzTo } from '../../src/theory/flowMap.ts'
import { gradientBounds } from '../../src/theory/gradient.ts'
import { byQuadrature } from '../../src/theory/growth.ts'
import { CLASSES, title } from './classes.ts'
import { math } from './math.ts'

const LINEAR = schedules[0]
const time = fc.double({ min: 0.001, max: 0.999, noNaN: true })

/** log Lip(X_{s,t}), infinite where it is refused. */
function logOf(of: readonly TargetClass[], schedule: Schedule, s: number, t: number): number {
  const answer = lipschitz(of, (u) => schedule.at(u), s, t, math)
  return answer.kind === 'bound' ? answer.log : Infinity
}

/** The integral of the bound at each time, piece by piece between its bends. */
function integralOf(of: readonly TargetClass[], schedule: Schedule, s: number, t: number): number {
  const [low, high, back] = s < t ? [s, t, false] : [t, s, true]
  const rate = (at: number) => {
    const { lower, upper } = gradientBounds(of, schedule.at(at), math)
    return back ? -lower.value : upper.value
  }
  const cuts = [low, ...bendsOf(of, schedule).filter((bend) => bend > low && bend < high), high]
  return cuts.slice(1).reduce((sum, to, i) => sum + byQuadrature(rate, cuts[i], to, math, 1e-12), 0)
}

/** Where a class with two variances, or a pair of classes, changes from one formula to the other. */
function bendsOf(of: readonly TargetClass[], schedule: Schedule): number[] {
  const [first, second] = of
  let differ: ((t: number) => number) | undefined
  if (first.kind === 'gaussian-mixture') {
    const [one, other] = first.variances.map((v): TargetClass => ({ ...first, variances: [v, v] }))
    differ = (t) => upper(one, schedule, t) - upper(other, schedule, t)
  }
  if (second !== undefined) differ = (t) => upper(first, schedule, t) - upper(second, schedule, t)
  if (differ === undefined) return []
  let [low, high] = [0.01, 1 - 1e-9]
  if (differ(low) * differ(high) > 0) return []
  const sign = Math.sign(differ(low))
  for (let i = 0; i < 80; i++) {
    const middle = (low + high) / 2
    if (Math.sign(differ(middle)) === sign) low = middle
    else high = middle
  }
  return [low]
}

const upper = (of: TargetClass, schedule: Schedule, t: number) =>
  rulesOf(of).upper?.(of, schedule.at(t), math) ?? Infinity

it('every kind of class is among the examples', () => {
  expect(new Set(CLASSES.map(({ kind }) => kind))).toEqual(new Set(CLASS_KINDS))
})

describe.each(CLASSES.map((of) => ({ name: title(of), of })))('for $name', ({ of }) => {
  it.each(schedules)('closed forms are the integrals of the bounds on the $name schedule', (schedule) => {
    const ends = [
      [0, 1],
      [1, 0],
      [0.2, 0.7],
      [0.7, 0.2],
      [0.5, 1]
    ]
    for (const [s, t] of ends) expectIntegral(s, t)
    fc.assert(fc.property(time, time, expectIntegral), { numRuns: 12, seed: 3 })

    function expectIntegral(s: number, t: number): void {
      const closed = logOf([of], schedule, s, t)
      if (closed === Infinity || s === t) return
      const integral = integralOf([of], schedule, s, t)
      // The widest have no closed form going forward: that is an integral too, of less effort.
      const exact = of.kind === 'widest' ? 2e-7 : 1e-8
      expect(Math.abs(closed - integral), `from ${s} to ${t}`).toBeLessThan(
        exact * Math.max(1, Math.abs(closed))
      )
    }
  })

  it('the constants of two parts of a way multiply to that of the whole', () => {
    const exact = of.kind === 'widest' ? 1e-4 : 1e-10
    fc.assert(
      fc.property(fc.constantFrom(...schedules), time, time, time, (schedule, ...three) => {
        const [s, t, u] = three.sort((x, y) => x - y)
        for (const [from, mid, to] of [
          [s, t, u],
          [u, t, s]
        ]) {
          const whole = logOf([of], schedule, from, to)
          const parts = logOf([of], schedule, from, mid) + logOf([of], schedule, mid, to)
          if (whole === Infinity) expect(parts).toBe(Infinity)
          else expect(Math.abs(whole - parts)).toBeLessThanOrEqual(exact * (1 + Math.abs(whole)))
        }
      }),
      { numRuns: of.kind === 'widest' ? 10 : 100 }
    )
  })

  it('no lower bound passes an upper one', () => {
    fc.assert(
      fc.property(fc.constantFrom(...schedules), time, (schedule, t) => {
        const { lower, upper } = gradientBounds([of], schedule.at(t), math)
        expect(lower.value).toBeLessThanOrEqual(upper.value + 1e-12 * Math.abs(upper.value))
      })
    )
  })

  it('a way there and back loses: both constants multiply to at least 1', () => {
    fc.assert(
      fc.property(fc.constantFrom(...schedules), time, time, (schedule, s, t) => {
        expect(logOf([of], schedule, s, t) + logOf([of], schedule, t, s)).toBeGreaterThanOrEqual(-1e-9)
      }),
      { numRuns: of.kind === 'widest' ? 10 : 100 }
    )
  })
})

it('schedules from the same noise have the same constants from end to end', () => {
  for (const of of CLASSES) {
    const logs = ['linear', 'trigonometric', 'follmer', 'polynomial'].map((name) =>
      logOf(
        [of],
        schedules.find((schedule) => schedule.name === name)!,
        0,
        1
      )
    )
    for (const log of logs.slice(1)) {
      if (log === Infinity) expect(logs[0]).toBe(Infinity)
      else expect(Math.abs(log - logs[0])).toBeLessThan(of.kind === 'widest' ? 1e-4 : 1e-12)
    }
  }
})

const value = (of: TargetClass, s: number, t: number) => Math.exp(logOf([of], LINEAR, s, t))

it('constants of mixtures are those of the table', () => {
  const table = [
    [1, 0.5, 3.6945],
    [1, 1, 1.6487],
    [0.5, 0.5, 0.8244],
    [1.5, 0.7, 6.9535],
    [2, 0.5, 1490.479]
  ]
  for (const [radius, sigma, want] of table) {
    const of: TargetClass = { kind: 'gaussian-mixture', variances: [sigma * sigma, sigma * sigma], radius }
    expect(value(of, 0, 1)).toBeCloseTo(want, want > 100 ? 3 : 4)
    expect(value(of, 0, 1)).toBeCloseTo(sigma * Math.exp(radius ** 2 / (2 * sigma ** 2)), 8)
    expect(value(of, 1, 0)).toBeCloseTo(1 / sigma, 12)
  }
})

it('constants of log-Lipschitz perturbations are those of the table', () => {
  const table = [
    [1, 0.5, 1.7641, 1.5568],
    [1, 1, 3.6336, 2.2039],
    [1, 2, 26.99, 3.6531],
    [0.5, 2, 1.8168, 4.4078]
  ]
  for (const [sigma, rate, there, back] of table) {
    const of: TargetClass = { kind: 'log-lipschitz', sigma, lipschitz: rate }
    expect(value(of, 0, 1)).toBeCloseTo(there, there > 10 ? 2 : 4)
    expect(value(of, 1, 0)).toBeCloseTo(back, 4)
    const tilt = sigma * rate
    expect(value(of, 0, 1)).toBeLessThanOrEqual(sigma * Math.exp(tilt ** 2 / 2 + tilt))
  }
})

it('strongly log-concave targets have the constants of Caffarelli, both ways', () => {
  expect(value({ kind: 'log-concave', kappa: 0.25 }, 0, 1)).toBeCloseTo(2, 12)
  expect(value({ kind: 'log-convex', beta: 9 }, 1, 0)).toBeCloseTo(3, 12)
})

it('the logs to the end are the sums of the cells', () => {
  const times = [0.1, 0.35, 0.6, 1]
  for (const of of CLASSES) {
    const logs = logLipschitzTo([of], (u) => LINEAR.at(u), times, math)
    expect(logs.at(-1)).toBe(0)
    times.forEach((t, i) => {
      const whole = logOf([of], LINEAR, t, 1)
      if (whole === Infinity) expect(logs[i]).toBe(Infinity)
      else expect(Math.abs(logs[i] - whole)).toBeLessThan(of.kind === 'widest' ? 1e-4 : 1e-10)
    })
  }
})

it('a larger hypothesis never gives a smaller bound', () => {
  const size = fc.double({ min: 0.1, max: 3, noNaN: true })
  const grow: ((x: number, more: number) => [TargetClass, TargetClass])[] = [
    (x, more) => [
      { kind: 'gaussian-mixture', variances: [0.5, 0.8], radius: x },
      { kind: 'gaussian-mixture', variances: [0.5, 0.8], radius: x + more }
    ],
    (x, more) => [
      { kind: 'bounded', diameter: x },
      { kind: 'bounded', diameter: x + more }
    ],
    (x, more) => [
      { kind: 'log-concave', kappa: x },
      { kind: 'log-concave', kappa: x - more }
    ],
    (x, more) => [
      { kind: 'log-lipschitz', sigma: 0.7, lipschitz: x },
      { kind: 'log-lipschitz', sigma: 0.7, lipschitz: x + more }
    ],
    (x, more) => [
      { kind: 'log-convex', beta: x },
      { kind: 'log-convex', beta: x + more }
    ]
  ]
  fc.assert(
    fc.property(
      fc.constantFrom(...grow),
      fc.constantFrom(...schedules),
      time,
      size,
      size,
      (pair, schedule, t, x, more) => {
        const [small, large] = pair(x, more).map((of) => gradientBounds([of], schedule.at(t), math))
        const slack = 1e-12 * Math.min(1e9, Math.abs(small.upper.value))
        expect(large.upper.value + slack).toBeGreaterThanOrEqual(small.upper.value)
        expect(large.lower.value).toBeLessThanOrEqual(small.lower.value + 1e-12 * Math.abs(small.lower.value))
      }
    )
  )
})
