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
