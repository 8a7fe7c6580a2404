import { describe, expect, it } from 'vitest'
import { openFlow, schedules, type ScheduleName, type SolverName } from '../../src/index.ts'
import { mixture } from '../flow/flows.ts'

const COUNT = 200
const ULP = 2 ** -23 // of a number from 1 to 2 in 32 bits
/** Coarse steps, and the units in the last place that they cost: noise that falls geometrically bends the path the most. */
const coarse = (schedule: ScheduleName) => (schedule === 've' ? [16, 24] : [6, 8, 16])
const bound = (schedule: ScheduleName) => (schedule === 've' ? 6 : 3)

/** How far noise is from itself once it has been decoded and encoded again, in units in the last place of its size. */
async function roundTrip(schedule: ScheduleName, solver: SolverName, steps: number): Promise<number> {
  using flow = await openFlow(mixture(schedule))
  const how = { solver, steps, error: false } as const
  const noise = flow.source({ count: COUNT, seed: 1 })
  const there = flow.decode(noise, how)
  const back = flow.encode(there, how)
  expect(new Set([...there.status, ...back.status])).toEqual(new Set(['ok']))
  const size = schedules.find(({ name }) => name === schedule)!.at(0).a
  return Math.max(...noise.data.map((z, i) => Math.abs(back.data[i] - z) / Math.max(size, Math.abs(z)) / ULP))
}

describe.each(schedules)('on the $name schedule', ({ name }) => {
  const schedule = name as ScheduleName

  it.each(coarse(schedule))(
    'the implicit midpoint rule undoes its own %i steps to within rounding, where those of Heun do not',
    async (steps) => {
      expect(await roundTrip(schedule, 'implicit-midpoint', steps)).toBeLessThan(bound(schedule))
      expect(await roundTrip(schedule, 'heun', steps)).toBeGreaterThan(1000)
    }
  )
})
