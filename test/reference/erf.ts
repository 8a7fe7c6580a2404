// The complementary error function in 64 bits, which Math does not have. For x > 0 its relative error is below 1e-13.

/** 1 - erf x. */
export function erfc(x: number): number {
  if (x < 0) return 2 - erfc(-x)
  if (x > 27) return 0
  return x < 2 ? 1 - erfSeries(x) : erfcFraction(x)
}

/** 2 / sqrt(pi) (x - x^3 / 3 + x^5 / (2! 5) - ...). */
function erfSeries(x: number): number {
  const z = x * x
  let [term, sum] = [x, x]
  for (let n = 1; Math.abs(term) > 1e-17 * sum; n++) {
    term *= -z / n
    sum += term / (2 * n + 1)
  }
  return (2 / Math.sqrt(Math.PI)) * sum
}

/** e^(-x^2) / sqrt(pi) / (x + (1/2) / (x + (2/2) / (x + (3/2) / (x + ...)))). */
function erfcFraction(x: number): number {
  let fraction = x
  for (let k = Math.ceil(10 + 180 / (x * x)); k > 0; k--) fraction = x + k / 2 / fraction
  return Math.exp(-x * x) / Math.sqrt(Math.PI) / fraction
}
