import type { Tableau } from './tableau.ts'

/** Euler's method. Order 1, one evaluation a step. On the linear schedule it is DDIM exactly. */
export const euler: Tableau = { name: 'euler', order: 1, a: [[]], b: [1], c: [0] }
