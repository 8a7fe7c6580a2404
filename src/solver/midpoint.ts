import type { Tableau } from './tableau.ts'

/** The explicit midpoint rule. Order 2, two evaluations a step, neither of them at the end of it. */
export const midpoint: Tableau = { name: 'midpoint', order: 2, a: [[], [1 / 2]], b: [0, 1], c: [0, 1 / 2] }
