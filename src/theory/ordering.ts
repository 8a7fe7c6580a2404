import type { Eigen } from '../target/eigen.ts'
import type { Mixture } from '../target/mixture.ts'
import { largestOf, type Elementary } from './base.ts'
import type { Narrower, Spectrum } from './between.ts'
import { extentOf } from './enclosing.ts'
import { excessOver, type Excess } from './excess.ts'
import type { Widest } from './widest.ts'

const MODERATE = [1e-100, 1e100] // a double holds the product of two numbers between

/** The least and the largest eigenvalue. */
export function rangeOf({ values }: Eigen): readonly [least: number, most: number] {
  return [
    values.reduce((least, value) => Math.min(least, value), Infinity),
    values.reduce((most, value) => Math.max(most, value), 0)
  ]
}

/** The least variance along an axis. */
export function leastVariance(covariances: readonly Eigen[]): number {
  return covariances.reduce((least, eigen) => Math.min(least, rangeOf(eigen)[0]), Infinity)
}

/** The largest variance along an axis, and the component that has it. */
export function widestAxisOf({ covariances }: Mixture): { readonly k: number; readonly variance: number } {
  const variances = covariances.map((eigen) => rangeOf(eigen)[1])
  const variance = largestOf(variances)
  return { k: variances.indexOf(variance), variance }
}

/** Whether two decompositions are of one matrix, to the bit. */
export function isSame(one: Eigen, other: Eigen): boolean {
  if (one === other) return true
  const equal = (x: Float64Array, y: Float64Array) => x.length === y.length && x.every((v, i) => v === y[i])
  return equal(one.values, other.values) && equal(one.axes, other.axes)
}

/** The components by their covariances, those of one together. */
export function groupsOf(covariances: readonly Eigen[]): number[][] {
  const groups: number[][] = []
  const byFirst = new Map<number, number[][]>()
  covariances.forEach((eigen, k) => {
    const like = byFirst.get(eigen.values[0]) ?? []
    const group = like.find(([first]) => isSame(covariances[first], eigen))
    if (group !== undefined) return void group.push(k)
    const own = [k]
    groups.push(own)
    byFirst.set(eigen.values[0], [...like, own])
  })
  return groups
}

/** The mixture as a member of the class `widest`, or why it is none: one covariance must exceed all others as a matrix. */
export function widestOf(mixture: Mixture, math: Elementary): Widest | string {
  const { covariances, means, weights, aligned } = mixture
  const traces = covariances.map(({ values }) => values.reduce((sum, value) => sum + value, 0))
  const first = traces.reduce((best, trace, k) => (trace > traces[best] ? k : best), 0)
  const wide = covariances[first]
  const group = covariances.flatMap((eigen, k) => (isSame(eigen, wide) ? [k] : []))
  const ranges = covariances.map(rangeOf)
  const excessTo = excessOver(wide, aligned)
  const others: Narrower[] = []
  for (const [k, eigen] of covariances.entries()) {
    if (group.includes(k)) continue
    const excess = excessTo(eigen)
    if (excess === undefined) return contest(first, k)
    const level = group.reduce(
      (most, j) => Math.max(most, levelOf(excess, means[k], means[j], weights[k] / weights[j], math)),
      -Infinity
    )
    const gaps = aligned ? gapsOf(eigen, wide) : Float64Array.of(ranges[k][0], ranges[first][1])
    others.push({ level, spectrum: spectrumOf(eigen), gaps })
  }
  const least = ranges.reduce((low, range) => Math.min(low, range[0]), Infinity)
  const [narrow, most] = ranges[first]
  const { radius } = extentOf(group.map((k) => means[k]))
  return { kind: 'widest', variances: [least, most], narrow, spectrum: spectrumOf(wide), radius, others }
}

function levelOf(
  excess: Excess,
  mean: readonly number[],
  wideMean: readonly number[],
  ratio: number,
  { log64 }: Elementary
): number {
  return log64(ratio) + excess.inverseForm(mean.map((value, j) => value - wideMean[j])) / 2
}

function contest(first: number, rival: number): string {
  return (
    `of the components ${Math.min(first, rival)} and ${Math.max(first, rival)} neither is wider in every direction: ` +
    'their weights may stay comparable as far out as one likes, where they pull ever more apart'
  )
}

function spectrumOf({ values }: Eigen): Spectrum {
  const counts = new Map<number, number>()
  for (const value of values) counts.set(value, (counts.get(value) ?? 0) + 1)
  const once: number[] = []
  const often: number[] = []
  for (const [value, count] of counts) {
    if (count === 1 && value > MODERATE[0] && value < MODERATE[1]) once.push(value)
    else often.push(value, count)
  }
  return { once: Float64Array.from(once), often: Float64Array.from(often) }
}

/**
 * The pairs of eigenvalues l, L beside each other that may part most, as 1 / q_l - 1 / q_L falls with l and rises with L: those
 * beside which no other has both a smaller l and a larger L.
 */
function gapsOf(own: Eigen, wide: Eigen): Float64Array {
  const rising = [...own.values.keys()].sort(
    (i, j) => own.values[i] - own.values[j] || wide.values[j] - wide.values[i]
  )
  const gaps: number[] = []
  let most = 0
  for (const i of rising) {
    if (wide.values[i] <= most) continue
    most = wide.values[i]
    gaps.push(own.values[i], most)
  }
  return Float64Array.from(gaps)
}
