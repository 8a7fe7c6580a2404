import type { SolverName } from '../schema/request.ts'

/** An explicit Runge-Kutta method is data: row i of `a` weighs the slopes before slope i. */
export interface Tableau {
  readonly name: SolverName
  readonly order: number
  readonly a: readonly (readonly number[])[]
  readonly b: readonly number[]
  readonly c: readonly number[]
}

/** The layout that the core reads: a (stages x stages, row-major), then b, then c. */
export function flatTableau({ a, b, c }: Tableau): number[] {
  const square = a.flatMap((row) => [...row, ...new Array<number>(c.length - row.length).fill(0)])
  return [...square, ...b, ...c]
}
