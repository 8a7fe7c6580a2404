import { show } from '../schema/validate.ts'
import type { Mixture } from '../target/mixture.ts'
import type { Elementary } from './base.ts'
import { beyond, type Touching } from './beyond.ts'
import type { TargetClass } from './class.ts'
import { crossingOf } from './crossing.ts'
import { partOf, rowOf, type Bend, type Curvature } from './curvature.ts'
import { facesOf } from './face.ts'
import { groupsOf, leastVariance, widestAxisOf } from './ordering.ts'
import { refuse, ROUNDING } from './refuse.ts'
import { largestCurvature, leastCurvature } from './witness.ts'

const FACES = 5 // of the hull of the means that are followed far out
const PART = 0.15 // of the time of a search that each may cost

/**
 * Whether hess U >= kappa I is known of a mixture.
 *
 * @throws GaussflowError `invalid_argument` where it is false.
 */
export function isLogConcave(
  kappa: number,
  mixture: Mixture,
  known: readonly TargetClass[],
  math: Elementary
): boolean {
  const own = known.find((one) => one.kind === 'log-concave')
  if (own !== undefined && kappa <= own.kappa + ROUNDING * (1 + Math.abs(own.kappa))) return true
  expectOrdered(mixture)
  const least = leastCurvature(mixture, math)
  if (kappa > above(least)) contradict('kappa', 'at most', kappa, least)
  expectTail(kappa, mixture)
  expectFaces(kappa, mixture, math)
  return false
}

/** What a curvature is at most, rounding and all. */
const above = ({ value, doubt }: Curvature): number => value + ROUNDING * (1 + Math.abs(value)) + doubt

/** Where no covariance exceeds the others as a matrix, and where one does and does not weigh more far out, kappa has no value. */
function expectOrdered(mixture: Mixture): void {
  const crossing = crossingOf(mixture)
  if (crossing !== undefined) {
    const { k, l, along } = crossing
    const why = `the components ${Math.min(k, l)} and ${Math.max(k, l)} of the target weigh the same and pull ever more apart`
    refuse('kappa', `must be left out: far out along ${show(along)} ${why}: hess U has no lower bound`)
  }
  const found = mixture.aligned && mixture.dim > 1 ? beyondWidest(mixture) : undefined
  if (found === undefined) return
  const why = `component ${found.k} of the target is as wide along ${show(found.along)} as the widest and lies further out than these`
  refuse('kappa', `must be left out: ${why}, and hess U has no lower bound beside it`)
}

function beyondWidest({ means, covariances }: Mixture) {
  const groups = groupsOf(covariances)
  const sizes = groups.map(([first]) => covariances[first].values.reduce((sum, value) => sum + value, 0))
  const top = sizes.reduce((best, size, i) => (size > sizes[best] ? i : best), 0)
  const wide = covariances[groups[top][0]].values
  if (!groups.every(([first]) => covariances[first].values.every((value, j) => value <= wide[j])))
    return undefined
  const touching = function* (): Generator<Touching> {
    for (const group of groups) {
      if (group === groups[top]) continue
      const { values } = covariances[group[0]]
      const shared = [...values.keys()].filter((j) => values[j] === wide[j])
      const axes = shared.map((axis) => rowOf(covariances[group[0]], axis))
      if (axes.length > 0) for (const k of group) yield { k, axes }
    }
  }
  return beyond(means, groups[top], touching())
}

/**
 * Of any component, U(m_k + s u) <= s^2 / (2 lambda) - log(w_k N(m_k; m_k, S_k)) along an axis u with the variance lambda, as
 * the density is at least w_k N(.; m_k, S_k): hess U >= kappa I makes it grow like kappa s^2 / 2 at least, and so no kappa above
 * 1 / lambda is true, of the widest axis of all.
 */
function expectTail(kappa: number, mixture: Mixture): void {
  const { k, variance } = widestAxisOf(mixture)
  if (kappa <= (1 / variance) * (1 + ROUNDING)) return
  const why = `component ${k} of the target has the variance ${variance} along an axis, and the density falls off no faster`
  refuse('kappa', `must be at most ${1 / variance}, got ${kappa}: ${why}`)
}

/** Far out along the normal of a face hess U comes as close as one likes to that of the components of the face alone. */
function expectFaces(kappa: number, mixture: Mixture, math: Elementary): void {
  for (const { members, outward } of facesOf(mixture, FACES)) {
    const least = leastCurvature(partOf(mixture, members), math, PART)
    if (kappa <= above(least)) continue
    const { value, x, along } = least
    const where = `far out from x = ${show(x)} along ${show(outward)}, where only its components ${members.join(' and ')} weigh`
    refuse(
      'kappa',
      `must be at most ${value}, got ${kappa}: hess U of the target comes to that along ${show(along)} ${where}`
    )
  }
}

/**
 * Whether hess U <= beta I is known of a mixture.
 *
 * @throws GaussflowError `invalid_argument` where it is false.
 */
export function isLogConvex(beta: number, mixture: Mixture, math: Elementary): boolean {
  expectTailWithin(beta, mixture)
  if (beta >= (1 - ROUNDING) / leastVariance(mixture.covariances)) return true // hess U <= sum_k w_k S_k^-1
  const most = largestCurvature(mixture, math)
  if (beta < most.value * (1 - ROUNDING) - most.doubt) contradict('beta', 'at least', beta, most)
  return false
}

/** Far out along the widest axis of all hess U comes to 1 / lambda there, its variance being lambda. */
function expectTailWithin(beta: number, mixture: Mixture): void {
  const { k, variance } = widestAxisOf(mixture)
  if (beta >= (1 / variance) * (1 - ROUNDING)) return
  const why = `component ${k} of the target has the variance ${variance} along an axis, as whose inverse hess U ends there`
  refuse('beta', `must be at least ${1 / variance}, got ${beta}: ${why}`)
}

function contradict(field: string, side: string, got: number, { value, x, along }: Bend): never {
  const where = `hess U of the target is that at x = ${show(x)} along ${show(along)}`
  refuse(field, `must be ${side} ${value}, got ${got}: ${where}`)
}
