/** v(t, x) of one point, into `out`. */
export type PlainVelocity = (t: number, x: Float64Array, out: Float64Array) => void

/** The states of the classical Runge-Kutta method after equal steps from 0 to 1, in flat doubles; x (count, dim) stays as it is. */
export function plainRk4(velocity: PlainVelocity, dim: number, x: Float64Array, steps: number): Float64Array {
  const [state, point] = [x.slice(), new Float64Array(dim)]
  const slopes = [0, 1, 2, 3].map(() => new Float64Array(dim))
  const h = 1 / steps
  for (let row = 0; row < state.length; row += dim) {
    for (let n = 0; n < steps; n++) {
      for (let stage = 0; stage < 4; stage++) {
        const c = stage === 0 ? 0 : stage === 3 ? 1 : 0.5
        for (let j = 0; j < dim; j++)
          point[j] = state[row + j] + (stage === 0 ? 0 : c * h * slopes[stage - 1][j])
        velocity((n + c) * h, point, slopes[stage])
      }
      for (let j = 0; j < dim; j++)
        state[row + j] += (h / 6) * (slopes[0][j] + 2 * slopes[1][j] + 2 * slopes[2][j] + slopes[3][j])
    }
  }
  return state
}
