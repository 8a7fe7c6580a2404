/** P(Z <= x) of a standard normal, to 1e-15: the series of erf near 0, the continued fraction of erfc far out. */
export function normalBelow(x: number): number {
  const z = Math.abs(x) / Math.SQRT2
  const tail = z < 3 ? (1 - erfSeries(z)) / 2 : erfcFraction(z) / 2
  return x < 0 ? tail : 1 - tail
}

/** 2 / sqrt(pi) sum_n (-1)^n z^(2n + 1) / (n! (2n + 1)) */
function erfSeries(z: number): number {
  let [sum, term] = [z, z]
  for (let n = 1; n < 80; n++) {
    term *= (-z * z) / n
    sum += term / (2 * n + 1)
  }
  return (2 / Math.sqrt(Math.PI)) * sum
}

/** e^(-z^2) / sqrt(pi) / (z + (1/2) / (z + (2/2) / (z + ...))) */
function erfcFraction(z: number): number {
  let below = z
  for (let n = 60; n >= 1; n--) below = z + n / 2 / below
  return Math.exp(-z * z) / Math.sqrt(Math.PI) / below
}

/** The x at which an increasing function of (-20, 20) comes to a value, to the last bit. */
export function inverse(increasing: (x: number) => number, value: number): number {
  let [low, high] = [-20, 20]
  for (;;) {
    const middle = (low + high) / 2
    if (middle === low || middle === high) return middle
    if (increasing(middle) < value) low = middle
    else high = middle
  }
}
