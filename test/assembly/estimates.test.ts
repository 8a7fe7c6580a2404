import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { SCHEDULE_NAMES, type ScheduleName } from '../../src/schema/schedule.ts'
import type { Mixture } from '../reference/mixture.ts'
import { estimateOf, posterior } from '../reference/posterior.ts'
import { schedules } from '../reference/schedule.ts'
import { askOf } from './asking.ts'
import { matrix, newCore, numbers, putF32, putSchedule, scoped, worstError, type Core } from './core.ts'
import { putMixture, randomMixture, roundMixture } from './mixture.ts'

const core = await newCore()
const INNER = [1e-4, 0.01, 0.1, 0.25, 0.5, 0.77, 0.9, 0.99]
const TIMES = [0, ...INNER, 0.9999, 1]

/** Closed forms by name: how to put one into the core, and the mixture that it is. */
interface ClosedForm {
  readonly mixture: Mixture
  readonly put: (core: Core, schedule: ScheduleName) => number
}

function mixtureForm(k: number, d: number, shape: 'round' | 'aligned' | 'turned'): ClosedForm {
  const next = numbers(k + 10 * d)
  const mixture = shape === 'round' ? roundMixture(next, k, d) : randomMixture(next, k, d, shape === 'turned')
  return { mixture, put: (c, schedule) => putMixture(c, schedule, mixture) }
}

function empiricalForm(n: number, d: number, bandwidth: number): ClosedForm {
  const points = matrix(numbers(n + 10 * d), n, d)
  const mixture = {
    weights: points.map(() => 1 / n),
    means: points,
    variances: points.map((p) => p.map(() => bandwidth ** 2))
  }
  const put = (c: Core, schedule: ScheduleName) =>
    c.newEmpirical(putSchedule(c, schedule), d, n, putF32(c, points.flat()), bandwidth)
  return { mixture, put }
}

const FORMS: Record<string, ClosedForm> = {
  'a Gaussian with axes of its own': mixtureForm(1, 3, 'turned'),
  'a line mixture': mixtureForm(4, 1, 'aligned'),
  'a diagonal mixture': mixtureForm(3, 5, 'aligned'),
  'a mixture with axes of its own': mixtureForm(5, 4, 'turned'),
  'round components in the plane': mixtureForm(3, 2, 'round'),
  'round components': mixtureForm(5, 3, 'round'),
  'one smoothed point': empiricalForm(1, 2, 0.5),
  'a few smoothed points': empiricalForm(9, 3, 0.4),
  'more smoothed points than a block holds': empiricalForm(150, 5, 0.3)
}

describe.each(Object.entries(FORMS))('%s', (_, { mixture, put }) => {
  const d = mixture.means[0].length
  const x = matrix(numbers(d), 19, d).map((row) => row.map((value) => Math.fround(3 * value)))

  describe.each(SCHEDULE_NAMES)('on the %s schedule', (schedule) => {
    const v = put(core, schedule)

    it('has the velocity, score, denoiser and noise of its 64-bit twin', () => {
      for (const t of INNER) {
        const at = schedules[schedule](t)
        const onNoise = [at.aDa, -1, 0, at.a]
        const onData = [at.db, 0, 1, 0]
        onNoise.forEach((_, quantity) => {
          const expected = x.flatMap(
            (row) =>
              estimateOf(posterior(mixture, at, row), at, onNoise[quantity], onData[quantity], row).value
          )
          const error = worstError(askOf(core, v).quantity(quantity, t, x).flat(), expected)
          expect(error, `quantity ${quantity}, t = ${t}`).toBeLessThan(1e-6)
        })
      }
    })

    it('has the log-density of its 64-bit twin, at the ends too', () => {
      for (const t of TIMES) {
        const expected = x.map((row) => posterior(mixture, schedules[schedule](t), row).logDensity)
        expect(worstError(askOf(core, v).logDensity(t, x), expected), `t = ${t}`).toBeLessThan(1e-9)
      }
    })

    it('has the divergence of its 64-bit twin, and beside it the velocity to the bit', () => {
      for (const t of INNER) {
        const at = schedules[schedule](t)
        const expected = x.map((row) => {
          const { jacobian } = estimateOf(posterior(mixture, at, row), at, at.aDa, at.db, row)
          return jacobian.reduce((s, line, i) => s + line[i], 0)
        })
        const { velocity, traces } = askOf(core, v).divergence(t, x)
        expect(worstError(traces, expected), `t = ${t}`).toBeLessThan(1e-7)
        expect(velocity).toEqual(askOf(core, v).quantity(0, t, x))
      }
    })

    it('has the derivative of its 64-bit twin along every direction, and beside it the velocity to the bit', () => {
      const k = 3
      const u = matrix(numbers(77), x.length * k, d)
      for (const t of INNER) {
        const at = schedules[schedule](t)
        const expected = u.map((direction, i) => {
          const row = x[Math.floor(i / k)]
          const { jacobian } = estimateOf(posterior(mixture, at, row), at, at.aDa, at.db, row)
          return jacobian.map((line) => line.reduce((s, value, j) => s + value * direction[j], 0))
        })
        const { velocity, tangents } = askOf(core, v).jvp(t, x, u)
        expect(worstError(tangents.flat(), expected.flat()), `t = ${t}`).toBeLessThan(1e-6)
        expect(velocity).toEqual(askOf(core, v).quantity(0, t, x))
      }
    })

    it('is finite at both ends, with its divergence', () => {
      for (const t of [0, 1]) {
        const { velocity, traces } = askOf(core, v).divergence(t, x)
        expect([...velocity.flat(), ...traces].every(Number.isFinite)).toBe(true)
        for (const quantity of [1, 2, 3])
          expect(askOf(core, v).quantity(quantity, t, x).flat().every(Number.isFinite)).toBe(true)
      }
    })
  })

  it('sums the quadratic forms of the unit directions to the divergence', () => {
    const v = put(core, 'trigonometric')
    const units = x.flatMap(() => x[0].map((__, i) => x[0].map((___, j) => Number(i === j))))
    const { traces } = askOf(core, v).divergence(0.6, x)
    const forms = askOf(core, v).divergence(0.6, x, units).traces
    const sums = traces.map((__, i) => forms.slice(i * d, (i + 1) * d).reduce((s, value) => s + value, 0))
    expect(worstError(sums, traces)).toBeLessThan(1e-6)
  })

  it('answers for a row and a probe as it would for them alone', () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 1, max: 20 }),
        fc.integer({ min: 1, max: 4 }),
        fc.nat(),
        (count, k, seed) => {
          scoped(core, () => {
            const next = numbers(seed)
            const v = put(core, 'linear')
            const rows = matrix(next, count, d)
            const probes = matrix(next, count * k, d)
            const all = askOf(core, v).divergence(0.7, rows, probes).traces
            const i = seed % count
            const j = seed % k
            const alone = askOf(core, v).divergence(0.7, [rows[i]], [probes[i * k + j]]).traces
            expect(alone).toEqual([all[i * k + j]])
            expect(askOf(core, v).divergence(0.7, [rows[i]]).traces).toEqual([
              askOf(core, v).divergence(0.7, rows).traces[i]
            ])
          })
        }
      ),
      { numRuns: 30 }
    )
  })

  it('answers NaN for a row that is not finite, and the other rows as before', () => {
    const v = put(core, 'linear')
    const dirty = x.map((row, i) => (i === 1 ? row.map(() => NaN) : row))
    const [clean, after] = [x, dirty].map((rows) => askOf(core, v).divergence(0.4, rows).traces)
    expect(after[1]).toBeNaN()
    expect(after.filter((__, i) => i !== 1)).toEqual(clean.filter((__, i) => i !== 1))
    expect(askOf(core, v).logDensity(0.4, dirty)[1]).toBeNaN()
  })
})
