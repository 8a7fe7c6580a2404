import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { snr, schedules } from '../../src/schedule/index.ts'
import { gridOf, GRID_NAMES } from '../../src/solver/index.ts'
import { newCore } from '../assembly/core.ts'

const math = await newCore()
const time = fc.double({ min: 0, max: 1, noNaN: true })
const way = fc.tuple(time, time).filter(([from, to]) => Math.abs(from - to) > 1e-6)

describe.each(
  GRID_NAMES.flatMap((grid) => schedules.map((schedule) => ({ grid, schedule, name: schedule.name })))
)('the $grid grid on the $name schedule', ({ grid, schedule }) => {
  const make = (from: number, to: number, steps: number) =>
    gridOf(math, { grid, from, to, steps, snr: (t) => snr(schedule, t) })

  it('starts and ends exactly where it is told to, in either direction', () => {
    fc.assert(
      fc.property(way, fc.integer({ min: 1, max: 60 }), ([from, to], steps) => {
        const times = make(from, to, steps)
        expect(times).toHaveLength(steps + 1)
        expect(times[0] === from && times[steps] === to).toBe(true)
      }),
      { numRuns: 40 }
    )
  })

  it('leads strictly from the one to the other', () => {
    fc.assert(
      fc.property(way, fc.integer({ min: 1, max: 60 }), ([from, to], steps) => {
        const times = make(from, to, steps)
        const direction = Math.sign(to - from)
        for (let n = 1; n <= steps; n++) expect(direction * (times[n] - times[n - 1])).toBeGreaterThan(0)
      }),
      { numRuns: 40 }
    )
  })

  it('is the same backwards', () => {
    const [there, back] = [make(0, 1, 17), make(1, 0, 17).reverse()]
    there.forEach((t, n) => expect(back[n]).toBeCloseTo(t, 14))
  })
})

it('the steps of the uniform grid are equal up to rounding', () => {
  const grid = gridOf(math, { grid: 'uniform', from: 1, to: 0, steps: 50, snr: () => 1 })
  for (let n = 1; n <= 50; n++) expect(grid[n - 1] - grid[n]).toBeCloseTo(1 / 50, 14)
})

it('the cosine grid is (1 - cos(pi n / N)) / 2', () => {
  const grid = gridOf(math, { grid: 'cosine', from: 0, to: 1, steps: 12, snr: () => 1 })
  grid.forEach((t, n) => expect(t).toBeCloseTo((1 - Math.cos((Math.PI * n) / 12)) / 2, 14))
})

it('the noise levels of the Karras grid have equally spaced seventh roots', () => {
  const [linear] = schedules
  const steps = 20
  const grid = gridOf(math, { grid: 'karras', from: 0, to: 1, steps, snr: (t) => snr(linear, t) })
  const [start, end] = [80 ** (1 / 7), 0.002 ** (1 / 7)]
  for (let n = 1; n < steps; n++) {
    const sigma = (start + (n / steps) * (end - start)) ** 7
    expect((1 - grid[n]) / grid[n] / sigma).toBeCloseTo(1, 10)
  }
})
