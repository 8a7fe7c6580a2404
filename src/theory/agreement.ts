import { rulesOf, type TargetClass } from './class.ts'
import type { Elementary } from './base.ts'
import type { Declared } from './declared.ts'
import { wayTimes, type ScheduleAt } from './growth.ts'
import { refuse } from './refuse.ts'

const MARGIN = 1e-8 // of the rates: a field may itself be 1e-9 beyond what is true

/** What two classes cannot both say. */
interface Conflict {
  readonly upper: TargetClass
  readonly lower: TargetClass
  readonly text: string
  readonly size: number
}

/**
 * That classes which are declared agree with each other and with those that are known: at no time is an upper bound on grad v
 * below a lower one, and no two points come closer on the whole way than the way back lets them part.
 *
 * @throws GaussflowError `invalid_argument` at one of the fields that do not agree, with the other, the time and both bounds.
 */
export function expectAgreement(
  known: readonly TargetClass[],
  declared: readonly Declared[],
  at: ScheduleAt,
  math: Elementary
): void {
  const said = declared.map((one) => one.class)
  const all = [...known, ...said]
  const pairs = all.flatMap((upper) =>
    all
      .filter((lower) => lower !== upper && (said.includes(lower) || said.includes(upper)))
      .map((lower) => ({ upper, lower }))
  )
  const conflicts = pairs.flatMap(({ upper, lower }) => [
    ...atTimes(upper, lower, at, math),
    ...overAll(upper, lower, at, math)
  ])
  if (conflicts.length === 0) return
  const worst = conflicts.reduce((most, one) => (one.size > most.size ? one : most))
  const [own, other] = said.includes(worst.upper) ? [worst.upper, worst.lower] : [worst.lower, worst.upper]
  const { fields, values } = fieldsOf(own)
  const beside = said.includes(other) ? fieldsOf(other) : undefined
  const [field, ...rest] = fields
  const others = [...rest, ...(beside?.fields ?? [])].map((name) => `\`assume.${name}\``)
  const whom = [...others, ...(beside === undefined ? ['what the target is known to be'] : [])].join(' and ')
  const got = [...values, ...(beside?.values ?? [])].join(', ')
  refuse(field, `must agree with ${whom}, got ${got}: ${worst.text}`)
}

function atTimes(upper: TargetClass, lower: TargetClass, at: ScheduleAt, math: Elementary): Conflict[] {
  const [above, below] = [rulesOf(upper), rulesOf(lower)]
  return [0, ...wayTimes(0, 1), 1].flatMap((time) => {
    const most = above.upper?.(upper, at(time), math) ?? Infinity
    const least = below.lower(lower, at(time), math)
    const size = (least - most) / (1 + Math.abs(least) + Math.abs(most))
    if (!(size > MARGIN)) return []
    const text = `at t = ${time} the eigenvalues of grad v would be at most ${most} and at least ${least}`
    return [{ upper, lower, text, size }]
  })
}

/** The product of the constants there and back cannot be below 1. */
function overAll(upper: TargetClass, lower: TargetClass, at: ScheduleAt, math: Elementary): Conflict[] {
  const there = rulesOf(upper).forward?.(upper, at(0), at(1), math) ?? Infinity
  const back = rulesOf(lower).inverse(lower, at(0), at(1), math)
  const size = -(there + back) / (1 + Math.abs(there) + Math.abs(back))
  if (!(size > MARGIN)) return []
  const factor = (log: number) => String(math.exp64(log))
  const text = `from t = 0 to 1 two points would move apart by a factor of ${factor(there)} at most, and back by ${factor(back)}, together less than 1`
  return [{ upper, lower, text, size }]
}

function fieldsOf(of: TargetClass): {
  readonly fields: readonly [string, ...string[]]
  readonly values: readonly number[]
} {
  switch (of.kind) {
    case 'log-concave':
      return { fields: ['kappa'], values: [of.kappa] }
    case 'log-convex':
      return { fields: ['beta'], values: [of.beta] }
    case 'bounded':
      return { fields: ['diameter'], values: [of.diameter] }
    case 'log-lipschitz':
      return { fields: ['lipschitz', 'sigma'], values: [of.lipschitz, of.sigma] }
    case 'gaussian-mixture':
      return { fields: ['radius', 'sigma'], values: [of.radius, Math.sqrt(of.variances[0])] }
    case 'widest':
      return { fields: ['sigma'], values: [Math.sqrt(of.variances[0])] } // nobody can declare it
  }
}
