import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { openFlow } from '../../src/index.ts'
import { customSchedule, scheduleOf, type Coefficients } from '../../src/schedule/index.ts'
import type { CustomSpec } from '../../src/schema/schedule.ts'
import { refusal } from '../fixtures/refusal.ts'

type Curve = (t: number) => { value: number; slope: number }

/** A logistic curve from 0 to 1, as steep as 1 / (4 width) in its middle. */
function logistic(middle: number, width: number): Curve {
  const f = (t: number) => 1 / (1 + Math.exp((middle - t) / width))
  const height = f(1) - f(0)
  return (t) => ({ value: (f(t) - f(0)) / height, slope: (f(t) * (1 - f(t))) / (width * height) })
}

/** One less the square of what is left of a curve. */
const squared =
  (curve: Curve): Curve =>
  (t) => {
    const { value, slope } = curve(t)
    return { value: 1 - (1 - value) ** 2, slope: 2 * (1 - value) * slope }
  }

/** Half of it along a straight line, so that it falls all the way. */
const leaning =
  (curve: Curve): Curve =>
  (t) => {
    const { value, slope } = curve(t)
    return { value: (t + value) / 2, slope: (1 + slope) / 2 }
  }

const straight: Curve = (t) => ({ value: t, slope: 1 })

const schedule =
  (fall: Curve, rise: Curve) =>
  (t: number): Coefficients => {
    const [one, other] = [fall(t), rise(t)]
    const a = t === 1 ? 0 : 1 - one.value
    return { a, aDa: -a * one.slope, b: t === 1 ? 1 : other.value, db: other.slope }
  }

function tableOf(at: (t: number) => Coefficients, cells: number): CustomSpec {
  const rows = Array.from({ length: cells + 1 }, (_, i) => at(i / cells))
  const [a, aDa] = [rows.map((row) => row.a), rows.map((row) => row.aDa)]
  return { kind: 'custom', a, aDa, b: rows.map(({ b }) => b), db: rows.map(({ db }) => db) }
}

const accepted = (spec: CustomSpec) => {
  try {
    return scheduleOf(spec)
  } catch {
    return undefined
  }
}

/** The least of a^2 b' - (a a') b, which every upper bound of a certificate supposes not to be negative. */
function leastTurn(spec: CustomSpec, times: number): number | undefined {
  const own = accepted(spec)
  if (own === undefined) return undefined
  const turns = Array.from({ length: times + 1 }, (_, i) => own.at(i / times))
  return Math.min(...turns.map(({ a, aDa, b, db }) => Math.min(a * a * db - aDa * b, -aDa, db)))
}

// Between its knots the cubic of this table's a^2 rises, and had a flow map certified by 0.6633 that grows by 1.0288.
it.each([
  ['aDa', 'a^2 fall', "a a'", schedule(logistic(0.55, 0.03), straight), 0.65, 0.7],
  ['db', 'b rise', "b'", schedule(straight, squared(logistic(0.55, 0.03))), 0.65, 0.7]
] as const)('a table too steep for its knots is refused by %s', (field, need, symbol, at, from, to) => {
  const { code, path, message } = refusal(() => scheduleOf(tableOf(at, 16)))
  expect({ code, path }).toEqual({ code: 'invalid_argument', path: `schedule.${field}` })
  const [, needed, named, slope, time] =
    /must let (.+) between the knots too, got a cubic with (.+) = (\S+) at t = (\S+): it is too steep there for so few knots; give more$/.exec(
      message
    ) ?? []
  expect([needed, named]).toEqual([need, symbol])
  expect(Math.sign(Number(slope))).toBe(field === 'aDa' ? 1 : -1)
  expect(Number(time)).toBeGreaterThan(from)
  expect(Number(time)).toBeLessThan(to)
  expect(scheduleOf(tableOf(at, 64)).name).toBe('custom')
})

it('a falls and b rises between the knots of every table that is accepted', () => {
  const unit = fc.double({ min: 0, max: 1, noNaN: true })
  const curve = (least: number, most: number) =>
    fc
      .tuple(unit, unit)
      .map(([middle, width]) => logistic(0.1 + 0.8 * middle, least + (most - least) * width))
  let held = 0
  fc.assert(
    fc.property(curve(0.025, 0.05), curve(0.1, 0.5), (fall, rise) => {
      const least = leastTurn(tableOf(schedule(fall, rise), 16), 640)
      if (least === undefined) return
      held++
      // What rounding leaves of slopes of the size of 10.
      expect(least).toBeGreaterThanOrEqual(-1e-13)
    }),
    { numRuns: 2000, seed: 5 }
  )
  expect(held).toBeGreaterThan(100)
})

describe.each([16, 64, 1024, 4096])('a table of %i cells', (cells) => {
  // In the cell at its end the cubic of a fourth power turns, however short the cell is.
  it.each([2, 3, 4, 8])('of a = (1 - t)^%i and b = t^4 has noise until its end', (power) => {
    const left = (t: number) => (1 - t) ** power
    const at = (t: number) => ({
      a: left(t),
      aDa: -power * left(t) * (1 - t) ** (power - 1),
      b: t ** 4,
      db: 4 * t ** 3
    })
    const own = scheduleOf(tableOf(at, cells))
    for (let i = 1; i < 64; i++) {
      const [early, late] = [own.at(i / 64 / cells), own.at(1 - i / 64 / cells)]
      expect(late.a).toBeGreaterThan(0)
      expect(late.aDa).toBeLessThanOrEqual(0)
      expect(early.b).toBeGreaterThan(0)
      expect(early.db).toBeGreaterThanOrEqual(0)
    }
  })
})

it('a function too steep for 4097 knots is given more, up to 16385', () => {
  const made = (width: number) => customSchedule(schedule(leaning(logistic(0.55, width)), straight))
  expect(made(1e-3).a).toHaveLength(4097)
  expect(made(1e-4).a).toHaveLength(8193)
  expect(made(5e-5).a).toHaveLength(16385)
  expect(refusal(() => made(2e-5)).message).toMatch(/^`schedule\.aDa` must .* more knots/)
})

it('the core computes what the library does, in the cells with other slopes too', async () => {
  const at = (t: number) => ({ a: (1 - t) ** 2, aDa: -2 * (1 - t) ** 3, b: t ** 4, db: 4 * t ** 3 })
  const spec = tableOf(at, 16)
  const own = scheduleOf(spec)
  using flow = await openFlow({
    schedule: spec,
    target: { kind: 'gaussian', mean: [0], covariance: [[1]] }
  })
  for (const t of [0.01, 0.03, 0.5, 0.96, 0.98]) {
    const { a, aDa, b, db } = own.at(t)
    const [slope] = flow.velocity([[1]], { time: t }).velocity.data
    expect(slope).toBeCloseTo((aDa + b * db) / (a * a + b * b), 6)
  }
})

it('a certificate on a table lists what was checked of it', async () => {
  const target = { kind: 'mixture', weights: [1, 1], means: [[-2], [2]], stds: [0.2, 0.2] } as const
  const checked = async (schedule: CustomSpec | 'linear') => {
    using flow = await openFlow({ schedule, target: { ...target } } as never)
    const { statements } = await flow.certify({ samples: 0 })
    const growth = statements.filter(({ id }) => id.startsWith('flow-map') || id.startsWith('velocity-g'))
    expect(growth.length).toBe(3)
    return growth.map(({ hypotheses }) =>
      hypotheses.some(
        ({ text, status }) =>
          status === 'checked' &&
          text === 'a falls and b rises over all of the table of the schedule, between its knots too'
      )
    )
  }
  expect(await checked(tableOf(schedule(straight, straight), 16))).toEqual([true, true, true])
  expect(await checked('linear')).toEqual([false, false, false])
})
