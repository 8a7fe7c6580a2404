/** An explicit Runge-Kutta method is data: row i of `a` weighs the slopes before stage i. */
export interface Tableau {
  readonly order: number
  readonly a: readonly (readonly number[])[]
  readonly b: readonly number[]
  readonly c: readonly number[]
}

export const tableaus: Record<'euler' | 'heun' | 'rk4', Tableau> = {
  euler: { order: 1, a: [[]], b: [1], c: [0] },
  heun: { order: 2, a: [[], [1]], b: [1 / 2, 1 / 2], c: [0, 1] },
  rk4: {
    order: 4,
    a: [[], [1 / 2], [0, 1 / 2], [0, 0, 1]],
    b: [1 / 6, 1 / 3, 1 / 3, 1 / 6],
    c: [0, 1 / 2, 1 / 2, 1]
  }
}

/** The state at the last of `times` that starts at x at the first. */
export function integrate(
  { a, b, c }: Tableau,
  velocity: (t: number, x: readonly number[]) => number[],
  x: readonly number[],
  times: readonly number[]
): number[] {
  let state = [...x]
  for (let n = 0; n + 1 < times.length; n++) {
    const h = times[n + 1] - times[n]
    const slopes: number[][] = []
    for (let i = 0; i < c.length; i++)
      slopes.push(velocity(times[n] + c[i] * h, combine(state, h, a[i], slopes)))
    state = combine(state, h, b, slopes)
  }
  return state
}

/** x + h sum_i weights_i slopes_i */
function combine(
  x: readonly number[],
  h: number,
  weights: readonly number[],
  slopes: readonly number[][]
): number[] {
  return x.map((value, j) => value + h * weights.reduce((sum, weight, i) => sum + weight * slopes[i][j], 0))
}
