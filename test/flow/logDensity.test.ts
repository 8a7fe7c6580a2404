import { describe, expect, it } from 'vitest'
import { openFlow, schedules, type FlowFile, type ScheduleName } from '../../src/index.ts'
import { numberStream, randomRows } from '../fixtures/numbers.ts'
import { sum } from '../reference/math.ts'

/** Three clusters that overlap, each with a covariance of its own, turned and stretched. */
function clusters(schedule: ScheduleName, dim: number): FlowFile {
  const next = numberStream(dim)
  const matrix = (rows: number) => Array.from({ length: rows }, () => Array.from({ length: dim }, next))
  const means = matrix(3).map((mean) => mean.map((value) => 1.5 * value))
  const covariances = means.map((_, k) => {
    const root = matrix(dim)
    return root.map((row, i) =>
      root.map(
        (column, j) =>
          (0.6 / dim) * sum(row.map((value, l) => value * column[l])) + (i === j ? 0.3 + 0.1 * k : 0)
      )
    )
  })
  return { schedule, target: { kind: 'mixture', weights: [0.5, 0.3, 0.2], means, covariances } }
}

const off = (logProb: Float64Array, exact: Float64Array) =>
  Math.max(...logProb.map((value, i) => Math.abs(value - exact[i])))
const rms = (values: readonly number[]) => Math.sqrt(sum(values.map((value) => value ** 2)) / values.length)

describe.each(schedules)('on the $name schedule', ({ name }) => {
  const schedule = name as ScheduleName
  const how = { method: 'ode', solver: 'dopri5', rtol: 1e-6, atol: 1e-6 } as const

  it.each([1, 2, 5, 8])(
    'the log-density of a mixture along the flow is the exact one, in %i dimensions',
    async (dim) => {
      using flow = await openFlow(clusters(schedule, dim))
      for (const x of [flow.sample({ count: 20, seed: 1 }), randomRows(7, 20, dim, 2)]) {
        const { logProb, status } = flow.logProb(x, how)
        expect(new Set(status)).toEqual(new Set(['ok']))
        expect(off(logProb, flow.logProb(x).logProb)).toBeLessThan(1e-4)
      }
    }
  )

  it.each(['rademacher', 'gaussian'] as const)(
    'the standard error of %s probes falls with the root of their number, and is what they are off by',
    async (probeKind) => {
      using flow = await openFlow(clusters(schedule, 5))
      const x = flow.sample({ count: 60, seed: 1 })
      const exact = flow.logProb(x).logProb
      const scaled = [16, 64, 256].map((probes) => {
        const { logProb, standardError } = flow.logProb(x, { ...how, probes, probeKind, seed: 2 })
        const errors = [...(standardError ?? [])]
        const share = rms(errors.map((error, i) => (logProb[i] - exact[i]) / error))
        expect(share).toBeGreaterThan(0.75)
        expect(share).toBeLessThan(1.35)
        return rms(errors) * Math.sqrt(probes)
      })
      for (const one of scaled) expect(Math.abs(one / scaled[2] - 1)).toBeLessThan(0.1)
    }
  )
})
