import { square, type Elementary } from './base.ts'

// Gauss's eight points on [-1, 1] and their weights: exact for polynomials of degree 15.
const POINTS = [0.1834346424956498, 0.525532409916329, 0.7966664774136267, 0.9602898564975363]
const WEIGHTS = [0.362683783378362, 0.3137066458778873, 0.2223810344533745, 0.1012285362903763]

/** Times at which an error is to be measured, and their weights in an integral over the way. */
export interface Nodes {
  /** Rising. */
  readonly times: readonly number[]
  readonly weights: readonly number[]
}

/**
 * Gauss's eight nodes on each of `cells` equal cells of sqrt(1 - t), where what is infinite like 1 / sqrt(1 - t) at t = 1 is
 * finite: 32 times in all by default. None is 0 or 1.
 */
export function errorNodes(cells = 4): Nodes {
  const nodes = Array.from({ length: cells }, (_, cell) =>
    [-1, 1].flatMap((sign) =>
      POINTS.map((point, i) => {
        const u = (cell + 0.5 + (sign * point) / 2) / cells
        return { time: 1 - u * u, weight: (WEIGHTS[i] * u) / cells }
      })
    )
  ).flat()
  nodes.sort((one, other) => one.time - other.time)
  return { times: nodes.map(({ time }) => time), weights: nodes.map(({ weight }) => weight) }
}

/**
 * How far the samples of a flow with another velocity v~ are from the target, in the 2-Wasserstein distance:
 *
 *     W2 <= int_0^1 Lip(X_{t,1}) delta(t) dt,   delta(t)^2 = E |v - v~|^2 (t, Y_t),   Y the flow of v~ from the same source.
 *
 * @param logsToEnd log Lip(X_{t,1}) at the times of `errorNodes`, as of `logLipschitzTo`
 * @param errors delta there
 * @see derived after Alekseev and Groebner; cf. Gao, Huang & Jiao, JMLR 25(253) 2024, Proposition 54.
 */
export function velocityStability(
  { weights }: Nodes,
  logsToEnd: readonly number[],
  errors: readonly number[],
  { exp64 }: Elementary
): number {
  return weights.reduce(
    (sum, weight, i) => sum + (errors[i] === 0 ? 0 : weight * exp64(logsToEnd[i]) * errors[i]),
    0
  )
}

/**
 * The same by one constant, for reference: W2^2 <= (e^(2 C) - 1) / (2 C) int_0^1 delta(t)^2 dt with C >= upper(t) at all t,
 * which is larger wherever the growth is not the same all the way.
 */
export function constantStability(
  { weights }: Nodes,
  largest: number,
  errors: readonly number[],
  math: Elementary
): number {
  const energy = weights.reduce((sum, weight, i) => sum + weight * square(errors[i]), 0)
  return Math.sqrt(energy * grown(2 * largest, math))
}

/** (e^x - 1) / x, by its series where the difference would cancel. */
function grown(x: number, { exp64 }: Elementary): number {
  if (Math.abs(x) > 1e-3) return (exp64(x) - 1) / x
  return 1 + (x / 2) * (1 + (x / 3) * (1 + (x / 4) * (1 + x / 5)))
}

/** W2(X#mu', X#mu) <= Lip(X) W2(mu', mu): what another source costs. */
export function sourceStability(logLipschitz: number, distance: number, { exp64 }: Elementary): number {
  return distance === 0 ? 0 : exp64(logLipschitz) * distance
}

/**
 * How far N(0, a_0^2 I) is at most from the true source Law(a_0 Z + b_0 X_1): b_0 sqrt(E |X_1|^2), the second of which is
 * `secondMoment`; 0 where b_0 = 0.
 */
export function sourceDistance(dataWeight: number, secondMoment: number): number {
  return dataWeight * Math.sqrt(secondMoment)
}
