import type { SolverName } from '../schema/request.ts'

/** An explicit Runge-Kutta method is data: row i of `a` weighs the slopes before slope i. */
export interface Tableau {
  readonly name: SolverName
  readonly order: number
  readonly a: readonly (readonly number[])[]
  readonly b: readonly number[]
  readonly c: readonly number[]
  /** What a pair of methods on the same slopes adds: error control, and the path inside a step. */
  readonly embedded?: Embedded
}

/** The last slope of an embedded pair is the first of the next step. */
export interface Embedded {
  /** b minus the weights of the method of lower order: h times this sum is the estimate of a step's error. */
  readonly error: readonly number[]
  /** The order of that estimate, one more than that of the lower method. */
  readonly order: number
  /** The weight of slope i at the part theta of a step: sum_j inside_ij theta^(j + 1), j = 0 .. 3. */
  readonly inside: readonly (readonly number[])[]
}

/** The layout that the core reads: a (stages x stages, row-major), then b, then c. */
export function flatTableau({ a, b, c }: Tableau): number[] {
  const square = a.flatMap((row) => [...row, ...new Array<number>(c.length - row.length).fill(0)])
  return [...square, ...b, ...c]
}

/** The same with b - b^, the weights inside a step, and what controls the steps. */
export function flatPair(
  tableau: Tableau,
  { error, order, inside }: Embedded,
  rtol: number,
  atol: number
): number[] {
  return [...flatTableau(tableau), ...error, ...inside.flat(), order, rtol, atol]
}
