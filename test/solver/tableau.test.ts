import { describe, expect, it } from 'vitest'
import { SOLVER_NAMES } from '../../src/schema/request.ts'
import { flatTableau, solverOf, solvers, tableaus } from '../../src/solver/index.ts'
import { sum } from '../reference/math.ts'
import { integrate } from '../reference/rungeKutta.ts'

it('every solver that a request can name is in the list, once', () => {
  expect(solvers.map(({ name }) => name)).toEqual([...SOLVER_NAMES])
  for (const name of SOLVER_NAMES) expect(solverOf(name).name).toBe(name)
})

describe.each(tableaus)('$name', (tableau) => {
  const { a, b, c, order } = tableau

  it('weighs its slopes by shares of one', () => {
    expect(sum(b)).toBeCloseTo(1, 14)
  })

  it('takes each slope at the time that its row of weights reaches', () => {
    c.forEach((time, i) => {
      expect(sum(a[i])).toBeCloseTo(time, 14)
    })
  })

  it('is explicit: a slope rests on earlier ones alone', () => {
    a.forEach((row, i) => {
      expect(row.length).toBe(i)
    })
  })

  it('has the order that it states, on a nonlinear equation', () => {
    // x' = x cos t, x(0) = 1: x(t) = e^(sin t)
    const error = (steps: number) => {
      const times = Array.from({ length: steps + 1 }, (_, n) => (2 * n) / steps)
      const [x] = integrate(tableau, (t, [value]) => [value * Math.cos(t)], [1], times)
      return Math.abs(x - Math.exp(Math.sin(2)))
    }
    const slope = Math.log2(error(32) / error(64))
    expect(slope).toBeGreaterThan(order - 0.25)
    // Tsitouras' leading errors are so small that the next order still shows.
    expect(slope).toBeLessThan(order + 0.5)
  })

  it('is laid out for the core as a square of weights, then b, then c', () => {
    const stages = c.length
    const flat = flatTableau(tableau)
    expect(flat).toHaveLength(stages * (stages + 2))
    a.forEach((row, i) => {
      expect(flat.slice(i * stages, i * stages + i)).toEqual([...row])
      expect(flat.slice(i * stages + i, (i + 1) * stages)).toEqual(new Array<number>(stages - i).fill(0))
    })
    expect(flat.slice(stages * stages)).toEqual([...b, ...c])
  })
})
