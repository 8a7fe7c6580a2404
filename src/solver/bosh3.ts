import type { Tableau } from './tableau.ts'

/**
 * Bogacki and Shampine's pair of orders 3 and 2. Four slopes a step, one of them the next step's first.
 *
 * @see Bogacki & Shampine, "A 3(2) pair of Runge-Kutta formulas", Appl. Math. Lett. 2 (1989).
 */
export const bosh3: Tableau = {
  name: 'bosh3',
  order: 3,
  a: [[], [1 / 2], [0, 3 / 4], [2 / 9, 1 / 3, 4 / 9]],
  b: [2 / 9, 1 / 3, 4 / 9, 0],
  c: [0, 1 / 2, 3 / 4, 1],
  embedded: {
    error: [2 / 9 - 7 / 24, 1 / 3 - 1 / 4, 4 / 9 - 1 / 3, -1 / 8],
    order: 3,
    // Hermite's cubic.
    inside: [
      [1, -4 / 3, 5 / 9, 0],
      [0, 1, -2 / 3, 0],
      [0, 4 / 3, -8 / 9, 0],
      [0, -1, 1, 0]
    ]
  }
}
