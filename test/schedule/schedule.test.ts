import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import {
  customSchedule,
  polynomial,
  reparametrize,
  scheduleOf,
  schedules,
  snr,
  sourceOf,
  timeOfSnr,
  varianceExploding,
  variancePreserving,
  type Coefficients,
  type Schedule
} from '../../src/schedule/index.ts'
import { putSchedule } from '../../src/schedule/put.ts'
import { SCHEDULE_NAMES } from '../../src/schema/schedule.ts'
import { newCore } from '../assembly/core.ts'
import { refusal } from '../fixtures/refusal.ts'

const TIMES = Array.from({ length: 41 }, (_, i) => i / 40)
const INNER = TIMES.slice(1, -1)
const core = await newCore()

/** A smooth schedule that no name stands for: a = cos^2, b = sin^2 of a quarter turn. */
const squares = (t: number): Coefficients => {
  const [c, s] = [Math.cos((Math.PI / 2) * t), Math.sin((Math.PI / 2) * t)]
  const a = t === 1 ? 0 : c * c
  return { a, aDa: -Math.PI * a * c * s, b: t === 1 ? 1 : s * s, db: Math.PI * c * s }
}

const MANY: [string, Schedule][] = [
  ...schedules.map((schedule): [string, Schedule] => [schedule.name, schedule]),
  ['vp of other rates', variancePreserving({ betaMin: 1, betaMax: 5 })],
  ['ve of other sizes', varianceExploding({ sigmaMin: 0.002, sigmaMax: 80 })],
  ['cubic', polynomial({ power: 3 })],
  ['polynomial of power 1', polynomial({ power: 1 })],
  ['custom', scheduleOf(customSchedule(squares))]
]

it('every schedule that a flow file can name is in the list, once', () => {
  expect(schedules.map(({ name }) => name)).toEqual([...SCHEDULE_NAMES])
  for (const name of SCHEDULE_NAMES) expect(scheduleOf(name).name).toBe(name)
})

describe.each(MANY)('the %s schedule', (_, schedule) => {
  const at = (t: number) => schedule.at(t)
  const size = Math.max(1, at(0).a) // of its noise

  it('ends in pure data, exactly, and starts from the source that it reports', () => {
    expect(at(1)).toMatchObject({ a: 0, b: 1 })
    const { std, dataWeight } = sourceOf(schedule)
    expect(at(0)).toMatchObject({ a: std, b: dataWeight })
    expect(std).toBeGreaterThan(0)
    expect(dataWeight).toBeGreaterThanOrEqual(0)
  })

  it('fades noise out and never data', () => {
    const [a, b] = [TIMES.map((t) => at(t).a), TIMES.map((t) => at(t).b)]
    for (let i = 1; i < TIMES.length; i++) {
      expect(a[i]).toBeLessThan(a[i - 1])
      expect(b[i]).toBeGreaterThanOrEqual(b[i - 1])
    }
  })

  it('gives the derivatives that differences show', () => {
    const h = 1e-5
    for (const t of INNER) {
      const [before, here, after] = [at(t - h), at(t), at(t + h)]
      expect(Math.abs((after.b - before.b) / (2 * h) - here.db)).toBeLessThan(1e-6)
      expect(Math.abs((after.a ** 2 - before.a ** 2) / (4 * h) - here.aDa)).toBeLessThan(1e-6 * size ** 2)
    }
  })

  it('has finite coefficients at both ends', () => {
    for (const t of [0, 1]) expect(Object.values(at(t)).every(Number.isFinite)).toBe(true)
  })

  it('finds the time of a signal-to-noise ratio', () => {
    fc.assert(
      fc.property(fc.double({ min: 0.001, max: 0.999, noNaN: true }), (t) => {
        const rho = snr(schedule, t)
        expect(snr(schedule, timeOfSnr(schedule, rho)) / rho).toBeCloseTo(1, 9)
      })
    )
    expect(timeOfSnr(schedule, Infinity)).toBe(1)
    expect(timeOfSnr(schedule, 0)).toBe(0)
  })

  it.each(MANY)('seen on the clock of %s has its coefficients, up to the scale', (__, other) => {
    const clock = reparametrize(schedule, other)
    for (const t of TIMES) {
      const { time, scale } = clock(t)
      const [mine, theirs] = [at(time), other.at(t)]
      // Below the first ratio of a schedule that starts with data in it there is no time of its own.
      if (snr(other, t) < snr(schedule, 0)) continue
      expect(Math.abs(scale * mine.a - theirs.a)).toBeLessThan(1e-9 * Math.max(1, theirs.a))
      expect(Math.abs(scale * mine.b - theirs.b)).toBeLessThan(1e-9)
    }
  })
})

it.each(MANY)('the %s schedule agrees with the core to the rounding of its numbers', async (_, schedule) => {
  const { core: own } = schedule
  const spec =
    'knots' in own
      ? customSchedule(squares)
      : ({ 0: 'linear', 1: 'trigonometric', 2: 'follmer' }[own.kind] ??
        ({
          3: { kind: 'vp', betaMin: own.p, betaMax: own.q },
          4: { kind: 've', sigmaMin: own.p, sigmaMax: own.q },
          5: { kind: 'polynomial', power: own.p }
        }[own.kind] as object))
  const record = await putSchedule(core, spec as Parameters<typeof putSchedule>[1])
  const out = core.alloc(32)
  for (const t of TIMES) {
    core.scheduleAt(record, t, out)
    const { a, aDa, b, db } = schedule.at(t)
    const inCore = new Float64Array(core.memory.buffer, out, 4)
    ;[a, aDa, b, db].forEach((value, i) => {
      expect(Math.abs(inCore[i] - value)).toBeLessThanOrEqual(
        64 * Number.EPSILON * Math.max(1, Math.abs(value))
      )
    })
  }
})

describe('a custom schedule', () => {
  it('is the function that it was made from, between its knots too', () => {
    const made = scheduleOf(customSchedule(squares))
    for (let i = 0; i <= 999; i++) {
      const t = i / 999
      const [got, want] = [made.at(t), squares(t)]
      for (const key of ['aDa', 'b', 'db'] as const) expect(got[key]).toBeCloseTo(want[key], 9)
      expect(got.a ** 2).toBeCloseTo(want.a ** 2, 13)
    }
  })

  it('survives as JSON', () => {
    const spec = customSchedule(squares)
    const [read, made] = [scheduleOf(JSON.parse(JSON.stringify(spec)) as typeof spec), scheduleOf(spec)]
    for (const t of [0, 0.123, 0.5, 1])
      for (const key of ['a', 'aDa', 'b', 'db'] as const) expect(read.at(t)[key] - made.at(t)[key]).toBe(0)
  })

  it.each<[string, (t: number) => Coefficients, RegExp]>([
    [
      'derivatives of the wrong size',
      (t) => ({ ...squares(t), db: 1.1 * squares(t).db }),
      /schedule\.db.*differ by 0\.157/
    ],
    [
      "a' in place of a a'",
      (t) => ({ ...squares(t), aDa: -Math.PI * Math.cos((Math.PI / 2) * t) * Math.sin((Math.PI / 2) * t) }),
      /schedule\.aDa.*differ by/
    ],
    [
      'noise that is left at the end',
      (t) => ({ ...squares(t), a: squares(t).a + 0.1 }),
      /schedule\.a` must end in 0/
    ],
    [
      'data that is not whole at the end',
      (t) => ({ ...squares(t), b: 0.9 * squares(t).b }),
      /schedule\.b` must end in 1/
    ],
    [
      'noise that rises',
      (t) => ({ ...squares(t), a: 1 - t + Math.sin(2 * Math.PI * t) }),
      /schedule\.a\[\d+\]` must not rise/
    ],
    ['no numbers', () => ({ a: NaN, aDa: 0, b: 0, db: 0 }), /schedule/]
  ])('with %s is refused, and says by how much', (__, at, message) => {
    const refused = refusal(() => customSchedule(at))
    expect(refused.code).toBe('invalid_argument')
    expect(refused.message).toMatch(message)
  })
})

it.each([
  [{ kind: 've', sigmaMin: 2, sigmaMax: 1 }, 'schedule.sigmaMax'],
  [{ kind: 'vp', betaMin: -1 }, 'schedule.betaMin'],
  [{ kind: 'polynomial', power: 0.5 }, 'schedule.power'],
  [{ kind: 'custom', a: [1, 0], aDa: [0, 0], b: [0, 1], db: [1, 1] }, 'schedule.a'],
  [{ kind: 'vp', gamma: 1 }, 'schedule.gamma']
])('%j is refused at %s', (spec, path) => {
  expect(refusal(() => scheduleOf(spec as never))).toMatchObject({ code: 'invalid_argument', path })
})
