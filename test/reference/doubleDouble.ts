// Numbers of twice the precision, for errors of f64 functions in fractions of their last place.

/** hi + lo with |lo| at most half an ulp of hi: about 106 bits. */
export type DoubleDouble = readonly [hi: number, lo: number]

/** a + b exactly, for |a| >= |b|. */
const quickSum = (a: number, b: number): DoubleDouble => {
  const sum = a + b
  return [sum, b - (sum - a)]
}

/** a + b exactly. @see Knuth, "The Art of Computer Programming" 2, 4.2.2. */
function exactSum(a: number, b: number): DoubleDouble {
  const sum = a + b
  const part = sum - a
  return [sum, a - (sum - part) + (b - part)]
}

const SPLIT = 2 ** 27 + 1

/** a b exactly, for factors below 2^996. @see Dekker, "A floating-point technique for extending the available precision", 1971. */
export function exactProduct(a: number, b: number): DoubleDouble {
  const product = a * b
  const [bigA, bigB] = [SPLIT * a, SPLIT * b]
  const [highA, highB] = [bigA - (bigA - a), bigB - (bigB - b)]
  const [lowA, lowB] = [a - highA, b - highB]
  return [product, highA * highB - product + highA * lowB + lowA * highB + lowA * lowB]
}

export const of = (x: number): DoubleDouble => [x, 0]
export const negate = ([hi, lo]: DoubleDouble): DoubleDouble => [-hi, -lo]
/** x 2^n, exact as long as no part falls below the normal numbers. */
export function scale([hi, lo]: DoubleDouble, n: number): DoubleDouble {
  // In two steps: 2^n alone may overflow where the product does not.
  const half = Math.trunc(n / 2)
  const [one, other] = [2 ** half, 2 ** (n - half)]
  return [hi * one * other, lo * one * other]
}

/** Within 2^-104 of the sum, and of the sum itself: the two parts are added one by one. */
export function add(a: DoubleDouble, b: DoubleDouble): DoubleDouble {
  const [high, rest] = exactSum(a[0], b[0])
  const [low, lost] = exactSum(a[1], b[1])
  const [hi, lo] = quickSum(high, rest + low)
  return quickSum(hi, lo + lost)
}

export const subtract = (a: DoubleDouble, b: DoubleDouble): DoubleDouble => add(a, negate(b))

/** Within 2^-103. */
export function multiply(a: DoubleDouble, b: DoubleDouble): DoubleDouble {
  const [high, low] = exactProduct(a[0], b[0])
  return quickSum(high, low + (a[0] * b[1] + a[1] * b[0]))
}

/** Within 2^-101: two digits of long division, each of 53 bits, and what is left. */
export function divide(a: DoubleDouble, b: DoubleDouble): DoubleDouble {
  const first = a[0] / b[0]
  const rest = subtract(a, multiply(b, [first, 0]))
  const second = rest[0] / b[0]
  const last = subtract(rest, multiply(b, [second, 0]))
  return add(quickSum(first, second), [last[0] / b[0], 0])
}

/** c_0 + c_1 z + c_2 z^2 + ...; from index `plain` on, where 53 bits are enough of what is left, in f64. */
export function polynomial(c: readonly DoubleDouble[], z: DoubleDouble, plain = c.length): DoubleDouble {
  let tail = 0
  for (let k = c.length - 1; k >= plain; k--) tail = tail * z[0] + c[k][0]
  let sum: DoubleDouble = [tail, 0]
  for (let k = Math.min(plain, c.length) - 1; k >= 0; k--) sum = add(multiply(sum, z), c[k])
  return sum
}
