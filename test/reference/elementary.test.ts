import { describe, expect, it } from 'vitest'
import { add, divide, exactProduct, multiply, of, type DoubleDouble } from './doubleDouble.ts'
import { cos, erf, erfc, exp, log, normalCdf, sin, tanh } from './elementary.ts'
import { erfc as erfc64 } from './erf.ts'

// Numbers as multiples of 2^-700, which all numbers below are.
const BITS = 700
const exactly = (x: number): bigint => BigInt(x * 2 ** BITS)
const valueOf = ([hi, lo]: DoubleDouble): bigint => exactly(hi) + exactly(lo)
const ONE = 1n << BigInt(BITS)
const size = (x: bigint): bigint => (x < 0n ? -x : x)

/** The decimal number d.ddd...e+-n. */
function decimal(text: string): bigint {
  const [digits, exponent = '0'] = text.split('e')
  const places = digits.split('.')[1].length - Number(exponent)
  const whole = BigInt(digits.replace('.', '')) << BigInt(BITS)
  return places > 0 ? whole / 10n ** BigInt(places) : whole * 10n ** BigInt(-places)
}

/** How many bits of `actual` are right. */
function rightBits(actual: bigint, expected: bigint): number {
  const error = size(actual - expected)
  return error === 0n ? Infinity : size(expected).toString(2).length - error.toString(2).length
}

/** Repeatable numbers of 53 bits between 2^-30 and 2^30 of either sign. */
function* numbers(count: number): Generator<number> {
  let state = 1n
  for (let i = 0; i < count; i++) {
    state = (state * 6364136223846793005n + 1442695040888963407n) & ((1n << 64n) - 1n)
    yield (Number(state >> 11n) * 2 ** -52 - 1) * 2 ** ((i % 61) - 30)
  }
}

describe('numbers of twice the precision', () => {
  const pairs = [...numbers(600)].map((hi, i, all): DoubleDouble => [hi, all[599 - i] * 2 ** -90 * hi])

  it('hold the product of two f64 exactly', () => {
    pairs.forEach(([a], i) => {
      const [b] = pairs[(7 * i) % 600]
      expect(valueOf(exactProduct(a, b)) * ONE).toBe(exactly(a) * exactly(b))
    })
  })

  it('are added, multiplied and divided to 100 bits', () => {
    pairs.forEach((a, i) => {
      const b = pairs[(7 * i + 1) % 600]
      const [x, y] = [valueOf(a), valueOf(b)]
      expect(rightBits(valueOf(add(a, b)), x + y)).toBeGreaterThan(100)
      expect(rightBits(valueOf(multiply(a, b)), (x * y) / ONE)).toBeGreaterThan(100)
      expect(rightBits(valueOf(divide(a, b)), (x * ONE) / y)).toBeGreaterThan(100)
    })
  })

  it('are added to 100 bits where their upper halves cancel', () => {
    const [a, b]: DoubleDouble[] = [
      [1, 2 ** -60 / 3],
      [-1, 2 ** -75 / 7]
    ]
    expect(rightBits(valueOf(add(a, b)), valueOf(a) + valueOf(b))).toBeGreaterThan(100)
  })
})

const FUNCTIONS = {
  exp: (x: number) => exp(of(x)),
  log,
  sin,
  cos,
  tanh,
  erf,
  erfc: (x: number) => erfc(of(x)),
  normalCdf
}

/** By mpmath 1.3 in 60 digits, of the f64 that the argument is. */
const KNOWN: [keyof typeof FUNCTIONS, number, string][] = [
  ['exp', 1, '2.718281828459045235360287471352662497757'],
  ['exp', 0.1, '1.105170918075647630946638823458779657742'],
  ['exp', -30.5, '5.675685232632722461872788723806651277148e-14'],
  ['exp', -300, '5.148200222412013781154861921067130998135e-131'],
  ['log', 2, '6.931471805599453094172321214581765680755e-1'],
  ['log', 10, '2.302585092994045684017991454684364207601'],
  ['log', 0.1, '-2.302585092994045628506840223426538727163'],
  ['log', 1.0000000000000002, '2.220446049250312834328230454615487925982e-16'],
  ['log', 1e-300, '-6.907755278982137051803383445701005029086e+2'],
  ['sin', 1, '8.414709848078965066525023216302989996226e-1'],
  ['sin', 0.1, '9.983341664682815783019686785861666773597e-2'],
  ['sin', 355, '-3.014435335948844921433028000865009959026e-5'],
  ['sin', 1500000.0, '5.109987142462677641568205220159465836397e-1'],
  ['cos', 1, '5.403023058681397174009366074429766037323e-1'],
  ['cos', -2.5, '-8.011436155469337148335027904673516644286e-1'],
  ['cos', 11, '4.425697988050785748355024723941573225727e-3'],
  ['cos', 1234567.5, '-9.919519624144182830777946666772034504287e-1'],
  ['tanh', 1, '7.615941559557648881194582826047935904128e-1'],
  ['tanh', 0.01, '9.999666679999460547474921532044771234793e-3'],
  ['tanh', -0.25, '-2.449186624037091292778011314910169575066e-1'],
  ['tanh', 5, '9.999092042625951312109904475344730210898e-1'],
  ['erf', 1, '8.427007929497148693412206350826092592961e-1'],
  ['erf', 0.5, '5.204998778130465376827466538919645287365e-1'],
  ['erf', -0.001, '-1.128378790969236403437564139371489641823e-3'],
  ['erf', 2.5, '9.995930479825550410604357842600250872797e-1'],
  ['erfc', -1, '1.842700792949714869341220635082609259296'],
  ['erfc', 1.5, '3.389485352468927293302373835405214131859e-2'],
  ['erfc', 3, '2.209049699858544137277612958232037984771e-5'],
  ['erfc', 8, '1.122429717298292707996788844317027909343e-29'],
  ['normalCdf', 1, '8.413447460685429485852325456320379224779e-1'],
  ['normalCdf', -2.75, '2.979763235054556754294246986426787143678e-3'],
  ['normalCdf', -11.3, '6.560899940904156184201561185096135762202e-30']
]

it.each(KNOWN)('%s(%d) is right to 90 bits', (name, x, digits) => {
  expect(rightBits(valueOf(FUNCTIONS[name](x)), decimal(digits))).toBeGreaterThan(90)
})

it('the 64-bit erfc is that of twice the precision within 1e-13, in the tail too', () => {
  for (let x = -6; x < 26; x += 0.0625) {
    const [exact] = erfc(of(x))
    expect(Math.abs(erfc64(x) - exact)).toBeLessThan(1e-13 * exact)
  }
})
