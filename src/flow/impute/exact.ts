import { GaussflowError } from '../../error.ts'
import type { Core } from '../../wasm/core.ts'
import { normalsOf, wordsOf } from '../streams.ts'
import type { Components } from './components.ts'
import { innovationOf, type Innovation } from './conditional.ts'
import type { Operator } from './operator.ts'

/** Which draws of which seed: draw j of row i is the one with the index first + i count + j. */
export interface Draws {
  readonly count: number
  readonly seed: number
  readonly first: number
}

const STREAM = { component: 3, prior: 4, noise: 5 } // streams 0 and 1 are the source's and the stochastic solver's

/**
 * How to draw from the conditional law of X given y = A X + e of rows that are observed by one operator, a mixture again
 * (Gaussian conditioning, component by component): component k with weight w_k N(y; A m_k, S_k), S_k = A C_k A^T + R, and of it
 *
 *     x + C_k A^T S_k^-1 (y - A x - e),   x ~ N(m_k, C_k), e ~ N(0, R),
 *
 * which has the conditional mean and covariance without a root of the latter (Matheron's rule).
 *
 * @returns draws of a row to `out`, shape (count, dim), in the units of the states
 * @throws GaussflowError `invalid_argument` where the observations depend on each other and have no noise
 */
export function posteriorOf(
  core: Core,
  components: Components,
  operator: Operator
): (values: Float64Array, row: number, draws: Draws, out: Float32Array) => void {
  const { dim } = components
  const wanted = operator.size === 0 ? 0 : components.alike ? 1 : components.count
  const innovations = Array.from(
    { length: wanted },
    (_, k) => innovationOf(components, k, operator, core) ?? refuseSingular(operator)
  )
  return (values, row, draws, out) => {
    const { count, seed } = draws
    const first = draws.first + row * count
    const cumulative = weightsOf(core, components, operator, values, innovations)
    const words = wordsOf(core, seed, STREAM.component, first, count)
    const prior = normalsOf(core, seed, STREAM.prior, first, count, dim)
    const noise = normalsOf(core, seed, STREAM.noise, first, count, operator.size)
    for (let i = 0; i < count; i++) {
      const k = picked(cumulative, (words[i] + 0.5) / 2 ** 32)
      const x = components.root(k, prior.subarray(i * dim, (i + 1) * dim))
      const mean = components.mean(k)
      for (let j = 0; j < dim; j++) x[j] += mean[j]
      if (operator.size > 0) {
        const seen = operator.apply(x, 0)
        const r = values.map(
          (y, j) => y - seen[j] - Math.sqrt(operator.variances[j]) * noise[i * operator.size + j]
        )
        const gain = components.spread(k, operator.adjoint(innovationAt(components, innovations, k).solve(r)))
        for (let j = 0; j < dim; j++) x[j] += gain[j]
      }
      out.set(x, i * dim)
    }
  }
}

/** The cumulative weights of the components, given the observation; the last is the sum. */
function weightsOf(
  core: Core,
  components: Components,
  operator: Operator,
  values: Float64Array,
  innovations: readonly Innovation[]
): Float64Array {
  const logs = components.logWeights.map((log, k) => {
    if (operator.size === 0) return log
    const seen = operator.apply(components.mean(k), 0)
    return log + innovationAt(components, innovations, k).logDensity(values.map((y, j) => y - seen[j]))
  })
  const largest = logs.reduce((most, log) => Math.max(most, log), -Infinity)
  let sum = 0
  return logs.map((log) => (sum += core.exp64(log - largest)))
}

function innovationAt({ alike }: Components, innovations: readonly Innovation[], k: number): Innovation {
  return innovations[alike ? 0 : k]
}

/** The first component whose cumulative weight passes a share of the whole. */
function picked(cumulative: Float64Array, share: number): number {
  const place = share * cumulative[cumulative.length - 1]
  const k = cumulative.findIndex((sum) => sum > place)
  return k < 0 ? cumulative.length - 1 : k
}

function refuseSingular({ coordinates }: Operator): never {
  const [path, message] =
    coordinates === undefined
      ? [
          'operator',
          '`operator` must have rows that do not depend on each other where there is no noise; leave some out, or give a `noiseStd`'
        ]
      : [
          'noiseStd',
          '`noiseStd` must be above 0 for a data set without bandwidth, whose points have no neighbourhood; give one, or a bandwidth'
        ]
  throw new GaussflowError('invalid_argument', message, { path })
}
