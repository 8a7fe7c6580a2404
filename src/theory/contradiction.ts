import { GaussflowError } from '../error.ts'
import type { EmpiricalTarget, Target } from '../schema/flowFile.ts'
import { show } from '../schema/validate.ts'
import type { Mixture } from '../target/mixture.ts'
import { square, type Elementary } from './base.ts'
import type { TargetClass } from './class.ts'
import type { Curvature } from './curvature.ts'
import { edgesOf } from './edge.ts'
import { ballAround, extentOf } from './enclosing.ts'
import { rangeOf } from './ordering.ts'
import { recognise } from './recognise.ts'
import { largestCurvature, leastCurvature } from './witness.ts'

const ROUNDING = 1e-9 // of what is compared
const EDGES = 4 // of the hull of the means that are followed far out

/**
 * Whether the numbers of a closed form show that it is of a declared class; where they neither do nor contradict it, they
 * leave it open.
 *
 * @throws GaussflowError `invalid_argument` where they contradict it, with the points or components that do.
 */
export function isShown(
  of: TargetClass,
  target: Exclude<Target, { kind: 'network' }>,
  mixture: Mixture | undefined,
  math: Elementary
): boolean {
  if (target.kind === 'empirical' && target.bandwidth === 0) return isOfPoints(of, target)
  const smooth = target.kind === 'empirical' ? smoothedPoints(target) : mixture
  if (smooth === undefined) return false
  const { classes } = recognise(target, math, mixture)
  return isOfMixture(of, smooth, classes, math)
}

/** A data set under a bandwidth, as the mixture that it is. */
function smoothedPoints({ points, bandwidth }: EmpiricalTarget): Mixture {
  const values = new Float64Array(points[0].length).fill(square(bandwidth))
  const covariances = points.map(() => ({ values, axes: new Float64Array() }))
  const weights = points.map(() => 1 / points.length)
  return { dim: values.length, weights, means: points, covariances, aligned: true }
}

function isOfPoints(of: TargetClass, { points }: EmpiricalTarget): boolean {
  if (of.kind !== 'bounded') {
    const field = FIELDS[of.kind]
    refuse(field, 'must be left out: the target is a data set without smoothing, which has no density')
  }
  const { radius, furthest, apart } = extentOf(points)
  if (of.diameter < apart * (1 - ROUNDING)) {
    const [i, j] = furthest
    const why = `the points ${i} and ${j} are that far apart`
    refuse('diameter', `must be at least ${apart}, got ${of.diameter}: ${why}`)
  }
  return of.diameter >= 2 * radius * (1 - ROUNDING)
}

const FIELDS = {
  'log-concave': 'kappa',
  'log-convex': 'beta',
  bounded: 'diameter',
  'gaussian-mixture': 'sigma',
  'log-lipschitz': 'sigma',
  widest: 'sigma'
} as const satisfies Record<TargetClass['kind'], string>

function isOfMixture(
  of: TargetClass,
  mixture: Mixture,
  known: readonly TargetClass[],
  math: Elementary
): boolean {
  switch (of.kind) {
    case 'bounded':
      return refuse(
        'diameter',
        'must be left out: component 0 of the target is a Gaussian, which reaches everywhere'
      )
    case 'log-concave':
      return isLogConcave(of.kappa, mixture, known, math)
    case 'log-convex':
      return isLogConvex(of.beta, mixture, math)
    case 'gaussian-mixture':
      expectWidth(Math.sqrt(of.variances[0]), mixture)
      return isWithin(of.radius, mixture)
    case 'log-lipschitz':
      expectWidest(of.sigma, mixture)
      return isEquallyWide(of.sigma, mixture) && isLipschitz(of.lipschitz, of.sigma, mixture)
    case 'widest':
      return false
  }
}

/**
 * Where two covariances exceed each other along an axis each, there is a cone on which both components weigh the same as far
 * out as one likes, and hess U there falls like minus the square of the distance.
 */
function expectComparable({ means, covariances, aligned }: Mixture): void {
  if (!aligned || means.length !== 2) return
  const [one, other] = covariances.map(({ values }) => values)
  const wider = (p: Float64Array, q: Float64Array) => p.findIndex((value, j) => value > q[j] * (1 + ROUNDING))
  const [i, j] = [wider(one, other), wider(other, one)]
  if (i < 0 || j < 0) return
  const why = `component 0 of the target is the wider one along axis ${i}, component 1 along axis ${j}`
  refuse('kappa', `must be left out: ${why}, and hess U has no lower bound far out between them`)
}

function isLogConcave(
  kappa: number,
  mixture: Mixture,
  known: readonly TargetClass[],
  math: Elementary
): boolean {
  expectComparable(mixture)
  const least = leastCurvature(mixture, math)
  if (kappa > least.value + ROUNDING * (1 + Math.abs(least.value)))
    contradict('kappa', 'at most', kappa, least)
  expectTail(kappa, mixture)
  expectEdges(kappa, mixture, math)
  const own = known.find((one) => one.kind === 'log-concave')
  return own !== undefined && kappa <= own.kappa + ROUNDING * (1 + Math.abs(own.kappa))
}

/** The largest variance along an axis, and the component that has it. */
function widestAxisOf({ covariances }: Mixture): { readonly k: number; readonly variance: number } {
  const variances = covariances.map((eigen) => rangeOf(eigen)[1])
  const variance = Math.max(...variances)
  return { k: variances.indexOf(variance), variance }
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

/** Far out along the normal of an edge hess U comes as close as one likes to that of the components of the edge alone. */
function expectEdges(kappa: number, mixture: Mixture, math: Elementary): void {
  for (const { members, outward } of edgesOf(mixture, EDGES)) {
    const { value, x, along } = leastCurvature(partOf(mixture, members), math)
    if (kappa <= value + ROUNDING * (1 + Math.abs(value))) continue
    const where = `far out from x = ${show(x)} along ${show(outward)}, where only its components ${members.join(' and ')} weigh`
    refuse(
      'kappa',
      `must be at most ${value}, got ${kappa}: hess U of the target comes to that along ${show(along)} ${where}`
    )
  }
}

function partOf(mixture: Mixture, members: readonly number[]): Mixture {
  const { weights, means, covariances } = mixture
  return {
    ...mixture,
    weights: members.map((k) => weights[k]),
    means: members.map((k) => means[k]),
    covariances: members.map((k) => covariances[k])
  }
}

function isLogConvex(beta: number, mixture: Mixture, math: Elementary): boolean {
  expectTailWithin(beta, mixture)
  const most = largestCurvature(mixture, math)
  if (beta < most.value * (1 - ROUNDING)) contradict('beta', 'at least', beta, most)
  const narrowest = mixture.covariances.reduce((least, eigen) => Math.min(least, rangeOf(eigen)[0]), Infinity)
  return beta >= (1 - ROUNDING) / narrowest
}

/** Far out along the widest axis of all hess U comes to 1 / lambda there, its variance being lambda. */
function expectTailWithin(beta: number, mixture: Mixture): void {
  const { k, variance } = widestAxisOf(mixture)
  if (beta >= (1 / variance) * (1 - ROUNDING)) return
  const why = `component ${k} of the target has the variance ${variance} along an axis, as whose inverse hess U ends there`
  refuse('beta', `must be at least ${1 / variance}, got ${beta}: ${why}`)
}

function contradict(field: string, side: string, got: number, { value, x, along }: Curvature): never {
  const where = `hess U of the target is that at x = ${show(x)} along ${show(along)}`
  refuse(field, `must be ${side} ${value}, got ${got}: ${where}`)
}

const isWide = (variance: number, sigma: number): boolean =>
  Math.abs(variance - square(sigma)) <= ROUNDING * square(sigma)

const isEquallyWide = (sigma: number, { covariances }: Mixture): boolean =>
  covariances.every(({ values }) => values.every((value) => isWide(value, sigma)))

/**
 * log(d nu / d N(m, sigma^2 I)) grows like a square along an axis of a variance above sigma^2, and where all are below it
 * falls like one: neither is Lipschitz.
 */
function expectWidest(sigma: number, mixture: Mixture): void {
  const { k, variance } = widestAxisOf(mixture)
  if (isWide(variance, sigma)) return
  const requirement = 'must be the largest standard deviation of a component in a direction'
  refuse('sigma', `${requirement}, got ${sigma}: that of component ${k} is ${Math.sqrt(variance)}`)
}

/** N(0, sigma^2 I) * rho asks for components that are all that wide. */
function expectWidth(sigma: number, { covariances }: Mixture): void {
  covariances.forEach(({ values }, k) => {
    const other = values.find((value) => !isWide(value, sigma))
    if (other === undefined) return
    const requirement = 'must be the standard deviation of every component in every direction'
    refuse('sigma', `${requirement}, got ${sigma}: that of component ${k} is ${Math.sqrt(other)} in one`)
  })
}

/** The ball is one about 0. */
function isWithin(given: number, { means }: Mixture): boolean {
  const norms = means.map((mean) => Math.sqrt(mean.reduce((sum, value) => sum + square(value), 0)))
  const k = norms.indexOf(Math.max(...norms))
  if (given < norms[k] * (1 - ROUNDING))
    refuse(
      'radius',
      `must be at least ${norms[k]}, got ${given}: that is the norm of mean ${k} of the target`
    )
  return true
}

/** f is the log of a sum of e^(m_k . x / sigma^2), whose slopes are the means over sigma^2, seen from one of one's choice. */
function isLipschitz(given: number, sigma: number, { means }: Mixture): boolean {
  const variance = square(sigma)
  const { furthest, apart } = extentOf(means)
  const steepest = apart / 2 / variance
  if (given < steepest * (1 - ROUNDING)) {
    const [i, j] = furthest
    const why = `the means ${i} and ${j} of the target are ${apart} apart`
    refuse('lipschitz', `must be at least ${steepest}, got ${given}: ${why}`)
  }
  return given >= (ballAround(means).radius / variance) * (1 - ROUNDING)
}

/** @throws GaussflowError `invalid_argument` at that field of `assume`. */
export function refuse(field: string, requirement: string): never {
  const path = `assume.${field}`
  throw new GaussflowError('invalid_argument', `\`${path}\` ${requirement}`, { path })
}
