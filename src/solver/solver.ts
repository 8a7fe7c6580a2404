import type { SolverName } from '../schema/request.ts'
import { flatTableau, type Tableau } from './tableau.ts'

/** A method by which the core integrates a flow. */
export interface Solver {
  readonly name: SolverName
  /** The power of the step that its error at the end goes with. */
  readonly order: number
  /** The same of what the error at the end is at its worst: that by which errors are estimated. */
  readonly errorOrder: number
  /**
   * The method whose run of half as many steps shows its error, where its own would share it: a step of an exponential
   * integrator into a = 0 ends on the denoiser, and whatever is narrower than that step is lost at every length.
   */
  readonly comparedWith?: SolverName
  /** Velocity evaluations in one step; of the implicit method, the most. */
  readonly evaluations: number
  /** Whether it follows the velocity, along which a log-density can be integrated. */
  readonly followsVelocity: boolean
  /** Whether it asks for the velocity at the end of its last step, where a law without a density has none. */
  readonly evaluatesEnd: boolean
  readonly core: CoreMethod
  /** The tableau, where the method is an explicit Runge-Kutta one. */
  readonly tableau?: Tableau
}

/** How the core runs it: all rows together on a grid of times, or every row alone. */
export type CoreMethod =
  | {
      readonly together: true
      readonly method: number
      readonly slopes: number
      readonly parameters: readonly number[]
    }
  | { readonly together: false; readonly method: number; readonly slopes: number }

const together = (method: number, slopes: number, parameters: readonly number[] = []): CoreMethod => ({
  together: true,
  method,
  slopes,
  parameters
})

export function rungeKutta(tableau: Tableau): Solver {
  const stages = tableau.c.length
  return {
    name: tableau.name,
    order: tableau.order,
    errorOrder: tableau.order,
    evaluations: stages,
    followsVelocity: true,
    evaluatesEnd: tableau.c.includes(1),
    core: together(0, stages, flatTableau(tableau)),
    tableau
  }
}

/** The second-order Adams-Bashforth method: one evaluation a step, the slope before it reused. */
export const ab2: Solver = {
  name: 'ab2',
  order: 2,
  errorOrder: 2,
  evaluations: 1,
  followsVelocity: true,
  evaluatesEnd: false,
  core: together(1, 2)
}

/**
 * Exponential Euler, which is DDIM: exact where the denoiser is constant along the path.
 *
 * @see Song, Meng & Ermon, "Denoising Diffusion Implicit Models", 2020.
 */
export const ddim: Solver = {
  name: 'ddim',
  order: 1,
  errorOrder: 1,
  comparedWith: 'midpoint',
  evaluations: 1,
  followsVelocity: false,
  evaluatesEnd: false,
  core: together(2, 0)
}

/**
 * DPM-Solver++(2M): the denoiser extrapolated from two steps, in the logarithm of the signal-to-noise ratio. Its step into
 * a = 0 is of the first order, which shows where a falls like a square root (follmer, vp) on equal steps.
 *
 * @see Lu et al., "DPM-Solver++", 2022.
 */
export const dpmpp2m: Solver = {
  name: 'dpmpp2m',
  order: 2,
  errorOrder: 1,
  comparedWith: 'midpoint',
  evaluations: 1,
  followsVelocity: false,
  evaluatesEnd: false,
  core: together(3, 2)
}

/**
 * Euler and Maruyama's method for dX = (v + epsilon s) dt + sqrt(2 epsilon) dW, from noise to data: the marginals of the
 * flow by other, random paths.
 */
export const stochastic: Solver = {
  name: 'stochastic',
  order: 1,
  errorOrder: 1,
  evaluations: 1,
  followsVelocity: false,
  evaluatesEnd: false,
  core: together(4, 1)
}

/**
 * The implicit midpoint rule: its own reverse, so that decoding undoes encoding to within rounding, on steps shorter than
 * twice the inverse of the velocity's Lipschitz constant. Longer ones may find another solution of the implicit equation.
 */
export const implicitMidpoint: Solver = {
  name: 'implicit-midpoint',
  order: 2,
  errorOrder: 2,
  evaluations: 60,
  followsVelocity: true,
  evaluatesEnd: false,
  core: { together: false, method: 1, slopes: 2 }
}
