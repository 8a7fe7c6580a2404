import { GaussflowError } from '../../error.ts'
import { reserve, scoped, takeF32, takeI32, type Core } from '../../wasm/core.ts'
import type { Components } from './components.ts'
import { innovationOf, type Innovation } from './conditional.ts'
import type { Observation } from './observations.ts'
import type { Operator } from './operator.ts'

/** Which draws of which seed: draw j of row i is the one with the index first + i count + j. */
export interface Draws {
  readonly count: number
  readonly seed: number
  readonly first: number
}

const STREAM = { component: 3, prior: 4, noise: 5 } // streams 0 and 1 are the source's and the stochastic solver's

/** The conditional law of one mixture for observations by one operator after the other. */
export class ExactPosterior {
  readonly #core: Core
  readonly #components: Components
  #operator: Operator | undefined
  #innovations: readonly Innovation[] = []

  constructor(core: Core, components: Components) {
    this.#core = core
    this.#components = components
  }

  /**
   * Draws from the conditional law of X given y = A X + e of one row, a mixture again (Gaussian conditioning, component by
   * component): component k with weight w_k N(y; A m_k, S_k), S_k = A C_k A^T + R, and of it
   *
   *     x + C_k A^T S_k^-1 (y - A x - e),   x ~ N(m_k, C_k), e ~ N(0, R),
   *
   * which has the conditional mean and covariance without a root of the latter (Matheron's rule).
   *
   * @param out the draws, shape (count, dim), in the units of the states
   * @throws GaussflowError `invalid_argument` where the observations depend on each other and have no noise
   */
  draw({ operator, values }: Observation, row: number, draws: Draws, out: Float32Array): void {
    const components = this.#components
    const innovations = this.#innovationsOf(operator)
    const { count, seed } = draws
    const first = draws.first + row * count
    const cumulative = this.#weights(operator, values, innovations)
    const { dim } = components
    const words = this.#words(seed, first, count)
    const prior = this.#normals(seed, STREAM.prior, first, count, dim)
    const noise = this.#normals(seed, STREAM.noise, first, count, operator.size)
    for (let i = 0; i < count; i++) {
      const k = picked(cumulative, words[i])
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

  /** The cumulative weights of the components, given the observation; the last is the sum. */
  #weights(operator: Operator, values: Float64Array, innovations: readonly Innovation[]): Float64Array {
    const components = this.#components
    const logs = components.logWeights.map((log, k) => {
      if (operator.size === 0) return log
      const seen = operator.apply(components.mean(k), 0)
      return log + innovationAt(components, innovations, k).logDensity(values.map((y, j) => y - seen[j]))
    })
    const largest = logs.reduce((most, log) => Math.max(most, log), -Infinity)
    let sum = 0
    return logs.map((log) => (sum += this.#core.exp64(log - largest)))
  }

  #innovationsOf(operator: Operator): readonly Innovation[] {
    if (operator === this.#operator) return this.#innovations
    const components = this.#components
    this.#operator = operator
    const wanted = operator.size === 0 ? 0 : components.alike ? 1 : components.count
    this.#innovations = Array.from(
      { length: wanted },
      (_, k) => innovationOf(components, k, operator, this.#core) ?? refuseSingular(operator)
    )
    return this.#innovations
  }

  #words(seed: number, first: number, count: number): Float64Array {
    const core = this.#core
    return scoped(core, () => {
      const out = reserve(core, 16)
      return Float64Array.from({ length: count }, (_, i) => {
        core.philox(0, first + i, 0, STREAM.component, seed >>> 0, Math.floor(seed / 2 ** 32), out)
        return ((takeI32(core, out, 1)[0] >>> 0) + 0.5) / 2 ** 32
      })
    })
  }

  #normals(seed: number, stream: number, first: number, count: number, dim: number): Float32Array {
    const core = this.#core
    if (dim === 0) return new Float32Array()
    return scoped(core, () => {
      const at = reserve(core, 4 * count * dim)
      core.normals(seed >>> 0, Math.floor(seed / 2 ** 32), stream, first, count, dim, at)
      return takeF32(core, at, count * dim)
    })
  }
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
