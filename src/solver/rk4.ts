import type { Tableau } from './tableau.ts'

/** The classical Runge-Kutta method. Order 4, four evaluations a step. */
export const rk4: Tableau = {
  name: 'rk4',
  order: 4,
  a: [[], [1 / 2], [0, 1 / 2], [0, 0, 1]],
  b: [1 / 6, 1 / 3, 1 / 3, 1 / 6],
  c: [0, 1 / 2, 1 / 2, 1]
}
