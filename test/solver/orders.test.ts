import { describe, expect, it } from 'vitest'
import { openFlow, type FlowFile } from '../../src/index.ts'
import { tableaus, type Tableau } from '../../src/solver/index.ts'
import { worstError } from '../assembly/core.ts'
import { randomRows } from '../fixtures/numbers.ts'
import { mixtureVelocity } from '../reference/mixture.ts'
import { integrate } from '../reference/rungeKutta.ts'
import { schedules } from '../reference/schedule.ts'

const WEIGHTS = [0.4, 0.6]
const MEANS = [
  [-1, 0.5],
  [1, -0.5]
]
const STD = 1.5 // wide, so that the methods of order 5 show it before the rounding of 64 bits does
const target = {
  weights: WEIGHTS,
  means: MEANS,
  variances: MEANS.map((mean) => mean.map(() => STD ** 2))
}
const velocity = (t: number, x: readonly number[]) => mixtureVelocity(target, schedules.linear(t), x)
const times = (n: number) => Array.from({ length: n + 1 }, (_, i) => i / n)
const z = randomRows(3, 12, 2)
const finest = tableaus.find(({ name }) => name === 'dopri5') as Tableau
const exact = z.flatMap((row) => integrate(finest, velocity, row, times(1200)))

const decoded = (tableau: Tableau, n: number) => z.map((row) => integrate(tableau, velocity, row, times(n)))
const distance = (x: readonly number[], y: readonly number[]) =>
  Math.hypot(...x.map((value, i) => value - y[i]))
const forwardError = (tableau: Tableau, n: number) => distance(decoded(tableau, n).flat(), exact)
const roundTripError = (tableau: Tableau, n: number) => {
  const back = decoded(tableau, n).flatMap((row) => integrate(tableau, velocity, row, times(n).reverse()))
  return distance(back, z.flat())
}
const orderOf = (error: (n: number) => number, n: number) => Math.log2(error(n) / error(2 * n))

describe.each(tableaus)('$name', (tableau) => {
  it('converges forwards with the order that it states, in 64 bits', () => {
    const n = tableau.order === 1 ? 800 : tableau.order <= 3 ? 160 : 80
    expect(Math.abs(orderOf((steps) => forwardError(tableau, steps), n) - tableau.order)).toBeLessThan(0.15)
  })

  it('takes in the core the steps that it takes in 64 bits', async () => {
    const file: FlowFile = {
      schedule: 'linear',
      target: { kind: 'mixture', weights: WEIGHTS, means: MEANS, stds: [STD, STD] }
    }
    using flow = await openFlow(file)
    for (const steps of [1, 4, 16]) {
      const { data } = flow.decode(z, { solver: tableau.name, steps })
      expect(worstError(data, decoded(tableau, steps).flat())).toBeLessThan(2e-6)
    }
  })
})

// Even orders gain one on the way back: the leading error of the one way undoes that of the other.
it.each([
  ['euler', 1, 800],
  ['heun', 3, 160],
  ['rk4', 5, 40]
])('%s comes back with order %i, in 64 bits', (name, order, n) => {
  const tableau = tableaus.find((one) => one.name === name) as Tableau
  expect(Math.abs(orderOf((steps) => roundTripError(tableau, steps), n) - order)).toBeLessThan(0.15)
})
