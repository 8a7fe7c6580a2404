import { describe, expect, it } from 'vitest'
import { schedules } from '../../src/schedule/index.ts'
import { empiricalVelocity } from '../../src/target/empirical.ts'
import { newCore, putSchedule, velocityOf, worstError } from '../assembly/core.ts'
import type { ScheduleName } from '../../src/schema/schedule.ts'
import { randomRows } from '../fixtures/numbers.ts'
import { refusal } from '../fixtures/refusal.ts'
import { empiricalVelocity as reference } from '../reference/empirical.ts'

describe.each(schedules)('on the $name schedule', (schedule) => {
  const { name } = schedule
  it.each([1, 3, 8])('the core has the velocity of the definition, in dimension %i', async (dim) => {
    const core = await newCore()
    const points = randomRows(dim, 9, dim, 2)
    const v = empiricalVelocity(core, putSchedule(core, name as ScheduleName), {
      kind: 'empirical',
      points,
      bandwidth: 0.2
    })
    const x = randomRows(20 + dim, 7, dim, 3)
    for (const t of [0, 0.4, 0.95, 1]) {
      const expected = x.flatMap((row) => reference(points, 0.2, schedule.at(t), row))
      expect(worstError(velocityOf(core, v, t, x).flat(), expected)).toBeLessThan(2e-6)
    }
  })
})

it.each([
  {
    what: 'of another length than the first',
    points: [[0, 0], [1, 1], [2]],
    refused: {
      code: 'shape_mismatch',
      path: 'target.points[2]',
      message: '`target.points[2]` must have length 2 (as long as the first point), got 1'
    }
  },
  {
    what: 'that 32 bits cannot hold',
    points: [[0], [1e39]],
    refused: {
      code: 'not_finite',
      path: 'target.points[1][0]',
      message: '`target.points[1][0]` must be a finite 32-bit number, got 1e+39'
    }
  }
])('a point $what is refused by name', async ({ points, refused }) => {
  const core = await newCore()
  const call = () =>
    empiricalVelocity(core, putSchedule(core, 'linear'), { kind: 'empirical', points, bandwidth: 1 })
  expect(refusal(call)).toMatchObject(refused)
})

it('a bandwidth whose square is no number above zero is refused', async () => {
  const core = await newCore()
  const call = () =>
    empiricalVelocity(core, putSchedule(core, 'linear'), {
      kind: 'empirical',
      points: [[0]],
      bandwidth: 1e-200
    })
  expect(refusal(call)).toMatchObject({ code: 'invalid_argument', path: 'target.bandwidth' })
})
