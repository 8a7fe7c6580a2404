import { turn } from '../../theory/base.ts'
import { dot } from '../../theory/curvature.ts'
import { coefficientsAt, type Engine } from '../engine.ts'
import { evaluate, evaluateTangents } from '../evaluate.ts'
import type { Observation } from './observations.ts'

/** E[X_1 | X_t = x, y] of every row, shape (count, dim), and the evaluations that each took. */
export interface Pulled {
  readonly denoised: Float32Array<ArrayBuffer>
  readonly nfe: readonly number[]
}

const ENOUGH = 1e-4 // of a residual's length

/**
 * The denoiser, pulled to the observations. With the posterior covariance V(x) of X_1 given X_t = x, which is the
 * denoiser's derivative (Gao, Huang & Jiao 2024, Theorem 20 and Lemma 26),
 *
 *     V = (a^2 / b) grad m(t, x),   E[X_1 | x, y] = m + V A^T (R + A V A^T)^-1 (y - A m)
 *
 * where X_1 given x is Gaussian, for then X_1 and y are so together; elsewhere it has the right first two moments of it.
 * The system is solved by conjugate gradients, whose products V u are derivatives along u: V is symmetric. Every row has its
 * own iterations, and stops where it has solved its own.
 *
 * @see Rozet et al., "Learning Diffusion Priors from Observations by Expectation Maximization", arXiv 2405.13712, section 4.2;
 *   Pokle et al., arXiv 2310.04432, for the same with r^2 I in the place of V.
 */
export function pulledDenoiser(
  engine: Engine,
  observations: readonly Observation[],
  states: Float32Array,
  time: number,
  iterations: number
): Pulled {
  const { dim } = engine
  const count = observations.length
  const denoised = evaluate(engine, 'denoiser', states, count, time)
  const spread = spreadAt(engine, time)
  const rows = observations.map(({ operator, values }, i) => {
    const seen = operator.apply(denoised, i * dim)
    return new Row(values.map((y, j) => y - seen[j]))
  })
  const directions = new Float32Array(count * dim)
  for (let i = 0; i < iterations && rows.some(({ going }) => going); i++) {
    directions.fill(0)
    rows.forEach(({ going, direction }, i) => {
      if (going) directions.set(observations[i].operator.adjoint(direction), i * dim)
    })
    const { tangents } = evaluateTangents(engine, states, count, directions, 1, time)
    rows.forEach((row, i) => {
      if (!row.going) return
      const [from, to] = [i * dim, (i + 1) * dim]
      row.step(observations[i], spread, directions.subarray(from, to), tangents.subarray(from, to))
    })
  }
  rows.forEach(({ pull }, i) => {
    for (let j = 0; j < pull.length; j++) denoised[i * dim + j] += pull[j]
  })
  return { denoised, nfe: rows.map(({ taken }) => 1 + taken) }
}

/** How V u comes of (grad v) u = (a'/a) u + (W/a) (grad m) u, W = a b' - a' b: as `onTangent` (grad v) u + `onDirection` u. */
interface Spread {
  readonly onTangent: number
  readonly onDirection: number
  /** a^2 / (a^2 + b^2), what V would be of data N(0, I). */
  readonly usual: number
}

function spreadAt(engine: Engine, time: number): Spread {
  const at = coefficientsAt(engine, time)
  const { a, aDa, b } = at
  const w = turn(at) // W a, in which no a' stands
  const scale = (a * a * a * a) / (b * w)
  return { onTangent: scale, onDirection: (-scale * aDa) / (a * a), usual: (a * a) / (a * a + b * b) }
}

/** Conjugate gradients of one row, which start from 0. */
class Row {
  going: boolean
  /** Iterations. */
  taken = 0
  direction: Float64Array
  /** V A^T of the solution so far, shape (dim). */
  pull = new Float64Array()
  #residual: Float64Array
  #square: number
  readonly #enough: number

  constructor(residual: Float64Array) {
    this.#residual = residual
    this.direction = residual
    this.#square = dot(residual, residual)
    this.#enough = ENOUGH * ENOUGH * this.#square
    this.going = this.#square > 0 && Number.isFinite(this.#square)
  }

  step(
    { operator }: Observation,
    { onTangent, onDirection, usual }: Spread,
    u: Float32Array,
    tangent: Float32Array
  ): void {
    this.taken++
    const first = this.pull.length === 0
    if (first) this.pull = new Float64Array(u.length)
    let spread = Float64Array.from(u, (value, j) => onTangent * tangent[j] + onDirection * value)
    let product = this.#product(operator, spread)
    let curvature = dot(this.direction, product)
    if (!(curvature > 0)) {
      // A network's derivative need be no covariance. Later steps stand on what the first ones found.
      this.going = false
      if (!first) return
      spread = Float64Array.from(u, (value) => usual * value)
      product = this.#product(operator, spread)
      curvature = dot(this.direction, product)
      if (!(curvature > 0)) return
    }
    const alpha = this.#square / curvature
    for (let j = 0; j < spread.length; j++) this.pull[j] += alpha * spread[j]
    this.#residual = this.#residual.map((value, j) => value - alpha * product[j])
    const square = dot(this.#residual, this.#residual)
    const beta = square / this.#square
    this.direction = this.#residual.map((value, j) => value + beta * this.direction[j])
    this.#square = square
    if (!(square > this.#enough)) this.going = false
  }

  /** (R + A V A^T) p, with V A^T p at hand. */
  #product(operator: Observation['operator'], spread: Float64Array): Float64Array {
    const { variances } = operator
    return operator.apply(spread, 0).map((value, j) => value + variances[j] * this.direction[j])
  }
}
