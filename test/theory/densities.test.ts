import { describe, expect, it } from 'vitest'
import { SCHEDULE_NAMES } from '../../src/schema/schedule.ts'
import type { TargetClass } from '../../src/theory/class.ts'
import { gradientBounds } from '../../src/theory/gradient.ts'
import { schedules as twins, type Coefficients } from '../reference/schedule.ts'
import { math } from './math.ts'

/** A law on the line by masses at points so close that posteriors do not tell. */
interface Density {
  readonly name: string
  readonly classes: readonly TargetClass[]
  readonly points: readonly number[]
  readonly logs: readonly number[]
}

function density(
  name: string,
  classes: readonly TargetClass[],
  log: (y: number) => number,
  half: number
): Density {
  const points = Array.from({ length: 3001 }, (_, i) => (half * (i - 1500)) / 1500)
  return { name, classes, points, logs: points.map(log) }
}

const quadratic = (kappa: number, half: number): Density =>
  density(
    `e^(-${kappa} y^2 / 2) on [-${half}, ${half}]`,
    [
      { kind: 'log-concave', kappa },
      { kind: 'bounded', diameter: 2 * half }
    ],
    (y) => (-kappa * y * y) / 2,
    half
  )
const perturbed = (name: string, sigma: number, lipschitz: number, f: (y: number) => number): Density =>
  density(
    `e^(${name}) times a Gaussian of width ${sigma}`,
    [{ kind: 'log-lipschitz', sigma, lipschitz }],
    (y) => f(y) - (y * y) / (2 * sigma * sigma),
    sigma * (7 + 2 * sigma * lipschitz)
  )

const DENSITIES: readonly Density[] = [
  quadratic(-2, 1),
  quadratic(-1, 1.5),
  quadratic(1, 1),
  perturbed('|y|', 1, 1, Math.abs),
  perturbed('-2 |y|', 1, 2, (y) => -2 * Math.abs(y)),
  perturbed('3 |y|', 0.5, 3, (y) => 3 * Math.abs(y)),
  perturbed('sin y', 1, 1, Math.sin),
  {
    name: 'two points',
    classes: [{ kind: 'bounded', diameter: 2 }],
    points: [-1, 1],
    logs: [0, 0]
  },
  {
    name: 'e^(-(y^2 + y^4 / 4)), which is 2-log-concave',
    classes: [{ kind: 'log-concave', kappa: 2 }],
    points: density('', [], () => 0, 4).points,
    logs: density('', [], (y) => -(y * y) - y ** 4 / 4, 4).logs
  },
  {
    name: 'e^(-log cosh y), which is 1-log-convex and log-concave',
    classes: [
      { kind: 'log-concave', kappa: 0 },
      { kind: 'log-convex', beta: 1 }
    ],
    points: density('', [], () => 0, 30).points,
    logs: density('', [], (y) => -Math.log(Math.cosh(y)), 30).logs
  }
]

/** grad v = a' / a + (b a W / a^4) Var(X_1 | X_t = x), by summing over the points. */
function gradient({ points, logs }: Density, { a, aDa, b, db }: Coefficients, x: number): number {
  const tilted = points.map((y, i) => logs[i] - (x - b * y) ** 2 / (2 * a * a))
  const largest = tilted.reduce((most, log) => Math.max(most, log), -Infinity)
  let [mass, first, second] = [0, 0, 0]
  const centre = points[tilted.indexOf(largest)]
  tilted.forEach((log, i) => {
    if (log < largest - 60) return
    const weight = Math.exp(log - largest)
    const y = points[i] - centre
    mass += weight
    first += weight * y
    second += weight * y * y
  })
  const variance = second / mass - (first / mass) ** 2
  return aDa / (a * a) + (b * (a * a * db - aDa * b) * variance) / a ** 4
}

// Before the posterior is as narrow as the distance of the points.
const TIMES = [0.05, 0.2, 0.4, 0.6, 0.75, 0.85]
const STATES = Array.from({ length: 41 }, (_, i) => (i - 20) / 6)

describe.each(DENSITIES)('towards $name', (of) => {
  it.each(SCHEDULE_NAMES)(
    'no gradient passes the bounds of any class, nor those of all, on the %s schedule',
    (name) => {
      for (const t of TIMES) {
        const at = twins[name](t)
        const scale = Math.sqrt(at.a ** 2 + at.b ** 2)
        const gradients = STATES.map((x) => gradient(of, at, scale * x))
        const [least, most] = [Math.min(...gradients), Math.max(...gradients)]
        // The sum over points is the integral to 1e-9, but at the ends of a support by its square of their distance.
        const exact = of.classes.some(({ kind }) => kind === 'bounded') && of.points.length > 2 ? 1e-5 : 1e-9
        const rounding = exact * (1 + Math.abs(least) + Math.abs(most) + Math.abs(at.aDa / at.a ** 2))
        for (const classes of [of.classes, ...of.classes.map((one) => [one])]) {
          const { lower, upper } = gradientBounds(classes, at, math)
          expect(most, `t = ${t}`).toBeLessThanOrEqual(upper.value + rounding)
          expect(least, `t = ${t}`).toBeGreaterThanOrEqual(lower.value - rounding)
        }
      }
    }
  )
})

it('the bound of bounded support is attained midway between two points, and near that of kinks and tails', () => {
  const [points] = DENSITIES.filter(({ name }) => name === 'two points')
  for (const t of TIMES) {
    const at = twins.linear(t)
    const { upper } = gradientBounds(points.classes, at, math)
    expect(gradient(points, at, 0) / upper.value).toBeCloseTo(1, 9)
  }
  // Of the part of the posterior's variance that f adds, at the kink: more than 0.75 of the bound, on either side.
  for (const [name, side] of [
    ['e^(|y|) times', 'upper'],
    ['e^(-2 |y|) times', 'lower']
  ] as const) {
    const of = DENSITIES.find((one) => one.name.startsWith(name))!
    const at = twins.linear(0.5)
    const base = gradientBounds([{ kind: 'log-lipschitz', sigma: 1, lipschitz: 0 }], at, math).upper.value
    const bound = gradientBounds(of.classes, at, math)[side].value
    const part = (gradient(of, at, 0) - base) / (bound - base)
    expect(part).toBeGreaterThan(0.75)
    expect(part).toBeLessThanOrEqual(1)
  }
})
