import { describe, expect, it } from 'vitest'
import { openFlow, type FlowFile, type SolverName } from '../../src/index.ts'
import { solverOf } from '../../src/solver/index.ts'
import { sum } from '../reference/math.ts'
import { inverse, normalBelow } from '../reference/normal.ts'
import { integrate, tableaus } from '../reference/rungeKutta.ts'
import { schedules } from '../reference/schedule.ts'

// The numbers of this file were found once in 64 bits, apart from this project and with code of their own for each method:
// the flow to half N(-2, 1/4) and half N(2, 1/4), whose velocity is a closed form, on the linear schedule in equal steps.
const file: FlowFile = {
  schedule: 'linear',
  target: { kind: 'mixture', weights: [0.5, 0.5], means: [[-2], [2]], stds: [0.5, 0.5] }
}
const flow = await openFlow(file)

/** The digits as they were written down: a number and one unit of its last place. */
const printed = (text: string): { value: number; unit: number } => {
  const [digits, exponent] = text.split('e-')
  const places = digits.split('.')[1].length
  return { value: Number(text), unit: Number(`1e-${places + Number(exponent)}`) }
}

/** What rounds to the digits that were printed; a tenth more, as the 400 quantiles can be placed in more than one way. */
function expectPrinted(actual: number, text: string): void {
  const { value, unit } = printed(text)
  expect(Math.abs(actual - value), `${actual} rounds to ${text}`).toBeLessThan(0.55 * unit)
}

describe('the error at the end, over 400 quantiles of the noise', () => {
  // In one dimension the flow's map is the one that keeps the order: quantiles go to quantiles.
  const shares = Array.from({ length: 400 }, (_, i) => (i + 0.5) / 400)
  const z = shares.map((share) => [inverse(normalBelow, share)])
  const targetBelow = (x: number) => (normalBelow(2 * (x + 2)) + normalBelow(2 * (x - 2))) / 2
  const exact = shares.map((share) => inverse(targetBelow, share))
  const EVALUATIONS = [4, 8, 16, 32, 64]
  const TABLE: Partial<Record<SolverName, readonly string[]>> = {
    euler: ['3.52e-1', '1.79e-1', '9.0e-2', '4.6e-2', '2.3e-2'],
    ddim: ['3.52e-1', '1.79e-1', '9.0e-2', '4.6e-2', '2.3e-2'], // on this schedule it is Euler's method
    ab2: ['7.4e-2', '2.9e-2', '1.2e-2', '3.7e-3', '1.1e-3'],
    heun: ['2.2e-1', '5.2e-2', '1.8e-2', '6.0e-3', '1.8e-3'],
    rk4: ['2.1e-1', '3.3e-2', '9.7e-3', '1.6e-3', '1.6e-4'],
    dpmpp2m: ['2.2e-1', '4.6e-2', '1.7e-2', '6.8e-3', '2.1e-3']
  }
  const cases = Object.entries(TABLE).flatMap(([solver, row]) =>
    row.map((text, i) => ({ solver: solver as SolverName, nfe: EVALUATIONS[i], text }))
  )

  it.each(cases)('is $text by $solver at $nfe evaluations', ({ solver, nfe, text }) => {
    const steps = nfe / solverOf(solver).evaluations
    const decoded = flow.decode(z, { solver, steps, error: false })
    expect(decoded.nfe).toBe(nfe)
    const squares = exact.map((x, i) => (decoded.data[i] - x) ** 2)
    expectPrinted(Math.sqrt(sum(squares) / squares.length), text)
  })

  it('of AB2 starts with that of Euler, whose step is its first, to the bit', () => {
    const one = (solver: SolverName) => flow.decode(z, { solver, steps: 1, error: false }).data
    expect(one('ab2')).toEqual(one('euler'))
  })

  it('is none but that of rounding by many steps: the quantiles are those of the flow', () => {
    const { data } = flow.decode(z, { solver: 'rk4', steps: 500, error: false })
    exact.forEach((x, i) => expect(Math.abs(data[i] - x)).toBeLessThan(1e-5 * (1 + Math.abs(x))))
  })
})

describe('the error of the log-density against its formula, the most over seven points', () => {
  // Among them 0.4, between the clusters, where it is largest and which alone decides.
  const points = [-1.2, -0.8, -0.4, 0, 0.4, 0.8, 1.2]
  const TABLE = { 16: '5.7e-3', 32: '2.0e-4', 64: '9.9e-6', 128: '5.4e-7' }
  const worst = (logProb: ArrayLike<number>) =>
    Math.max(...points.map((_, i) => Math.abs(logProb[i] - logDensity(points[i]))))

  it.each(Object.entries(TABLE))('is, in %i steps of RK4 in 64 bits, %s', (steps, text) => {
    expectPrinted(worst(points.map((x) => alongTheFlow(x, Number(steps)))), text)
  })

  it.each(Object.entries(TABLE))(
    'is, in %i steps of RK4 in the core, %s and what 32 bits add',
    (steps, text) => {
      const { logProb } = flow.logProb(
        points.map((x) => [x]),
        { method: 'ode', solver: 'rk4', steps: Number(steps) }
      )
      expect(Math.abs(worst(logProb) - printed(text).value)).toBeLessThan(0.5 * printed(text).unit + 1e-6)
    }
  )
})

/** log of the mixture's density. */
function logDensity(x: number): number {
  const [p, q] = [Math.exp(-2 * (x - 2) ** 2), Math.exp(-2 * (x + 2) ** 2)]
  return Math.log((p + q) / 2) - Math.log(0.25 * 2 * Math.PI) / 2
}

/** log p(x) = log N(z; 0, 1) - integral of v' from z to x, in 64 bits. */
function alongTheFlow(x: number, steps: number): number {
  const times = Array.from({ length: steps + 1 }, (_, n) => 1 - n / steps)
  const [z, integral] = integrate(tableaus.rk4, (t, [at]) => velocityAndSlope(t, at), [x, 0], times)
  return -(z * z) / 2 - Math.log(2 * Math.PI) / 2 + integral
}

/** v = c (x - b m) + b' m with the mean m = 2 tanh(2 b x / S) of the cluster that x belongs to, S = a^2 + b^2 / 4, and dv/dx. */
function velocityAndSlope(t: number, x: number): [number, number] {
  const { a, aDa, b, db } = schedules.linear(t)
  const spread = a * a + (b * b) / 4
  const c = (aDa + (b * db) / 4) / spread
  const tanh = Math.tanh((2 * b * x) / spread)
  const slope = ((1 - tanh * tanh) * 4 * b) / spread
  return [c * (x - 2 * b * tanh) + 2 * db * tanh, c + (db - c * b) * slope]
}
