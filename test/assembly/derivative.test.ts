import { expect, it } from 'vitest'
import { ACTIVATIONS, type Activation } from '../../src/schema/architecture.ts'
import { erfc } from '../reference/erf.ts'
import { askOf } from './asking.ts'
import { newCore, numbers, putSchedule } from './core.ts'
import { OP, putProgram } from './program.ts'

const core = await newCore()
const DIM = 4096

const logistic = (x: number) => 1 / (1 + Math.exp(-x))
const C = 2 * Math.sqrt(2 / Math.PI)

/** The derivative of each activation, and how far off it may be. */
const SLOPES: Record<Activation, { of: (x: number) => number; within: number }> = {
  identity: { of: () => 1, within: 0 },
  silu: { of: (x) => logistic(x) * (1 + x * logistic(-x)), within: 1.5e-6 },
  relu: { of: (x) => (x > 0 ? 1 : 0), within: 0 },
  tanh: { of: (x) => 1 - Math.tanh(x) ** 2, within: 2e-7 },
  gelu: {
    of: (x) => {
      const w = C * (x + 0.044715 * x ** 3)
      return logistic(w) + x * logistic(w) * logistic(-w) * C * (1 + 0.134145 * x * x)
    },
    within: 3e-6
  },
  'gelu-erf': {
    of: (x) => erfc(-x * Math.SQRT1_2) / 2 + (x * Math.exp((-x * x) / 2)) / Math.sqrt(2 * Math.PI),
    within: 2e-7
  },
  sigmoid: { of: (x) => logistic(x) * logistic(-x), within: 2e-7 },
  softplus: { of: logistic, within: 2e-7 },
  sine: { of: Math.cos, within: 1e-7 },
  cosine: { of: (x) => -Math.sin(x), within: 1e-7 }
}

/** The slopes at -Infinity and at Infinity, where they are not 0 and 1. Beyond 1.6e6 no wave is computed. */
const LIMITS: Partial<Record<Activation, [number, number]>> = {
  identity: [1, 1],
  tanh: [0, 0],
  sigmoid: [0, 0],
  sine: [NaN, NaN],
  cosine: [NaN, NaN]
}

/** The slopes at the numbers of x, as the derivative of a network of that one activation. */
function slopes(activation: Activation, x: readonly number[]): readonly number[] {
  const [state, out] = [0, 4 * DIM]
  const { address, length } = putProgram(core, [
    [OP.state, state, 0, DIM],
    [OP.activate, out, state, 1, DIM, ACTIVATIONS.indexOf(activation)]
  ])
  const v = core.newNetwork(
    ...[putSchedule(core, 'linear'), DIM, address, 0, address],
    ...[length, 8 * DIM, out, 0, 0.95, 0, 0, 0, 0]
  )
  return askOf(core, v).jvp(0.5, [x], [new Array<number>(DIM).fill(1)]).tangents[0]
}

it.each(ACTIVATIONS)('the slope of %s is that of its derivative in 64 bits', (activation) => {
  const { of, within } = SLOPES[activation]
  for (const range of [0.1, 2, 15]) {
    const next = numbers(5)
    const x = Array.from({ length: DIM }, () => Math.fround(range * next()))
    slopes(activation, x).forEach((slope, i) => {
      expect(Math.abs(slope - of(x[i])), `at ${x[i]}`).toBeLessThanOrEqual(within)
    })
  }
})

it.each(ACTIVATIONS)('the slope of %s has its limits at the infinities, and keeps NaN', (activation) => {
  const x = [-Infinity, -1e30, 1e30, Infinity]
  const [low, lower, higher, high, nan] = slopes(activation, [
    ...x,
    NaN,
    ...new Array<number>(DIM - 5).fill(0)
  ])
  const [left, right] = LIMITS[activation] ?? [0, 1]
  expect([low, lower, higher, high].map((slope) => slope + 0)).toEqual([left, left, right, right])
  if (activation !== 'identity' && activation !== 'relu') expect(nan).toBeNaN()
})
