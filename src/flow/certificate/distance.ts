/** sqrt(mean over rows of |x_i - y_i|^2), which is never less than the 2-Wasserstein distance of the rows. */
export function distance(x: ArrayLike<number>, y: ArrayLike<number>, count: number): number {
  let sum = 0
  for (let j = 0; j < x.length; j++) sum += (x[j] - y[j]) * (x[j] - y[j])
  return Math.sqrt(sum / count)
}

/** sqrt(mean over rows of |x_i|^2). */
export function rms(x: ArrayLike<number>, count: number): number {
  let sum = 0
  for (let j = 0; j < x.length; j++) sum += x[j] * x[j]
  return Math.sqrt(sum / count)
}

const STANDARD_ERRORS = 2

/** sqrt(m + 2 s / sqrt(n)) of the mean m and the standard deviation s of |x_i - y_i|^2 over n rows; one row shows no s. */
export function raised(x: ArrayLike<number>, y: ArrayLike<number>, count: number): number {
  const dim = x.length / count
  const squares = new Array<number>(count).fill(0)
  for (let j = 0; j < x.length; j++) squares[Math.floor(j / dim)] += (x[j] - y[j]) ** 2
  const mean = squares.reduce((sum, square) => sum + square, 0) / count
  if (mean === 0) return 0
  if (count < 2) return Infinity
  const variance = squares.reduce((sum, square) => sum + (square - mean) ** 2, 0) / (count - 1)
  return Math.sqrt(mean + STANDARD_ERRORS * Math.sqrt(variance / count))
}
