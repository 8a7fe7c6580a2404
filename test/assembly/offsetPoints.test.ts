import { describe, expect, it } from 'vitest'
import { SCHEDULE_NAMES, type ScheduleName } from '../../src/schema/schedule.ts'
import { estimateOf, posterior } from '../reference/posterior.ts'
import { schedules } from '../reference/schedule.ts'
import { askOf } from './asking.ts'
import { matrix, newCore, numbers, putF32, putSchedule, worstError } from './core.ts'

const core = await newCore()
const OFFSETS = [
  [1e4, 0.01],
  [1e5, 0.1],
  [1e6, 1]
] as const

describe.each(SCHEDULE_NAMES)('on the %s schedule', (schedule: ScheduleName) => {
  it.each(OFFSETS)('points around %f smoothed by %f keep their digits', (offset, bandwidth) => {
    const next = numbers(5)
    const d = 3
    const near = (row: number[]) => row.map((value) => Math.fround(offset + 3 * bandwidth * value))
    const points = matrix(next, 70, d).map(near)
    const mixture = {
      weights: points.map(() => 1 / 70),
      means: points,
      variances: points.map((row) => row.map(() => bandwidth ** 2))
    }
    const at = putSchedule(core, schedule)
    const asked = askOf(core, core.newEmpirical(at, d, 70, putF32(core, points.flat()), bandwidth))
    for (const t of [0.1, 0.5, 0.9, 0.99]) {
      const { a, aDa, b, db } = schedules[schedule](t)
      const x = matrix(next, 6, d).map((row) =>
        row.map((value, j) => Math.fround(a * value + b * (points[0][j] + bandwidth * value)))
      )
      const u = matrix(next, 6, d)
      const twins = x.map((row) => posterior(mixture, { a, aDa, b, db }, row))
      const moves = twins.map((twin, i) => estimateOf(twin, { a, aDa, b, db }, aDa, db, x[i]))
      const close = (got: number[], want: number[], bound: number, what: string) => {
        expect(worstError(got, want), `${what}, t = ${t}`).toBeLessThan(bound)
      }
      close(asked.logDensity(t, x), twins.map(({ logDensity }) => logDensity), 1e-7, 'log-density') // prettier-ignore
      close(asked.quantity(2, t, x).flat(), twins.flatMap(({ denoiser }) => denoiser), 1e-7, 'denoiser') // prettier-ignore
      const { velocity, traces } = asked.divergence(t, x)
      close(velocity.flat(), moves.flatMap(({ value }) => value), 3e-7, 'velocity') // prettier-ignore
      const traced = moves.map(({ jacobian }) => jacobian.reduce((s, line, i) => s + line[i], 0))
      close(traces, traced, 1e-6, 'divergence')
      const along = moves.flatMap(({ jacobian }, i) =>
        jacobian.map((line) => line.reduce((s, value, j) => s + value * u[i][j], 0))
      )
      close(asked.jvp(t, x, u).tangents.flat(), along, 1e-6, 'tangent')
    }
  })
})
