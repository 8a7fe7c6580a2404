import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { functionError, type FunctionName } from '../reference/errors.ts'
import { bound } from './bounds.ts'
import { newCore, numbers } from './core.ts'

const core = await newCore()
const RUNS = 20000

/** Numbers drawn from u in [-1, 1) over the domain of each function of one f64. */
const DOMAINS: Record<FunctionName, ((u: number) => number)[]> = {
  exp64: [(u) => 708 * u, (u) => u, (u) => 1e-8 * u, (u) => -727 + 18 * u],
  log64: [(u) => Math.exp(700 * u), (u) => 1 + u, (u) => 1 + 1e-6 * u],
  sin64: [(u) => 1.6e6 * u, (u) => 300 * u, (u) => u],
  cos64: [(u) => 1.6e6 * u, (u) => 300 * u, (u) => u],
  erf64: [(u) => 7 * u, (u) => 1.5 * u, (u) => 1e-8 * u, (u) => 2 ** (1070 * u - 10)]
}

describe.each(Object.entries(DOMAINS) as [FunctionName, (typeof DOMAINS)[FunctionName]][])(
  '%s',
  (name, domains) => {
    it.each(domains.map((domain, i) => [i, domain] as const))(
      'is within its stated bound on domain %i',
      (_, domain) => {
        const next = numbers(1)
        let worst = 0
        for (let i = 0; i < RUNS; i++) {
          const x = domain(next() + next() * 2 ** -24)
          worst = Math.max(worst, functionError(name, x, core[name](x)))
        }
        expect(worst).toBeLessThanOrEqual(bound(name))
      }
    )

    it('keeps NaN', () => {
      expect(core[name](NaN)).toBeNaN()
    })
  }
)

it('exp64 meets its limits: 1 at 0, Infinity above 709.78, 0 below -745.13, subnormal numbers between', () => {
  expect([core.exp64(0), core.exp64(-0)]).toEqual([1, 1])
  expect([core.exp64(709.79), core.exp64(Infinity)]).toEqual([Infinity, Infinity])
  expect([core.exp64(-745.2), core.exp64(-Infinity)]).toEqual([0, 0])
  expect(core.exp64(709.782712893384)).toBeLessThan(Infinity)
  for (const x of [-709, -720, -744, -745.1]) {
    expect(functionError('exp64', x, core.exp64(x))).toBeLessThanOrEqual(bound('exp64'))
  }
})

it('log64 meets its limits: 0 at 1, -Infinity at 0, NaN below, exact powers of two, subnormal numbers', () => {
  expect([core.log64(1), core.log64(0), core.log64(-0)]).toEqual([0, -Infinity, -Infinity])
  expect(core.log64(-1)).toBeNaN()
  expect(core.log64(Infinity)).toBe(Infinity)
  for (const x of [Number.MIN_VALUE, 1e-310, 2 ** -1022, Number.MAX_VALUE, 2, 0.5, 1024]) {
    expect(functionError('log64', x, core.log64(x))).toBeLessThanOrEqual(bound('log64'))
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
    expect(functionError('sin64', x, core.sin64(x))).toBeLessThanOrEqual(bound('sin64'))
    expect(functionError('cos64', x, core.cos64(x))).toBeLessThanOrEqual(bound('cos64'))
  }
})

it('erf64 is odd to the bit, 1 from 5.93 on, and its pieces meet within its bound', () => {
  expect([core.erf64(0), core.erf64(-0)]).toEqual([0, -0])
  expect([core.erf64(Infinity), core.erf64(-Infinity), core.erf64(5.93)]).toEqual([1, -1, 1])
  expect(core.erf64(5.86)).toBeLessThan(1)
  fc.assert(
    fc.property(fc.double({ noNaN: true }), (x) => {
      expect(core.erf64(-x)).toBe(-core.erf64(x))
    })
  )
  for (const border of [0.75, 1, 1.375, 6]) {
    for (let k = -200; k <= 200; k++) {
      const x = border + k * 2 ** -53
      expect(functionError('erf64', x, core.erf64(x))).toBeLessThanOrEqual(bound('erf64'))
    }
  }
})
