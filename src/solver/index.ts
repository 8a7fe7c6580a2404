import type { SolverName } from '../schema/request.ts'
import { bosh3 } from './bosh3.ts'
import { dopri5 } from './dopri5.ts'
import { euler } from './euler.ts'
import { heun } from './heun.ts'
import { midpoint } from './midpoint.ts'
import { rk4 } from './rk4.ts'
import { ab2, ddim, dpmpp2m, implicitMidpoint, rungeKutta, stochastic, type Solver } from './solver.ts'
import type { Tableau } from './tableau.ts'
import { tsit5 } from './tsit5.ts'

export { gridOf, GRID_NAMES, type CoreMath, type GridName } from './grid.ts'
export type { Solver } from './solver.ts'
export { flatPair, flatTableau, type Tableau } from './tableau.ts'

/** Every explicit Runge-Kutta method. */
export const tableaus: readonly Tableau[] = [euler, midpoint, heun, rk4, bosh3, dopri5, tsit5]

/** Every solver; the tests hold each law on each of them. */
export const solvers: readonly Solver[] = [
  ...tableaus.map(rungeKutta),
  ab2,
  ddim,
  dpmpp2m,
  implicitMidpoint,
  stochastic
]

const byName = new Map(solvers.map((solver) => [solver.name, solver]))

export function solverOf(name: SolverName): Solver {
  return byName.get(name)!
}
