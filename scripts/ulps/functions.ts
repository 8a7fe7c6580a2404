import type { Core } from '../../src/wasm/core.ts'
import { functionError, type FunctionName } from '../../test/reference/errors.ts'
import { exponentOf } from '../../test/reference/ulps.ts'
import type { Worst } from './worst.ts'

type Points = Generator<number, void, undefined>
/** A number of 53 random bits in [0, 1). */
type Random = () => number

const MILLION = 1e6

/** What each function is measured at: at least ten million points of its domain, also where its pieces meet. */
const SWEEPS: Record<FunctionName, (random: Random) => Points[]> = {
  exp64: (random) => [
    everyExponent(random, -1074, 9, 1500),
    uniform(random, -745.13, 709.78, 5 * MILLION),
    uniform(random, -1, 1, 2 * MILLION),
    neighbours(
      upTo(2100, (k) => (k - 1075.5) * Math.LN2),
      300
    )
  ],
  log64: (random) => [
    everyExponent(random, -1074, 1023, 1500, false),
    uniform(random, 0.5, 2, 5 * MILLION),
    aboutOne(random, 2 * MILLION),
    neighbours(
      upTo(2000, (k) => Math.SQRT1_2 * 2 ** (k - 1000)),
      300
    )
  ],
  sin64: angles,
  cos64: angles,
  erf64: (random) => [
    everyExponent(random, -1074, 2, 1500),
    uniform(random, -2, 2, 5 * MILLION),
    uniform(random, 1.3, 6.1, MILLION),
    neighbours(
      [0.75, 1, 1.375, 5.93, 6].flatMap((x) => [-x, x]),
      100000
    )
  ]
}

function angles(random: Random): Points[] {
  const turns = Math.floor(1.6e6 / (Math.PI / 2))
  return [
    everyExponent(random, -1074, 19, 1500),
    uniform(random, -1.6e6, 1.6e6, 3 * MILLION),
    uniform(random, -10, 10, MILLION),
    neighbours(
      upTo(turns, (n) => (n * Math.PI) / 2),
      3
    ),
    neighbours(
      upTo(turns, (n) => ((n + 0.5) * Math.PI) / 2),
      2
    )
  ]
}

/** The largest error of a function over its sweep. */
export function worstOfFunction(core: Core, name: FunctionName): Worst {
  const f = core[name]
  let worst = { ulps: 0, x: 0 }
  let points = 0
  for (const sweep of SWEEPS[name](randomNumbers(1))) {
    for (const x of sweep) {
      points++
      const ulps = functionError(name, x, f(x))
      if (ulps > worst.ulps) worst = { ulps, x }
    }
  }
  return { ...worst, points }
}

/** `count` numbers of either sign in each binade. */
function* everyExponent(random: Random, from: number, to: number, count: number, signed = true): Points {
  for (let e = from; e <= to; e++) {
    for (let i = 0; i < count; i++) {
      const x = (1 + random()) * 2 ** e
      yield x
      if (signed) yield -x
    }
  }
}

function* uniform(random: Random, from: number, to: number, count: number): Points {
  for (let i = 0; i < count; i++) yield from + (to - from) * random()
}

/** 1 +- u 2^-k for k from 0 to 52. */
function* aboutOne(random: Random, count: number): Points {
  for (let i = 0; i < count; i++) yield 1 + (random() - 0.5) * 2 ** -(i % 53)
}

/** Each number and its `reach` neighbours on either side, as far as they are in its binade. */
function* neighbours(numbers: readonly number[], reach: number): Points {
  for (const x of numbers) {
    const ulp = 2 ** Math.max(exponentOf(x) - 52, -1074)
    for (let k = -reach; k <= reach; k++) yield x + k * ulp
  }
}

function upTo(count: number, of: (k: number) => number): number[] {
  return Array.from({ length: count }, (_, k) => of(k))
}

/** Marsaglia's xorshift of 32 bits, two words a number. */
function randomNumbers(seed: number): Random {
  let state = seed
  const word = (): number => {
    state ^= state << 13
    state ^= state >>> 17
    state ^= state << 5
    return state >>> 0
  }
  return () => (word() * 2 ** 21 + (word() >>> 11)) * 2 ** -53
}
