/**
 * The cheapest transport between two samples on a line, of any sizes: their quantiles are coupled in order,
 *
 *     W_p^p = integral over q in (0, 1) of |F^-1(q) - G^-1(q)|^p
 *
 * @param x sorted; every value has the weight 1 / x.length
 * @param y sorted
 * @returns W_p^p, for p = `order`
 * @see Santambrogio, "Optimal Transport for Applied Mathematicians", proposition 2.17.
 */
export function quantileCost(x: ArrayLike<number>, y: ArrayLike<number>, order: 1 | 2): number {
  const [ofX, ofY] = shares(x.length, y.length)
  let sum = 0
  // Masses are whole numbers, of which a value of x has `ofX` and all of them x.length * ofX.
  for (let i = 0, j = 0, leftX = ofX, leftY = ofY; i < x.length;) {
    const mass = Math.min(leftX, leftY)
    const difference = Math.abs(x[i] - y[j])
    sum += mass * (order === 1 ? difference : difference * difference)
    leftX -= mass
    leftY -= mass
    if (leftX === 0) {
      i++
      leftX = ofX
    }
    if (leftY === 0) {
      j++
      leftY = ofY
    }
  }
  return sum / (x.length * ofX)
}

/** The smallest whole masses of one value each that make n of one as heavy as m of the other. */
function shares(n: number, m: number): readonly [number, number] {
  let divisor = n
  for (let rest = m; rest > 0;) [divisor, rest] = [rest, divisor % rest]
  return [m / divisor, n / divisor]
}
