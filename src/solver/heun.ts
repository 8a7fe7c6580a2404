import type { Tableau } from './tableau.ts'

/**
 * Heun's second-order method, also called the explicit trapezoidal rule. Two evaluations a step.
 * Not to be confused with Heun's method of order 3.
 */
export const heun: Tableau = { name: 'heun', order: 2, a: [[], [1]], b: [1 / 2, 1 / 2], c: [0, 1] }
