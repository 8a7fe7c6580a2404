import type { SolverName } from '../schema/request.ts'
import { euler } from './euler.ts'
import { heun } from './heun.ts'
import { rk4 } from './rk4.ts'
import type { Tableau } from './tableau.ts'

export { uniformGrid } from './grid.ts'
export { flatTableau, type Tableau } from './tableau.ts'
export { euler, heun, rk4 }

/** Every solver; the tests hold each law on each of them. */
export const solvers: readonly Tableau[] = [euler, heun, rk4]

export function solverOf(name: SolverName): Tableau {
  return solvers.find((solver) => solver.name === name) ?? heun
}
