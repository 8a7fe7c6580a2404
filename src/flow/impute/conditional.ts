import type { Core } from '../../wasm/core.ts'
import { backwardSolve, cholesky, forwardSolve } from './cholesky.ts'
import type { Components } from './components.ts'
import type { Operator } from './operator.ts'

/** S = A C A^T + R, the covariance of an observation of one Gaussian. */
export interface Innovation {
  /** S^-1 r. */
  solve(r: Float64Array): Float64Array
  /** log N(r; 0, S), without the constant that all components share. */
  logDensity(r: Float64Array): number
}

/**
 * The innovation covariance of component k; undefined where it is singular, as that of observations that depend on each other
 * without noise is.
 */
export function innovationOf(
  components: Components,
  k: number,
  operator: Operator,
  core: Core
): Innovation | undefined {
  const { size, variances, coordinates } = operator
  const diagonal = components.diagonal(k)
  if (coordinates !== undefined && diagonal !== undefined)
    return alongAxes(
      Float64Array.from(coordinates, (j, i) => diagonal[j] + variances[i]),
      core
    )
  const s = covarianceOf(operator, (u) => components.spread(k, u))
  const l = cholesky(s, size)
  if (l === undefined) return undefined
  let logRoot = 0
  for (let i = 0; i < size; i++) logRoot += core.log64(l[i * size + i])
  return {
    solve: (r) => backwardSolve(l, forwardSolve(l, r)),
    logDensity: (r) => -squares(forwardSolve(l, r)) / 2 - logRoot
  }
}

/** A C A^T + R, shape (size, size), with C u by `spread`. */
export function covarianceOf(operator: Operator, spread: (u: Float64Array) => Float64Array): Float64Array {
  const { size, variances } = operator
  const s = new Float64Array(size * size)
  const unit = new Float64Array(size)
  for (let i = 0; i < size; i++) {
    unit[i] = 1
    s.set(operator.apply(spread(operator.adjoint(unit)), 0), i * size)
    unit[i] = 0
    s[i * size + i] += variances[i]
  }
  return s
}

function alongAxes(variances: Float64Array, core: Core): Innovation | undefined {
  if (!variances.every((variance) => variance > 0)) return undefined
  const logRoot = variances.reduce((sum, variance) => sum + core.log64(variance), 0) / 2
  return {
    solve: (r) => r.map((value, i) => value / variances[i]),
    logDensity: (r) => -r.reduce((sum, value, i) => sum + (value * value) / variances[i], 0) / 2 - logRoot
  }
}

const squares = (w: Float64Array): number => w.reduce((sum, value) => sum + value * value, 0)
