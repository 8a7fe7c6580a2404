import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { cos, sin } from '../reference/elementary.ts'
import { ulps as exactUlps } from '../reference/ulps.ts'
import { newCore, numbers, ulps } from './core.ts'
import { bound } from './bounds.ts'

const core = await newCore()
const RUNS = 20000

/** The functions of one f64, with the reference and numbers drawn from u in [-1, 1) over the stated domain. */
const functions: Record<
  'exp64' | 'log64' | 'sin64' | 'cos64',
  { reference: (x: number) => number; domains: ((u: number) => number)[] }
> = {
  exp64: { reference: Math.exp, domains: [(u) => 708 * u, (u) => u, (u) => 1e-8 * u] },
  log64: { reference: Math.log, domains: [(u) => Math.exp(700 * u), (u) => 1 + u, (u) => 1 + 1e-6 * u] },
  sin64: { reference: Math.sin, domains: [(u) => 1.6e6 * u, (u) => 300 * u, (u) => u] },
  cos64: { reference: Math.cos, domains: [(u) => 1.6e6 * u, (u) => 300 * u, (u) => u] }
}

describe.each(Object.entries(functions))('%s', (name, { reference, domains }) => {
  const f = core[name as keyof typeof functions]

  it.each(domains.map((domain, i) => [i, domain] as const))(
    'is within its stated bound on domain %i',
    (_, domain) => {
      const next = numbers(1)
      let worst = 0
      for (let i = 0; i < RUNS; i++) {
        const x = domain(next() + next() * 2 ** -24)
        if (reference(x) !== 0) worst = Math.max(worst, ulps(f(x), reference(x), 53))
      }
      expect(worst).toBeLessThanOrEqual(bound(name))
    }
  )

  it('keeps NaN', () => {
    expect(f(NaN)).toBeNaN()
  })
})

it('exp64 meets its limits: 1 at 0, Infinity above 709.78, 0 below -745.13, subnormal numbers between', () => {
  expect([core.exp64(0), core.exp64(-0)]).toEqual([1, 1])
  expect([core.exp64(709.79), core.exp64(Infinity)]).toEqual([Infinity, Infinity])
  expect([core.exp64(-745.2), core.exp64(-Infinity)]).toEqual([0, 0])
  expect(core.exp64(709.782712893384)).toBeLessThan(Infinity)
  for (const x of [-709, -720, -744, -745.1]) {
    expect(Math.abs(core.exp64(x) - Math.exp(x))).toBeLessThanOrEqual(
      2 * Number.MIN_VALUE + Math.exp(x) * 2 ** -52
    )
  }
})

it('log64 meets its limits: 0 at 1, -Infinity at 0, NaN below, exact powers of two, subnormal numbers', () => {
  expect([core.log64(1), core.log64(0), core.log64(-0)]).toEqual([0, -Infinity, -Infinity])
  expect(core.log64(-1)).toBeNaN()
  expect(core.log64(Infinity)).toBe(Infinity)
  for (const x of [Number.MIN_VALUE, 1e-310, 2 ** -1022, Number.MAX_VALUE, 2, 0.5, 1024]) {
    expect(ulps(core.log64(x), Math.log(x), 53)).toBeLessThanOrEqual(bound('log64'))
  }
})

it('sin64 and cos64 are odd and even, exact at 0, and NaN where the reduction would not be exact', () => {
  expect([core.sin64(0), core.cos64(0)]).toEqual([0, 1])
  fc.assert(
    fc.property(fc.double({ min: 1e-300, max: 1.6e6, noNaN: true }), (x) => {
      expect(core.sin64(-x)).toBe(-core.sin64(x))
      expect(core.cos64(-x)).toBe(core.cos64(x))
    })
  )
  for (const x of [1e7, -1e7, Infinity, -Infinity]) {
    expect(core.sin64(x)).toBeNaN()
    expect(core.cos64(x)).toBeNaN()
  }
})

it('sin64 and cos64 are accurate next to multiples of pi / 2, where almost all bits cancel', () => {
  // Of the multiples below 1.6e6, these are among the closest to numbers of 53 bits.
  const closest = [29, 204551, 263205, 526410].map((n) => (n * Math.PI) / 2)
  const some = Array.from({ length: 9000 }, (_, k) => ((113 * k + 1) * Math.PI) / 2)
  for (const x of [...closest, ...some]) {
    expect(exactUlps(core.sin64(x), sin(x), 53)).toBeLessThanOrEqual(bound('sin64'))
    expect(exactUlps(core.cos64(x), cos(x), 53)).toBeLessThanOrEqual(bound('cos64'))
  }
})
