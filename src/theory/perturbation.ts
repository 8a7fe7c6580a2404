import { show } from '../schema/validate.ts'
import type { Eigen } from '../target/eigen.ts'
import type { Mixture } from '../target/mixture.ts'
import { square, type Elementary } from './base.ts'
import { beyond, type Touching } from './beyond.ts'
import { rowOf } from './curvature.ts'
import { furthestOf } from './enclosing.ts'
import { widestAxisOf } from './ordering.ts'
import { refuse, ROUNDING } from './refuse.ts'
import { tiltsOf, type Tilt } from './tilt.ts'

const NAMED = 4 // of the points that tell

/** Whether a variance is sigma^2, but for rounding. */
export const isWide = (variance: number, sigma: number): boolean =>
  Math.abs(variance - square(sigma)) <= ROUNDING * square(sigma)

/**
 * Whether a mixture is seen to be e^f N(m, sigma^2 I) for some m, with an f that is Lipschitz with the constant given; open
 * where some component is narrower and no two or more values of grad f contradict it.
 *
 * @throws GaussflowError `invalid_argument` where it is not.
 */
export function isPerturbation(
  sigma: number,
  lipschitz: number,
  mixture: Mixture,
  math: Elementary
): boolean {
  expectWidest(sigma, mixture)
  const widest = [...mixture.means.keys()].filter((k) =>
    mixture.covariances[k].values.every((value) => isWide(value, sigma))
  )
  expectWhole(sigma, widest)
  expectWithin(sigma, widest, mixture)
  return isLipschitz(lipschitz, sigma, widest, mixture, math)
}

/** f grows like a square along an axis of a variance above sigma^2, and where all are below it falls like one. */
function expectWidest(sigma: number, mixture: Mixture): void {
  const { k, variance } = widestAxisOf(mixture)
  if (isWide(variance, sigma)) return
  const requirement = 'must be the largest standard deviation of a component in a direction'
  refuse('sigma', `${requirement}, got ${sigma}: that of component ${k} is ${Math.sqrt(variance)}`)
}

/**
 * Along a unit vector y, f comes to s^2 (1 / sigma^2 - min_k y' S_k^-1 y) / 2 and less: none of the axes of the variance sigma^2
 * may be missing, and the finitely many subspaces that components have of them only fill the space if one of them does.
 */
function expectWhole(sigma: number, widest: readonly number[]): void {
  if (widest.length > 0) return
  const why = `no component of the target has the standard deviation ${sigma} in every direction`
  refuse('sigma', `must be left out: ${why}, and where none has it f falls like minus a square`)
}

/** A component that is as wide along some axes must not lie beyond all that are in every direction. */
function expectWithin(sigma: number, widest: readonly number[], { means, covariances }: Mixture): void {
  const isWhole = new Set(widest)
  const touching = function* (): Generator<Touching> {
    for (const [k, eigen] of covariances.entries()) {
      const axes = isWhole.has(k) ? [] : wideAxesOf(eigen, sigma)
      if (axes.length > 0) yield { k, axes }
    }
  }
  const found = beyond(means, widest, touching())
  if (found === undefined) return
  const why = `component ${found.k} of the target is as wide along ${show(found.along)} and lies further out than all that wide in every direction`
  refuse('lipschitz', `must be left out: ${why}, and f is as steep as one likes there`)
}

const wideAxesOf = (eigen: Eigen, sigma: number): number[][] =>
  [...eigen.values.keys()].filter((i) => isWide(eigen.values[i], sigma)).map((i) => rowOf(eigen, i))

/** The values of grad f lie in a ball about 0, and so those of g, which is grad f but for what m is, in one about some point. */
function isLipschitz(
  given: number,
  sigma: number,
  widest: readonly number[],
  mixture: Mixture,
  math: Elementary
): boolean {
  const variance = square(sigma)
  const { furthest, apart } = furthestOf(widest.map((k) => mixture.means[k]))
  const steepest = apart / 2 / variance
  if (given < steepest * (1 - ROUNDING)) {
    const [i, j] = furthest.map((at) => widest[at])
    const why = `the means ${i} and ${j} of the target are ${apart} apart`
    refuse('lipschitz', `must be at least ${steepest}, got ${given}: ${why}`)
  }
  const { least, radius, told } = tiltsOf(mixture, sigma, widest, math)
  if (given < least * (1 - ROUNDING))
    refuse('lipschitz', `must be at least ${least}, got ${given}: ${witnessOf(told, variance, least)}`) // prettier-ignore
  return widest.length === mixture.means.length && given >= radius * (1 - ROUNDING)
}

function witnessOf(told: readonly Tilt[], variance: number, least: number): string {
  const means = told.flatMap(({ at }) => (typeof at === 'number' ? [at] : []))
  if (means.length === told.length)
    return `no ball of a radius below ${least * variance} holds the means ${listed(means.map(String))} of the target`
  const values = told.map(({ value, at }) =>
    typeof at === 'number'
      ? `${show(value)} far out, where component ${at} is alone`
      : `${show(value)} at x = ${show(at)}`
  )
  return `no ball of a smaller radius holds what grad f is but for a constant, ${listed(values)}`
}

function listed(all: readonly string[]): string {
  const named = all.length > NAMED + 1 ? [...all.slice(0, NAMED), `${all.length - NAMED} more`] : all
  return named.length === 1 ? named[0] : `${named.slice(0, -1).join(', ')} and ${named[named.length - 1]}`
}
