import { describe, expect, it } from 'vitest'
import { schedules } from '../../src/schedule/index.ts'
import type { Assume } from '../../src/schema/certify.ts'
import type { Target } from '../../src/schema/flowFile.ts'
import { expectAgreement } from '../../src/theory/agreement.ts'
import { declaredClasses } from '../../src/theory/declared.ts'
import { recognise } from '../../src/theory/recognise.ts'
import { refusal } from '../fixtures/refusal.ts'
import { math } from './math.ts'

const NETWORK = { kind: 'network' } as Target

describe.each(schedules)('on the $name schedule', (schedule) => {
  const agree = (assume: Assume, target: Target = NETWORK) =>
    expectAgreement(
      recognise(target, math).classes,
      declaredClasses(assume, target, math),
      (t) => schedule.at(t),
      math
    )

  it.each<[string, Assume, string, string, string[]]>([
    ['N(0, 1) and kappa 4', { kappa: 4, sigma: 1, radius: 0 }, 'kappa', '4, 0, 1', ['radius', 'sigma']],
    ['N(0, 1) and beta 1/2', { beta: 0.5, sigma: 1, radius: 0 }, 'radius', '0, 1, 0.5', ['sigma', 'beta']],
    [
      'N(0, 1), untilted, and kappa 5',
      { kappa: 5, sigma: 1, lipschitz: 0 },
      'kappa',
      '5, 0, 1',
      ['lipschitz', 'sigma']
    ],
    [
      'two of unlike widths',
      { kappa: 1.001, sigma: 1, radius: 0 },
      'kappa',
      '1.001, 0, 1',
      ['radius', 'sigma']
    ]
  ])('%s contradict each other', (_, assume, field, got, others) => {
    const { code, path, message } = refusal(() => agree(assume))
    expect({ code, path }).toEqual({ code: 'invalid_argument', path: `assume.${field}` })
    const names = others.map((name) => `\`assume.${name}\``).join(' and ')
    expect(message).toContain(`must agree with ${names}, got ${got}: at t = `)
    const [, time, most, least] = /at t = (\S+) .* at most (\S+) and at least (\S+)$/.exec(message) ?? []
    expect(Number(time)).toBeGreaterThanOrEqual(0)
    expect(Number(time)).toBeLessThanOrEqual(1)
    expect(Number(most)).toBeLessThan(Number(least))
  })

  it.each([1e-3, 0.3, 1, 20, 1e3])('what is true of N(0, %f^2 I) agrees with itself', (sigma) => {
    const precision = 1 / sigma ** 2
    const [kappa, beta] = [precision, precision]
    const all = { kappa, beta, sigma, radius: 0, lipschitz: 0 }
    expect(() => agree(all)).not.toThrow()
    expect(() => agree(all, { kind: 'gaussian', mean: [0], covariance: [[sigma ** 2]] })).not.toThrow()
  })

  it('what is true of two clusters agrees, and no less', () => {
    // N(0, 0.25) * rho on -2 and 2: hess U from 4 - 64 to 4, and f is 8-Lipschitz.
    const target: Target = { kind: 'mixture', weights: [1, 1], means: [[-2], [2]], stds: [0.5, 0.5] }
    const all = { kappa: -60, beta: 4, sigma: 0.5, radius: 2, lipschitz: 8 }
    expect(() => agree(all)).not.toThrow()
    expect(() => agree(all, target)).not.toThrow()
    // The variance is at most sigma^2 + radius^2 = 0.5, and at least 1 / beta.
    expect(() => agree({ beta: 2.001, sigma: 0.5, radius: 0.5 })).not.toThrow()
    expect(refusal(() => agree({ beta: 1.9, sigma: 0.5, radius: 0.5 })).path).toBe('assume.radius')
  })
})

it.each<[Assume, string, string]>([
  [{ diameter: 3, sigma: 1, radius: 0.1 }, 'sigma', 'left out with `assume.diameter`, 3, got 1: a Gaussian'],
  [
    { diameter: 1, sigma: 1, lipschitz: 0.1 },
    'sigma',
    'left out with `assume.diameter`, 1, got 1: a Gaussian'
  ],
  [
    { diameter: 0, kappa: 1 },
    'kappa',
    'left out with an `assume.diameter` of 0, got 1: one point has no density'
  ]
])('a support that ends and %j exclude each other', (assume, field, text) => {
  const { path, message } = refusal(() => declaredClasses(assume, NETWORK, math))
  expect(path).toBe(`assume.${field}`)
  expect(message).toContain(text)
})
